"""What lists call units."""

from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.organisation.models import Unit
from qms.organisation.selectors import units_in_force
from qms.records.imports.sheet import quoted


class UnitNames:
    """The units in force by code and by name. One query, once for a run."""

    def __init__(self) -> None:
        self._units: dict[str, list[Unit]] = {}
        for unit in units_in_force():
            for name in {unit.code.casefold(), unit.name.casefold()}:
                self._units.setdefault(name, []).append(unit)

    def get(self, name: str) -> Unit:
        """The unit with that code or name. Raises RuleViolation, also when there are two."""
        found = self._units.get(name.casefold(), [])
        if len(found) > 1:
            raise RuleViolation(
                _("Several units are called “%(name)s”: write the unit's code.") % {"name": quoted(name)}
            )
        if not found:
            raise RuleViolation(_("There is no unit called “%(name)s” today.") % {"name": quoted(name)})
        return found[0]
