"""What a change of the tree would give the one who makes it: nobody gives a role to themselves."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Unit, UnitGroupGrant, UnitUserGrant
from qms.organisation.roles import BY_KEY, MANAGER, READER

FOR_GOOD = date.max
GIVEN = frozenset(BY_KEY) - {READER.key}

Roles = dict[str, date]
"""Role key → the last day on which it is held."""


def held_in(unit: Unit, access: Access) -> Roles:
    """The roles held on `unit` or above it. What is held only by standing in for somebody is nothing to build
    on: it counts for today."""
    today = timezone.localdate()
    above = unit.ancestor_paths
    found = {role: today for role in access.grants if access.holds([role], unit)} | _given(above, access)
    if access.person and Unit.objects.filter(path__in=above, head=access.person).exists():
        found[MANAGER.key] = FOR_GOOD
    return found


def given_on(unit: Unit, access: Access) -> Roles:
    """The roles that were given on `unit` itself to the person, or to a group the person is in."""
    return _given([unit.path], access)


def _given(paths: Iterable[str], access: Access) -> Roles:
    own = UnitUserGrant.objects.filter(user=access.person, content_object__path__in=paths)
    lasting = own.exclude(valid_until__lt=timezone.localdate()).values_list("permission__codename")
    shared = UnitGroupGrant.objects.filter(group__user=access.person, content_object__path__in=paths)
    by_group = shared.values_list("permission__codename", flat=True)
    last = Max(Coalesce("valid_until", FOR_GOOD))
    return dict(lasting.order_by().annotate(last=last)) | dict.fromkeys(by_group, FOR_GOOD)


def refuse_reach(access: Access, gained: Roles, where: Unit, *, field: str) -> None:
    """Raise RuleViolation where one would get any role of `gained` in `where` too, or for longer than one has
    it there, by a change of the tree.

    What everyone reads in their own part is no role that is given; only the very first, technical
    administrator may.
    """
    own = access.person
    if own is None or own.is_superuser:
        return
    held = held_in(where, access)
    for role, until in gained.items():
        if role in GIVEN and held.get(role, date.min) < until:
            said = (
                _(
                    "By this you would be %(role)s in %(unit)s for longer than now, and nobody gives a role "
                    "to themselves. Ask another administrator to do it."
                )
                if role in held
                else _(
                    "By this you would be %(role)s in %(unit)s, and nobody gives a role to themselves. Ask "
                    "another administrator to do it."
                )
            )
            raise RuleViolation(
                said % {"role": str(BY_KEY[role].label).lower(), "unit": where.name}, field=field
            )
