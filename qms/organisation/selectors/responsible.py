"""Who answers for a unit, and who holds which role there."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from qms.organisation.models import Person, Unit, UnitGroupGrant, UnitUserGrant
from qms.organisation.roles import ADMINISTRATOR, MANAGER


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
    roles = frozenset(roles)
    here = {"content_object__path__in": unit.ancestor_paths, "permission__codename__in": roles}
    own = UnitUserGrant.objects.filter(user__is_active=True, **here)
    own = own.exclude(valid_until__lt=timezone.localdate())
    group = UnitGroupGrant.objects.filter(group__user__is_active=True, **here)
    headed = unit.ancestor_paths if MANAGER.key in roles else []
    heads = Unit.objects.filter(path__in=headed, head__is_active=True).order_by()
    role, depth = "permission__codename", "content_object__depth"
    manager = Value(MANAGER.key, output_field=CharField())
    found = own.values_list(role, depth, "user_id", "user__name").union(
        group.values_list(role, depth, "group__user__id", "group__user__name"),
        heads.values_list(manager, "depth", "head_id", "head__name"),
    )
    return sorted((Holder(*row) for row in found), key=lambda holder: (-holder.depth, holder.name))


def lasting_administrators() -> QuerySet[Person]:
    """Active people who administer the whole organisation without a last day, or by technical right."""
    here = {"content_object__depth": 1, "permission__codename": ADMINISTRATOR.key}
    own = UnitUserGrant.objects.filter(user=OuterRef("pk"), valid_until=None, **here)
    group = UnitGroupGrant.objects.filter(group__user=OuterRef("pk"), **here)
    condition = Q(Exists(own)) | Q(Exists(group)) | Q(is_superuser=True)
    return Person.objects.filter(condition, is_active=True)
