"""The units as a tree."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from qms.organisation.models import Person, Unit, UnitKind
from qms.organisation.selectors.matching import units_in_force


class Place(NamedTuple):
    """A unit as the tree shows it. Plain values: a tree may have thousands of lines."""

    pk: int
    path: str
    depth: int
    name: str
    code: str
    kind: str
    valid_until: date | None
    head: str | None

    @property
    def above(self) -> list[str]:
        """The paths of the unit itself and of everything above it."""
        return [self.path[:end] for end in range(len(self.path), 0, -Unit.steplen)]


@dataclass(frozen=True)
class Branch:
    """One line of the tree as drawn: `about` is the small print, `closes` how many lists end after it."""

    unit: Place
    url: str
    about: str
    has_below: bool
    is_open: bool
    is_match: bool
    is_home: bool
    closes: int


def parent_of(unit: Unit) -> Unit | None:
    """The unit right above, closed or not; None for the topmost."""
    found: Unit | None = Unit.objects.filter(path__in=unit.ancestor_paths[1:2]).first()
    return found


def top_unit() -> Unit:
    """The topmost unit: the municipality itself. Before there is any, one that is not kept anywhere."""
    unit: Unit | None = Unit.objects.filter(depth=1).first()
    return unit or Unit(name=settings.MUNICIPALITY, path="", depth=0)


def ancestors_of(unit: Unit) -> list[Unit]:
    """What the unit lies under, the topmost first."""
    return list(Unit.objects.filter(path__in=unit.ancestor_paths[1:]).order_by("path"))


def children_of(unit: Unit, *, closed: bool = False) -> QuerySet[Unit]:
    """The units right below, with their heads: those in force, or the closed ones."""
    below = Unit.objects.filter(valid_until__isnull=False) if closed else units_in_force()
    found: QuerySet[Unit] = below.filter(path__startswith=unit.path, depth=unit.depth + 1)
    return found.select_related("head")


def branches(
    *, text: str = "", closed: bool = False, home: Unit | None = None, unfolded: bool = False
) -> list[Branch]:
    """The tree as lines to draw, depth first. Two queries, whatever its size.

    With `text` only units whose name or code has it, or whose head is called so, and what they lie
    under. The top and the way to `home` are unfolded; with `unfolded` or `text` all is.
    """
    rows: QuerySet[Unit] = Unit.objects.all() if closed else units_in_force()
    units = [Place._make(values) for values in rows.values_list(*Place._fields[:-1], "head__name")]
    matches = {unit.pk for unit in units if text and _fits(unit, text.casefold())}
    if text:
        paths = {path for unit in units if unit.pk in matches for path in unit.above}
        units = [unit for unit in units if unit.path in paths]
    working = Person.objects.filter(is_active=True, home_unit__isnull=False).order_by()
    people = dict(working.values_list("home_unit").annotate(Count("pk")))
    way = set(home.ancestor_paths) if home else set()
    depths = [unit.depth for unit in units[1:]]
    first = units[0].depth if units else 1
    address = reverse("organisation:unit", args=[0])
    kinds = {kind.value: str(kind.label) for kind in UnitKind}
    counted = cache(_counted)
    found = []
    for unit, following in zip(units, [*depths, first], strict=False):
        found.append(
            Branch(
                unit=unit,
                url=address.replace("/0/", f"/{unit.pk}/"),
                about=" · ".join(
                    filter(None, (kinds[unit.kind], unit.head, counted(people.get(unit.pk, 0))))
                ),
                has_below=following > unit.depth,
                is_open=bool(text) or unfolded or unit.depth == 1 or unit.path in way,
                is_match=unit.pk in matches,
                is_home=home is not None and unit.pk == home.pk,
                closes=max(unit.depth - following, 0),
            )
        )
    return found


def _counted(people: int | None) -> str:
    counted = ngettext("%(n)d person", "%(n)d people", people) % {"n": people} if people else ""
    return counted.replace(" ", "\N{NO-BREAK SPACE}")


def _fits(unit: Place, text: str) -> bool:
    named = (unit.name, unit.code, unit.head or "")
    return any(text in part.casefold() for part in named)
