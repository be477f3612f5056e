"""A unit that stays while something is put there."""

from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.organisation.models import Unit
from qms.organisation.services.writing import tree_held


def unit_held(unit_id: int) -> Unit:
    """The unit as it is now; until the transaction ends it is neither merged nor closed.

    Whoever does so waits, and takes along what was put there meanwhile. Raises RuleViolation when the unit
    has closed, Unit.DoesNotExist when there is none.
    """
    tree_held()
    unit: Unit = Unit.objects.get(pk=unit_id)
    if unit.is_closed:
        raise RuleViolation(
            _("%(unit)s has closed. Choose the unit it concerns today.") % {"unit": unit.name}, field="unit"
        )
    return unit
