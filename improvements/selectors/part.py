"""The part of the organisation that a person's figures are about."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from improvements import permissions
from qms.addresses import fixed_address
from qms.exceptions import NotYours
from qms.organisation.access import EVERYWHERE, Access
from qms.organisation.models import Unit
from qms.organisation.selectors import UnitRow, goes_on_in, unit_options, unit_rows


@dataclass(frozen=True)
class Part:
    """A unit with everything below it, or (without a unit) all there is."""

    unit: Unit | UnitRow | None

    @property
    def condition(self) -> Q:
        """The records that lie in it."""
        if self.unit is None:
            return Q()
        return Q(unit_id__in=Unit.objects.under([self.unit.path]).order_by().values("pk"))

    def address(self, name: str, **parameters: Any) -> str:
        """The list called `name`, showing what a figure counted here."""
        given = {**parameters, **({"unit": self.unit.pk} if self.unit else {})}
        return f"{fixed_address(name)}?{urlencode(given)}" if given else fixed_address(name)


def part_of(access: Access) -> Part | None:
    """What `access` follows: all, or the uppermost unit on which it holds a role for it; None when none.

    One query where it is a unit.
    """
    paths = access.paths(permissions.FIGURES.roles)
    if not paths:
        return None
    if paths == EVERYWHERE:
        return Part(None)
    return Part(Unit.objects.get(path=min(paths, key=lambda path: (len(path), path))))


@dataclass(frozen=True)
class Chosen:
    """The part a page of figures is about, and the units that may be chosen instead."""

    part: Part
    units: list[UnitRow]
    goes_on_in: UnitRow | None  # where what was open in it is, if it has closed

    @property
    def options(self) -> SafeString:
        """The choices of the unit."""
        return unit_options(self.units, self.part.unit.pk if self.part.unit else None)


def part_chosen(access: Access, asked: str) -> Chosen:
    """The part whose unit's id is `asked`, else the uppermost that `access` follows. One query.

    Raises NotYours for those who follow none, Unit.DoesNotExist for a unit outside what they follow.
    """
    paths = access.paths(permissions.FIGURES.roles)
    if not paths:
        raise NotYours(_("Figures are for those who answer for a unit or follow how things stand."))
    units = [unit for unit in unit_rows() if unit.path.startswith(paths)]
    unit = next((unit for unit in units if str(unit.pk) == asked), None)
    if asked and unit is None:
        raise Unit.DoesNotExist
    if unit is None and paths != EVERYWHERE:
        unit = min(units, key=lambda unit: (unit.depth, unit.path))
    today = timezone.localdate()
    offered = [one for one in units if one == unit or one.is_in_force(today)]
    return Chosen(Part(unit), offered, goes_on_in(unit, units, today) if unit else None)


def home_part(access: Access) -> Part | None:
    """As `part_of`, else the home unit of the person: for figures that are for everyone."""
    followed = part_of(access)
    if followed:
        return followed
    unit = access.person.home_unit if access.person else None
    return Part(unit) if unit else None
