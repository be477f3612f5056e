"""Who answers for a unit, and who holds which role there."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from qms.organisation.models import Person, Unit, UnitGroupGrant, UnitUserGrant
from qms.organisation.roles import ADMINISTRATOR, MANAGER
from qms.sql import Question, fetch


def nearest_headed(unit: Unit) -> Unit | None:
    """`unit` itself if it has an active head, else the nearest unit above that has; with its head."""
    headed: Unit | None = (
        Unit.objects.filter(path__in=unit.ancestor_paths, head__is_active=True)
        .select_related("head")
        .order_by("-depth")
        .first()
    )
    return headed


def responsible_for(unit: Unit) -> Person | None:
    """The head of `unit`, else the nearest active head above it; None when there is nobody at all."""
    headed = nearest_headed(unit)
    return headed.head if headed else None


def next_above(unit: Unit, person: Person) -> Person | None:
    """Who answers when `person` does not: the nearest other active head above."""
    headed = (
        Unit.objects.filter(path__in=unit.ancestor_paths, head__is_active=True)
        .exclude(head=person)
        .select_related("head")
        .order_by("-depth")
        .first()
    )
    return headed.head if headed else None


def holders(roles: Iterable[str], unit: Unit, *, today: date | None = None) -> QuerySet[Person]:
    """Active people who hold any of `roles` on `unit` or above: by own grant, group or as head."""
    roles = frozenset(roles)
    today = today or timezone.localdate()
    here = {"content_object__path__in": unit.ancestor_paths, "permission__codename__in": roles}
    own = UnitUserGrant.objects.filter(user=OuterRef("pk"), **here).exclude(valid_until__lt=today)
    group = UnitGroupGrant.objects.filter(group__user=OuterRef("pk"), **here)
    condition = Q(Exists(own)) | Q(Exists(group))
    if MANAGER.key in roles:
        headed = Unit.objects.filter(head=OuterRef("pk"), path__in=unit.ancestor_paths)
        condition |= Q(Exists(headed))
    return Person.objects.filter(condition, is_active=True).order_by("name")


def leading() -> list[tuple[int, str]]:
    """Who is a manager today, with the path of each unit on which they are: by own grant, group or as head.
    No deputies, but also those who have left. One query."""
    return fetch(_LEADING, {"manager": MANAGER.key, "today": timezone.localdate()})


_LEADING = """
WITH manager AS (SELECT id FROM auth_permission WHERE codename = %(manager)s)
SELECT user_id, path FROM organisation_unitusergrant held
    JOIN organisation_unit unit ON unit.id = held.content_object_id
    WHERE permission_id IN (SELECT id FROM manager)
    AND (held.valid_until IS NULL OR held.valid_until >= %(today)s)
UNION
SELECT person_id, path FROM organisation_unitgroupgrant held
    JOIN organisation_person_groups member ON member.group_id = held.group_id
    JOIN organisation_unit unit ON unit.id = held.content_object_id
    WHERE permission_id IN (SELECT id FROM manager)
UNION
SELECT head_id, path FROM organisation_unit WHERE head_id IS NOT NULL
"""


class Holder(NamedTuple):
    """Somebody who holds a role, and how deep in the tree the unit lies on which it is held."""

    role: str
    depth: int
    person_id: int
    name: str


def nearest_holders(roles: Iterable[str], unit: Unit) -> list[Holder]:
    """Active people who hold any of `roles` on `unit` or above, the nearest first, then by name.

    By own grant, group or as head, in one query: for a page that names who can do what.
    """
    found = _HOLDERS.fetch(
        {
            "roles": list(roles),
            "above": unit.ancestor_paths,
            "manager": MANAGER.key,
            "today": timezone.localdate(),
        },
    )
    return sorted((Holder(*row) for row in found), key=lambda holder: (-holder.depth, holder.name))


_HOLDERS = Question("""
WITH here AS (
    SELECT id, depth, head_id FROM organisation_unit WHERE path = ANY (%(above)s)
), held AS (
    SELECT permission_id, content_object_id AS unit_id, user_id AS person_id FROM organisation_unitusergrant
    WHERE content_object_id IN (SELECT id FROM here) AND (valid_until IS NULL OR valid_until >= %(today)s)
    UNION ALL
    SELECT permission_id, content_object_id, member.person_id FROM organisation_unitgroupgrant held
    JOIN organisation_person_groups member ON member.group_id = held.group_id
    WHERE content_object_id IN (SELECT id FROM here)
), named AS (
    SELECT codename AS role, depth, person_id FROM held
    JOIN here ON here.id = unit_id
    JOIN auth_permission ON auth_permission.id = permission_id AND codename = ANY (%(roles)s)
    UNION
    SELECT %(manager)s::text, depth, head_id FROM here WHERE %(manager)s = ANY (%(roles)s)
)
SELECT role, depth, person.id, person.name FROM named
JOIN organisation_person person ON person.id = person_id AND person.is_active
""")


def lasting_administrators() -> QuerySet[Person]:
    """Active people who administer the whole organisation without a last day, or by technical right."""
    here = {"content_object__depth": 1, "permission__codename": ADMINISTRATOR.key}
    own = UnitUserGrant.objects.filter(user=OuterRef("pk"), valid_until=None, **here)
    group = UnitGroupGrant.objects.filter(group__user=OuterRef("pk"), **here)
    condition = Q(Exists(own)) | Q(Exists(group)) | Q(is_superuser=True)
    return Person.objects.filter(condition, is_active=True)
