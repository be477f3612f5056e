"""A unit that stays while something is put there."""

from django.db import OperationalError
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.organisation.models import Unit
from qms.sql import Question

_HOLD = Question("SELECT FROM organisation_unit WHERE id = %s FOR SHARE")
_HOLD_AT_ONCE = Question("SELECT FROM organisation_unit WHERE id = %s FOR SHARE NOWAIT")


def unit_held(unit_id: int) -> Unit:
    """The unit as it is now; until the transaction ends it is neither merged nor closed.

    Whoever does so waits, and takes along what was put there meanwhile. Ask it before any record is locked: a
    merger locks its units first, then their records. Raises RuleViolation when the unit has closed,
    Unit.DoesNotExist when there is none.
    """
    _HOLD.fetch([unit_id])
    return _in_force(unit_id)


def unit_held_at_once(unit_id: int) -> Unit:
    """The same where a record is locked already: to wait for a merger, which may wait for that record, would
    be to wait for ever. Raises RuleViolation also while the unit is being changed."""
    try:
        _HOLD_AT_ONCE.fetch([unit_id])
    except OperationalError as busy:
        raise RuleViolation(
            _("The unit is being changed just now. Try again in a moment."), field="unit"
        ) from busy
    return _in_force(unit_id)


def _in_force(unit_id: int) -> Unit:
    unit: Unit = Unit.objects.get(pk=unit_id)
    if unit.is_closed:
        raise RuleViolation(
            _("%(unit)s has closed. Choose the unit it concerns today.") % {"unit": unit.name}, field="unit"
        )
    return unit
