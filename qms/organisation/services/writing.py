"""What every write to the organisation has in common: locks, rights, history, events."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from qms.exceptions import NotYours, RuleViolation, StaleEdit, as_rule_violation
from qms.organisation.access import Access, Action
from qms.organisation.models import Deputy, OrganisationEvent, Person, Unit
from qms.organisation.permissions import ADMINISTER
from qms.organisation.selectors import lasting_administrators, nearest_holders, top_unit
from qms.sql import Question

# Keys of PostgreSQL advisory locks, held until the transaction ends.
TREE_LOCK, ROLES_LOCK = 72_010_001, 72_010_002
TREE_FIELDS = {"path", "depth", "numchild"}
NAMED = 3  # people named in a sentence

Event = OrganisationEvent.Kind


def lock_tree() -> None:
    """Let one change of the tree follow another: a move rewrites paths far beyond the rows it names."""
    _lock(TREE_LOCK)


# Shared by whoever puts something there. A lock on the row of a unit would be written to it each time, by all
# who send there.
_SHARE_TREE = Question("SELECT pg_advisory_xact_lock_shared(%s)")


def tree_held() -> None:
    """Until the transaction ends no unit is moved, merged or closed: whoever does so (`lock_tree`) waits, and
    takes along what was put there meanwhile.

    It comes before all other locks: who changes the tree locks units, people and records after it, and so
    does everybody else. Whoever locked one of them first and then wrote a row that belongs to a unit would
    wait for one who waits for them. `unit_in_force`, `person_active` and `lock_records` of the records ask
    it; who locks such a row otherwise asks it before.
    """
    _SHARE_TREE.fetch([TREE_LOCK])


def _lock(key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def unit_in_force(unit_id: int, *, field: str | None = None) -> Unit:
    """The unit, locked. Raises RuleViolation when it has closed, Unit.DoesNotExist when there is none."""
    tree_held()
    unit: Unit = (
        Unit.objects.select_for_update(of=("self",), no_key=True).select_related("head").get(pk=unit_id)
    )
    if unit.is_closed:
        raise RuleViolation(_("%(unit)s has closed.") % {"unit": unit.name}, field=field)
    return unit


def person_active(person_id: int, *, field: str | None = None) -> Person:
    """The person, locked. Raises RuleViolation when the person has left."""
    tree_held()
    people = Person.objects.select_for_update(of=("self",), no_key=True).select_related("home_unit")
    person = people.get(pk=person_id)
    if not person.is_active:
        raise RuleViolation(
            _("%(name)s has left. Choose somebody else.") % {"name": person.name}, field=field
        )
    return person


def require(access: Access, action: Action, unit: Unit) -> None:
    """Raise NotYours, with who can, unless `action` may be done in `unit`."""
    if not access.can_in(action, unit):
        raise NotYours(who_can(action, unit))


def require_somewhere(access: Access, action: Action) -> None:
    """Raise NotYours, with who can, unless `action` may be done in any unit at all."""
    if not access.can_somewhere(action):
        raise NotYours(who_can(action, top_unit()))


def who_can(action: Action, unit: Unit) -> str:
    """The sentence that says who may do `action` in `unit`."""
    names = list(dict.fromkeys(holder.name for holder in nearest_holders(action.roles, unit)))[:NAMED]
    if not names:
        return _("This takes a role that nobody has in %(unit)s.") % {"unit": unit.name}
    return _("In %(unit)s this is done by %(names)s.") % {"unit": unit.name, "names": ", ".join(names)}


def require_for(access: Access, person: Person) -> None:
    """Raise NotYours unless the person's unit is administered; one without a unit belongs to the top."""
    require(access, ADMINISTER, person.home_unit or top_unit())


def require_covering(access: Access, action: Action, person: Person) -> None:
    """Raise NotYours unless `action` may be done in every unit where the person has a role.

    Own roles, a group's, as head, and those of whomever the person stands in for now or later: whoever
    gets at the person gets at all of them.
    """
    acting = Deputy.objects.from_now(timezone.localdate()).filter(deputy=person)
    people = [person.pk, *acting.values_list("person_id", flat=True)]
    own = Q(user_grants__user__in=people)
    by_group = Q(group_grants__group__user__in=people)
    held = set(Unit.objects.filter(own | by_group | Q(head__in=people)).distinct())
    if Person.objects.filter(pk__in=people, is_superuser=True).exists():
        held.add(top_unit())
    if any(not access.can_in(action, unit) for unit in held):
        raise NotYours(
            _("%(name)s has roles beyond what you administer. An administrator of the whole does this.")
            % {"name": person.name}
        )


def refuse_oneself(access: Access, person: Person | None, *, field: str | None = None) -> None:
    """Nobody gives a role to themselves; only the very first, technical administrator may."""
    own = access.person
    if own is not None and person is not None and own.pk == person.pk and not own.is_superuser:
        raise RuleViolation(
            _("Nobody gives a role to themselves. Ask another administrator to do it."), field=field
        )


def refuse_own_gain(access: Access, people: Iterable[Person], *, field: str) -> None:
    """Nobody gives a role to themselves, nor to whom they stand in for, now or later: it would be theirs."""
    named = list(people)
    for person in named:
        refuse_oneself(access, person, field=field)
    own = access.person
    if own is None or own.is_superuser:
        return
    standing_in = Deputy.objects.from_now(timezone.localdate()).filter(deputy=own, person__in=named)
    if row := standing_in.select_related("person").first():
        raise RuleViolation(
            _(
                "You stand in for %(name)s and would have the role too. Nobody gives a role to themselves. "
                "Ask another administrator to do it."
            )
            % {"name": row.person.name},
            field=field,
        )


@contextmanager
def keeping_an_administrator() -> Iterator[None]:
    """Undo the change inside when it would leave nobody who can administer the whole organisation.

    Such changes follow one another: two administrators cannot take the role from each other at once.
    """
    _lock(ROLES_LOCK)
    had_one = lasting_administrators().exists()
    yield
    if had_one and not lasting_administrators().exists():
        raise RuleViolation(
            _("Then nobody would be left who can administer. Give somebody else the role first.")
        )


def read_token(row: models.Model, fields: Iterable[str]) -> str:
    """What an edit page carries to tell whether somebody else changed one of `fields` meanwhile."""
    return salted_hmac("qms.organisation.read", repr(_values(row, fields))).hexdigest()[:16]


def refuse_stale(row: models.Model, fields: Sequence[str], read: str | None) -> None:
    """Raise StaleEdit, with what it says now, when that is not what was `read`. None: nobody read it."""
    if read is None or read == read_token(row, fields):
        return
    now = ", ".join(filter(None, (_said(row, field) for field in fields)))
    raise StaleEdit(
        _(
            "Somebody else changed this after you opened the page. Nothing is overwritten. "
            "It says now: %(now)s. Put right what you wrote, and save again."
        )
        % {"now": now}
    )


def _said(row: models.Model, field: str) -> str:
    display = getattr(row, f"get_{field}_display", None)
    return str(display() if display else getattr(row, field) or "")


def _values(row: models.Model, fields: Iterable[str]) -> list[str]:
    return [str(row.serializable_value(field)) for field in fields]


def keep(row: models.Model, access: Access, reason: str) -> None:
    """Check and save a row that has history, with who did it and why. Raises RuleViolation."""
    check(row)
    _sign(row, access, reason)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise RuleViolation(_("Somebody else just changed the same thing. Look again and retry.")) from error


def check(row: models.Model) -> None:
    """Raise RuleViolation when a field of the row is not valid."""
    try:
        row.full_clean(exclude=TREE_FIELDS)
    except ValidationError as error:
        raise as_rule_violation(error) from error


def drop(row: models.Model, access: Access, reason: str) -> None:
    """Delete a row that has history, with who did it and why."""
    _sign(row, access, reason)
    row.delete()


def _sign(row: Any, access: Access, reason: str) -> None:
    # simple-history reads these two from the instance.
    row._history_user = access.person
    row._change_reason = (reason if access.person else f"{access.name}: {reason}")[:100]


def note_event(
    kind: Event,
    access: Access,
    *,
    unit: Unit | None = None,
    person: Person | None = None,
    group: Group | None = None,
    what: str = "",
    before: object = "",
    after: object = "",
    note: str = "",
) -> None:
    """Write down what happened, with the names as they are now."""
    OrganisationEvent.objects.create(
        kind=kind,
        actor=access.person,
        actor_name=access.name,
        unit=unit,
        unit_name=unit.name if unit else "",
        person=person,
        person_name=person.name if person else "",
        group=group,
        group_name=group.name if group else "",
        what=what,
        before=str(before or "")[:300],
        after=str(after or "")[:300],
        note=note.strip(),
    )


def tidy(text: str) -> str:
    """One line without spare blanks, as a name is kept."""
    return " ".join(text.split())
