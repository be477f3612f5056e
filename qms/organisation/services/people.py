"""Adding people, changing what is known of them, and what happens when they leave."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.mail.services import mails_readdress
from qms.organisation.access import Access
from qms.organisation.models import Deputy, Person, Unit, UnitUserGrant
from qms.organisation.permissions import ADMINISTER, GRANT
from qms.organisation.selectors import top_unit
from qms.organisation.services.sign_in import address_given_up
from qms.organisation.services.writing import (
    Event,
    drop,
    keep,
    keeping_an_administrator,
    note_event,
    person_active,
    refuse_own_gain,
    refuse_stale,
    require,
    require_covering,
    require_for,
    tidy,
    tree_held,
    unit_in_force,
)
from qms.organisation.signals import person_left, person_placed

FOLLOWED = ("name", "title", "email", "home_unit", "language")


@transaction.atomic
def person_create(
    *, name: str, email: str, access: Access, title: str = "", home_unit_id: int | None = None, language: str
) -> Person:
    """Add a person. There is no password yet: the person chooses one by "forgotten password".

    Raises NotYours without the right to administer the home unit, RuleViolation for an address that is
    taken or a closed unit.
    """
    unit = unit_in_force(home_unit_id, field="home_unit") if home_unit_id else None
    require(access, ADMINISTER, unit or top_unit())
    person = Person(
        name=tidy(name), email=tidy(email).lower(), title=tidy(title), home_unit=unit, language=language
    )
    person.set_unusable_password()
    _refuse_a_leavers_address(person)
    keep(person, access, "added")
    note_event(Event.PERSON_ADDED, access, person=person, unit=unit)
    person_placed.send(sender=Person, person=person, before=None, access=access)
    return person


def _refuse_a_leavers_address(person: Person) -> None:
    """Raise RuleViolation where somebody who has left has the address: perhaps it is the same person."""
    gone = Person.objects.filter(email__iexact=person.email, is_active=False).exclude(pk=person.pk).first()
    if gone:
        raise RuleViolation(
            _(
                "%(name)s, who has left, has this address. If it is the same person, mark them as back; "
                "if not, change the address there first."
            )
            % {"name": gone.name},
            field="email",
        )


@transaction.atomic
def person_change(
    *,
    person_id: int,
    name: str,
    email: str,
    title: str,
    home_unit_id: int | None,
    language: str,
    access: Access,
    read: str | None = None,
) -> Person:
    """Change name, address, title, home unit or language.

    The address is how one signs in: whoever changes it must be able to give every role the person has,
    else a local administrator could become somebody with more rights. Whoever has left keeps the unit they
    had, whatever is given. Mail that has not gone yet goes to the new address, and the one before opens
    nothing any more. `read` is what the page
    carried (`read_token` of FOLLOWED). Raises NotYours, StaleEdit, RuleViolation.
    """
    tree_held()
    people = Person.objects.select_for_update(of=("self",), no_key=True).select_related("home_unit")
    person = people.get(pk=person_id)
    require_for(access, person)
    refuse_stale(person, FOLLOWED, read)
    unit = person.home_unit
    if home_unit_id != person.home_unit_id and person.is_active:
        unit = unit_in_force(home_unit_id, field="home_unit") if home_unit_id else None
        require(access, ADMINISTER, unit or top_unit())
    values = {
        "name": tidy(name),
        "title": tidy(title),
        "email": tidy(email).lower(),
        "home_unit": unit,
        "language": language,
    }
    if values["email"] != person.email:
        require_covering(access, GRANT, person)
    address = person.email
    changes = [(key, getattr(person, key), values[key]) for key in FOLLOWED]
    changes = [(key, before, after) for key, before, after in changes if before != after]
    for key, _before, after in changes:
        setattr(person, key, after)
    if changes:
        _refuse_a_leavers_address(person)
        keep(person, access, "changed")
        mails_readdress(person_id=person.pk, to=person.email)
    if person.email != address:
        address_given_up(person=person, before=address, access=access)
    for key, before, after in changes:
        note_event(
            Event.PERSON_CHANGED, access, person=person, unit=unit, what=key, before=before, after=after
        )
        if key == "home_unit":
            person_placed.send(sender=Person, person=person, before=before, access=access)
    return person


@transaction.atomic
def person_deactivate(
    *, person_id: int, access: Access, to_id: int | None = None, heads_too: bool = False, note: str = ""
) -> Person:
    """Mark that somebody has left. Nothing of theirs is deleted; decisions keep who took them.

    What they own and have to do goes to `to_id`, else to the responsible manager of each unit (signal
    `person_left`). Units they headed get `to_id` as head when `heads_too`, else stand without one. Roles,
    groups and deputyships end, nobody signs in as them, and every session ends. Raises NotYours, or
    RuleViolation for oneself, the last administrator, a `to_id` who has left, or `heads_too` without one.
    """
    person = person_active(person_id)
    require_for(access, person)
    require_covering(access, GRANT, person)
    if access.person is not None and access.person.pk == person.pk:
        raise RuleViolation(_("You cannot mark yourself. Ask another administrator to do it."))
    to = person_active(to_id, field="to") if to_id else None
    if heads_too and to is None:
        raise RuleViolation(_("Choose who takes over as head."), field="to")
    if to == person:
        raise RuleViolation(_("Choose somebody else than the person who has left."), field="to")
    with keeping_an_administrator():
        _heads_end(person, to if heads_too else None, access)
        _roles_end(person, access)
        # The time ends every session, also if the person comes back within the day.
        person.is_active, person.left_at = False, timezone.now()
        keep(person, access, "left")
    note_event(Event.PERSON_LEFT, access, person=person, after=to.name if to else "", note=note)
    person_left.send(sender=Person, person=person, to=to, access=access)
    return person


def _heads_end(person: Person, successor: Person | None, access: Access) -> None:
    headed: list[Unit] = list(Unit.objects.select_for_update(of=("self",), no_key=True).filter(head=person))
    if headed:
        refuse_own_gain(access, [successor] if successor else [], field="to")
    for unit in headed:
        unit.head = successor
        keep(unit, access, "head left")
        note_event(
            Event.HEAD_SET,
            access,
            unit=unit,
            person=successor or person,
            before=person.name,
            after=successor.name if successor else "",
        )


def _roles_end(person: Person, access: Access) -> None:
    grants = UnitUserGrant.objects.select_for_update(of=("self",), no_key=True).filter(user=person)
    for grant in grants.select_related("permission", "content_object"):
        what = grant.permission.codename
        note_event(Event.ROLE_TAKEN, access, unit=grant.content_object, person=person, what=what)
        drop(grant, access, "left")
    for group in person.groups.all():
        person.groups.remove(group)
        note_event(Event.GROUP_LEFT, access, person=person, group=group)
    deputies = Deputy.objects.from_now(timezone.localdate()).filter(Q(person=person) | Q(deputy=person))
    for deputy in deputies.select_related("person", "deputy"):
        note_event(Event.DEPUTY_REMOVED, access, person=deputy.person, before=deputy.deputy.name)
        drop(deputy, access, "left")


@transaction.atomic
def person_reactivate(*, person_id: int, access: Access, home_unit_id: int | None = None) -> Person:
    """Somebody has come back: may sign in again, without the roles they had.

    Raises NotYours, or RuleViolation when the person has not left or the unit has closed.
    """
    tree_held()
    people = Person.objects.select_for_update(of=("self",), no_key=True).select_related("home_unit")
    person = people.get(pk=person_id)
    if person.is_active:
        raise RuleViolation(_("%(name)s has not left.") % {"name": person.name})
    unit = unit_in_force(home_unit_id, field="home_unit") if home_unit_id else None
    require_for(access, person)
    require(access, ADMINISTER, unit or top_unit())
    person.home_unit, person.is_active = unit, True
    keep(person, access, "came back")
    note_event(Event.PERSON_RETURNED, access, person=person, unit=unit)
    person_placed.send(sender=Person, person=person, before=None, access=access)
    return person
