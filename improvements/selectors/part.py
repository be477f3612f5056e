"""The part of the organisation that a person's figures are about."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from improvements import permissions
from qms.organisation.access import EVERYWHERE, Access
from qms.organisation.models import Unit


@dataclass(frozen=True)
class Part:
    """A unit with everything below it, or (without a unit) all there is."""

    unit: Unit | None

    @property
    def condition(self) -> Q:
        """The records that lie in it."""
        if self.unit is None:
            return Q()
        return Q(unit_id__in=Unit.objects.under([self.unit.path]).order_by().values("pk"))

    def address(self, name: str, **parameters: Any) -> str:
        """The list called `name`, showing what a figure counted here."""
        given = {**parameters, **({"unit": self.unit.pk} if self.unit else {})}
        return f"{reverse(name)}?{urlencode(given)}" if given else reverse(name)


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


def home_part(access: Access) -> Part | None:
    """As `part_of`, else the home unit of the person: for figures that are for everyone."""
    followed = part_of(access)
    if followed:
        return followed
    unit = access.person.home_unit if access.person else None
    return Part(unit) if unit else None
