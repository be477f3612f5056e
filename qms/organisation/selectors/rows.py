"""All units as plain rows, for filters, choices and exports.

Hundreds of units stand in the filter of every list. As objects of the model they take as long as the rest
of the page; as tuples they are also a key under which what is made of them can be kept: whoever renames a
unit makes another key, so nothing kept is ever out of date.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString

from qms.sql import Question

INDENT = "\u2003"


class UnitRow(NamedTuple):
    """What a list needs to know of a unit."""

    pk: int
    path: str
    depth: int
    name: str
    valid_until: date | None

    def is_in_force(self, today: date) -> bool:
        """Whether it has not closed by that day."""
        return self.valid_until is None or self.valid_until > today


_UNITS = Question("SELECT id, path, depth, name, valid_until FROM organisation_unit ORDER BY path")


def unit_rows() -> tuple[UnitRow, ...]:
    """Every unit, closed ones too, in the order of the tree. One query."""
    return tuple(map(UnitRow._make, _UNITS.fetch([])))


def goes_on_in(unit: UnitRow, rows: Iterable[UnitRow], today: date) -> UnitRow | None:
    """Where what was open in `unit` went when that closed: the nearest of `rows` in force above it.

    That is what it merged into, if it did. None while the unit exists.
    """
    if unit.is_in_force(today):
        return None
    above = [one for one in rows if unit.path.startswith(one.path) and one.is_in_force(today)]
    return above[-1] if above else None


def unit_options(rows: Iterable[UnitRow], chosen: int | None) -> SafeString:
    """The options of a select, each set in by its depth, the chosen one marked."""
    options = _options(tuple(rows))
    value = f'value="{chosen}"'
    return SafeString(options.replace(value, f"{value} selected", 1)) if chosen else options


@lru_cache(maxsize=8)
def _options(rows: tuple[UnitRow, ...]) -> SafeString:
    top = min((row.depth for row in rows), default=1)
    return SafeString(
        "".join(
            f'<option value="{row.pk}">{INDENT * (row.depth - top)}{escape(row.name)}</option>'
            for row in rows
        )
    )
