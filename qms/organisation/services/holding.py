"""A unit that stays while something is put there."""

from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.organisation.models import Unit
from qms.sql import Question

_HOLD = Question("SELECT FROM organisation_unit WHERE id = %s FOR SHARE")


def unit_held(unit_id: int) -> Unit:
    """The unit as it is now; until the transaction ends it is neither merged nor closed.

    Whoever does so waits, and takes along what was put there meanwhile. Ask it before any record is locked: a
    merger locks its units first, then their records. Raises RuleViolation when the unit has closed,
    Unit.DoesNotExist when there is none.
    """
    _HOLD.fetch([unit_id])
    unit: Unit = Unit.objects.get(pk=unit_id)
    if unit.is_closed:
        raise RuleViolation(
            _("%(unit)s has closed. Choose the unit it concerns today.") % {"unit": unit.name}, field="unit"
        )
    return unit
