"""Reads across units, people and grants."""

from qms.organisation.selectors.matching import (
    directory,
    nearest_in_force,
    people_active,
    people_matching,
    units_in_force,
    units_matching,
)
from qms.organisation.selectors.named import Named, named, named_alike
from qms.organisation.selectors.responsible import (
    Holder,
    holders,
    lasting_administrators,
    leading,
    nearest_headed,
    nearest_holders,
    next_above,
    responsible_for,
)
from qms.organisation.selectors.rows import UnitRow, goes_on_in, unit_options, unit_rows
from qms.organisation.selectors.tree import parent_of, top_unit

__all__ = [
    "Holder",
    "Named",
    "UnitRow",
    "directory",
    "goes_on_in",
    "holders",
    "lasting_administrators",
    "leading",
    "named",
    "named_alike",
    "nearest_headed",
    "nearest_holders",
    "nearest_in_force",
    "next_above",
    "parent_of",
    "people_active",
    "people_matching",
    "responsible_for",
    "top_unit",
    "unit_options",
    "unit_rows",
    "units_in_force",
    "units_matching",
]
