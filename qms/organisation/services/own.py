"""What people arrange for themselves: who stands in, and how the system speaks to them."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Deputy, Person
from qms.organisation.permissions import APPOINT_DEPUTY
from qms.organisation.selectors import top_unit
from qms.organisation.services.writing import (
    Event,
    drop,
    keep,
    note_event,
    person_active,
    refuse_oneself,
    require_covering,
    who_can,
)
from qms.organisation.signals import rights_ended

LONGEST = timedelta(days=366)


def may_appoint(access: Access, person: Person) -> bool:
    """Whether a deputy may be set for the person: by oneself, one's manager or an administrator."""
    own = access.person is not None and access.person.pk == person.pk
    return own or access.can_in(APPOINT_DEPUTY, person.home_unit or top_unit())


@transaction.atomic
def deputy_set(*, person_id: int, deputy_id: int, starts: date, ends: date, access: Access) -> Deputy:
    """Let somebody stand in: they get the person's roles and tasks from `starts` to `ends`, both included.

    For somebody else only when they have no role beyond one's own part: a deputy gets all of them.
    Raises NotYours, or RuleViolation when the days are wrong, the deputy has left, or one would make
    oneself the deputy of another: that would be giving a role to oneself.
    """
    person = person_active(person_id)
    _require_appointing(access, person)
    if access.person is None or access.person.pk != person.pk:
        require_covering(access, APPOINT_DEPUTY, person)
    deputy = person_active(deputy_id, field="deputy")
    refuse_oneself(access, deputy if deputy != person else None, field="deputy")
    today = timezone.localdate()
    if starts < today:
        raise RuleViolation(_("Choose today or a later day."), field="starts")
    if ends - starts > LONGEST:
        raise RuleViolation(_("At most a year. For longer, give the role itself."), field="ends")
    if ends < starts:
        raise RuleViolation(_("The last day must not be before the first."), field="ends")
    if deputy == person:
        raise RuleViolation(_("Choose somebody else than the person who is away."), field="deputy")
    overlapping = person.deputies.filter(deputy=deputy, starts__lte=ends, ends__gte=starts)
    if overlapping.exists():
        raise RuleViolation(
            _("%(name)s stands in already during those days.") % {"name": deputy.name}, field="deputy"
        )
    row = Deputy(person=person, deputy=deputy, starts=starts, ends=ends)
    keep(row, access, "appointed")
    note_event(Event.DEPUTY_SET, access, person=person, what=f"{starts}/{ends}", after=deputy.name)
    return row


def _require_appointing(access: Access, person: Person) -> None:
    if not may_appoint(access, person):
        raise NotYours(who_can(APPOINT_DEPUTY, person.home_unit or top_unit()))


@transaction.atomic
def deputy_remove(*, deputy_id: int, access: Access) -> None:
    """End a deputyship at once, or take back one that has not begun.

    By the one who is away, their manager, an administrator, or the deputy. Raises NotYours.
    """
    rows = Deputy.objects.select_for_update(of=("self",), no_key=True).select_related(
        "person__home_unit", "deputy"
    )
    row = rows.get(pk=deputy_id)
    if access.person is None or access.person.pk != row.deputy_id:
        _require_appointing(access, row.person)
    note_event(Event.DEPUTY_REMOVED, access, person=row.person, before=row.deputy.name)
    drop(row, access, "removed")
    rights_ended.send(sender=Deputy, people=[row.deputy_id])


@transaction.atomic
def settings_change(
    *, access: Access, language: str = "", colour_scheme: str = "", mail_digest: bool | None = None
) -> Person:
    """One's own language, colours and daily e-mail; what is not given stays as it is.

    Raises NotYours when nobody is signed in, RuleViolation for a language or colours that do not exist.
    """
    if access.person is None:
        raise NotYours(_("Sign in first."))
    person = person_active(access.person.pk)
    person.language = language or person.language
    person.colour_scheme = colour_scheme or person.colour_scheme
    person.mail_digest = person.mail_digest if mail_digest is None else mail_digest
    keep(person, access, "own settings")
    return person
