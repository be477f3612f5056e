"""Which roles somebody holds, where and why; who stands in for whom; what somebody has taken over."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from qms.organisation.models import (
    Deputy,
    OrganisationEvent,
    Person,
    Unit,
    UnitGroupGrant,
    UnitUserGrant,
)
from qms.organisation.models.units import SHARED_KINDS
from qms.organisation.roles import MANAGER, READER, ROLES, Role
from qms.ui.dates import day_text

ORDER = {role.key: place for place, role in enumerate(ROLES)}


@dataclass(frozen=True)
class Held:
    """A role somebody has on a unit and below, and the sentence that says why."""

    role: Role
    unit: Unit
    why: str
    grant: UnitUserGrant | None = None  # set where it was given to the person and can be taken back


def shared_with(home: Unit) -> Unit:
    """The unit whose matters everyone at home in `home` reads: the nearest department or company above."""
    above = Unit.objects.filter(path__in=home.ancestor_paths, kind__in=SHARED_KINDS)
    return above.order_by("-depth").first() or home


def held_by(person: Person) -> list[Held]:
    """Every role the person has today: given, by group, as head, as deputy, as employee. Five queries."""
    today = timezone.localdate()
    acting = list(Deputy.objects.on(today).filter(deputy=person).select_related("person"))
    until = {row.person_id: row for row in acting}
    people = [person.pk, *until]
    found: list[Held] = []
    grants = UnitUserGrant.objects.filter(user_id__in=people).exclude(valid_until__lt=today)
    for grant in grants.select_related("permission", "content_object"):
        why = _given(grant.valid_until)
        own = grant if grant.user_id == person.pk else None
        found.append(Held(grant.role, grant.content_object, _with_deputy(why, until.get(grant.user_id)), own))
    shared = UnitGroupGrant.objects.filter(group__user__in=people).annotate(through=F("group__user"))
    for group_grant in shared.select_related("permission", "content_object", "group"):
        why = _("through the group %(group)s") % {"group": group_grant.group.name}
        unit = group_grant.content_object
        found.append(Held(group_grant.role, unit, _with_deputy(why, until.get(group_grant.through))))
    for unit in Unit.objects.filter(head_id__in=people):
        found.append(Held(MANAGER, unit, _with_deputy(_("as head"), until.get(unit.head_id))))
    if person.home_unit:
        found.append(Held(READER, shared_with(person.home_unit), _("like everyone who works there")))
    return _once(found)


def _once(found: list[Held]) -> list[Held]:
    """Each role on each unit once, with all its reasons; what one answers for first."""
    together: dict[tuple[str, int], list[Held]] = defaultdict(list)
    for held in found:
        together[held.role.key, held.unit.pk].append(held)
    rows = [
        Held(
            role=same[0].role,
            unit=same[0].unit,
            why=capfirst(", ".join(dict.fromkeys(held.why for held in same))),
            grant=next((held.grant for held in same if held.grant), None),
        )
        for same in together.values()
    ]
    return sorted(rows, key=lambda held: (-ORDER[held.role.key], held.unit.path))


def _given(until: date | None) -> str:
    if until:
        return _("given until %(day)s") % {"day": day_text(until)}
    return _("given")


def _with_deputy(why: str, row: Deputy | None) -> str:
    if row is None:
        return why
    return _("standing in for %(name)s until %(day)s") % {"name": row.person.name, "day": day_text(row.ends)}


def deputyships(person: Person) -> tuple[list[Deputy], list[Deputy]]:
    """Who stands in for the person, and for whom the person stands in: today and to come. One query."""
    rows = Deputy.objects.from_now(timezone.localdate()).filter(Q(person=person) | Q(deputy=person))
    found = list(rows.select_related("person", "deputy"))
    return (
        [row for row in found if row.person_id == person.pk],
        [row for row in found if row.deputy_id == person.pk],
    )


@dataclass(frozen=True)
class Headed:
    """A unit somebody heads, since when, and who headed it before."""

    unit: Unit
    since: datetime | None
    before: str


def taken_over(person: Person) -> list[Headed]:
    """The units the person heads in force, with what is known of how they came to. Two queries."""
    units = Unit.objects.filter(head=person)
    latest: dict[int, OrganisationEvent] = {}
    events = OrganisationEvent.objects.filter(kind=OrganisationEvent.Kind.HEAD_SET, unit__head=person)
    for event in events.order_by("at", "pk"):
        if event.unit_id is not None:
            latest[event.unit_id] = event
    return [_headed(unit, latest.get(unit.pk)) for unit in units]


def _headed(unit: Unit, event: OrganisationEvent | None) -> Headed:
    return Headed(unit, event.at, event.before) if event else Headed(unit, None, "")
