"""The units right below, compared: never persons, and nothing by which a sender could be recognised."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from improvements.selectors import tally
from improvements.selectors.asked import Asked, percent
from improvements.selectors.part import Part
from improvements.selectors.rules import protected
from improvements.selectors.tally import Counted
from qms.organisation.selectors import UnitRow


@dataclass(frozen=True)
class UnitLine:
    """One unit of the comparison; several together where too few sent something in each."""

    name: str
    sent: int
    kept: str
    done: str
    url: str = ""


def unit_lines(asked: Asked, counted: Counted, units: Sequence[UnitRow]) -> list[UnitLine]:
    """The units right below, compared; those where too few sent something stand together."""
    rows = counted.units
    if not counted.whole.is_split or len(rows) < 2:
        return []
    named = {unit.path: unit for unit in units}
    split = protected([row.group for row in rows])
    shown = {group.key for group in split.shown}
    lines = [_unit_line(asked, row, named.get(row.path)) for row in rows if row.path in shown]
    apart = [row for row in rows if row.path not in shown]
    if apart and lines:
        judged, kept, done = (sum(getattr(row, name) for row in apart) for name in ("judged", "kept", "done"))
        together = _("%(n)d other units together") % {"n": len(apart)}
        lines.append(UnitLine(together, split.together, _of(kept, judged), _of(done, split.together)))
    return lines


def _unit_line(asked: Asked, row: tally.UnitTally, unit: UnitRow | None) -> UnitLine:
    own = unit is not None and asked.part.unit is not None and unit.pk == asked.part.unit.pk
    name = _("%(unit)s itself") % {"unit": unit.name} if unit and own else unit.name if unit else ""
    there = Asked(asked.access, Part(unit), asked.span)
    return UnitLine(
        name,
        row.group.count,
        _of(row.kept, row.judged),
        _of(row.done, row.group.count),
        "" if own or unit is None else there.address(),
    )


def _of(part: int, whole: int) -> str:
    return percent(part, whole) if whole else _("unknown")
