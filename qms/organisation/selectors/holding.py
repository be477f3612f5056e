"""Who has been given which role, and who heads what: for the page of a unit and for those who administer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.organisation.models import Deputy, Person, Unit, UnitGroupGrant, UnitUserGrant
from qms.organisation.roles import MANAGER, ROLES, Role
from qms.ui.dates import day_text

ORDER = {role.key: place for place, role in enumerate(ROLES)}
EVERY = Q()


@dataclass(frozen=True)
class Given:
    """A role that a person or a group has on a unit; `is_head` when it comes with heading the unit."""

    role: Role
    unit: Unit
    person: Person | None = None
    group: Group | None = None
    until: date | None = None
    is_head: bool = False

    @property
    def name(self) -> str:
        """Who has it."""
        return str(self.person or self.group)

    @property
    def note(self) -> str:
        """What is special about it."""
        if self.is_head:
            return _("heads the unit")
        return _("until %(day)s") % {"day": day_text(self.until)} if self.until else ""


@dataclass(frozen=True)
class HolderRow:
    """A person or group with all their roles on one unit, in words."""

    person: Person | None
    group: Group | None
    unit: Unit
    roles: str


def _given(where: Q, own_only: Q = EVERY, shared_only: Q = EVERY) -> list[Given]:
    """What is given to people and groups today, and lasts. Two queries."""
    own = UnitUserGrant.objects.filter(where, own_only, user__is_active=True)
    own = own.exclude(valid_until__lt=timezone.localdate())
    shared = UnitGroupGrant.objects.filter(where, shared_only).select_related(
        "group", "permission", "content_object"
    )
    return [
        Given(grant.role, grant.content_object, person=grant.user, until=grant.valid_until)
        for grant in own.select_related("user", "permission", "content_object")
    ] + [Given(grant.role, grant.content_object, group=grant.group) for grant in shared]


def holders_on(unit: Unit) -> tuple[list[HolderRow], list[HolderRow]]:
    """Who has which roles on the unit itself, and who has them from above, nearest first. Three queries."""
    paths = unit.ancestor_paths
    found = _given(Q(content_object__path__in=paths))
    for headed in Unit.objects.filter(path__in=paths, head__is_active=True).select_related("head"):
        # Heading a unit says it all: the same role given besides is not said twice.
        found = [row for row in found if not (row.person == headed.head and _manages(row, headed))]
        found.append(Given(MANAGER, headed, person=headed.head, is_head=True))
    found.sort(key=lambda row: (-row.unit.depth, not row.is_head, row.name, ORDER[row.role.key]))
    rows = [
        HolderRow(same[0].person, same[0].group, same[0].unit, ", ".join(_words(row) for row in same))
        for same in (
            list(rows) for _key, rows in groupby(found, key=lambda row: (row.unit.pk, row.name, row.group))
        )
    ]
    return [row for row in rows if row.unit == unit], [row for row in rows if row.unit != unit]


def _manages(row: Given, unit: Unit) -> bool:
    return row.role == MANAGER and row.unit == unit


def _words(row: Given) -> str:
    return f"{row.role.label} ({row.note})" if row.note else str(row.role.label)


def given_to(person: Person, unit: Unit) -> list[str]:
    """What the person has been given on the unit itself, alone or by a group, in words. Two queries."""
    found = _given(Q(content_object=unit), Q(user=person), Q(group__user=person))
    return [_words(row) for row in sorted(found, key=lambda row: ORDER[row.role.key])]


def grants_by_role() -> list[tuple[Role, list[Given]]]:
    """Every role with all to whom it is given, in the order of the tree. Two queries."""
    found = sorted(_given(Q()), key=lambda row: (row.unit.path, row.name))
    return [(role, [row for row in found if row.role == role]) for role in ROLES]


def deputies_of(people: Iterable[int]) -> list[Deputy]:
    """Who stands in today or soon for any of the people. One query."""
    rows = Deputy.objects.from_now(timezone.localdate()).filter(person_id__in=people)
    return list(rows.select_related("person", "deputy"))
