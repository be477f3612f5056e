"""A unit that stays while something is put there."""

from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.organisation.models import Unit
from qms.organisation.services.writing import TREE_LOCK
from qms.sql import Question

# Whoever changes the tree holds this lock alone (`lock_tree`), whoever puts something there shares it. A lock
# on the row of a unit would be written to it each time, by all who send there.
_SHARE = Question("SELECT pg_advisory_xact_lock_shared(%s)")
_SHARE_AT_ONCE = Question("SELECT pg_try_advisory_xact_lock_shared(%s)")


def tree_held() -> None:
    """Until the transaction ends no unit is moved, merged or closed: whoever does so waits, and takes along
    what was put there meanwhile. Ask it before any record is locked: who changes the tree locks records after
    it, and whoever adds to a locked record in a unit would wait for that one."""
    _SHARE.fetch([TREE_LOCK])


def unit_held(unit_id: int) -> Unit:
    """The unit as it is now; until the transaction ends it is neither merged nor closed.

    Whoever does so waits, and takes along what was put there meanwhile. Ask it before any record is locked:
    who changes the tree locks records after it. Raises RuleViolation when the unit has closed,
    Unit.DoesNotExist when there is none.
    """
    tree_held()
    return _in_force(unit_id)


def unit_held_at_once(unit_id: int) -> Unit:
    """The same where a record is locked already: to wait for whoever changes the tree, and may wait for that
    record, would be to wait for ever. Raises RuleViolation also while the tree is being changed."""
    ((is_held,),) = _SHARE_AT_ONCE.fetch([TREE_LOCK])
    if not is_held:
        raise RuleViolation(
            _("The organisation is being changed just now. Try again in a moment."), field="unit"
        )
    return _in_force(unit_id)


def _in_force(unit_id: int) -> Unit:
    unit: Unit = Unit.objects.get(pk=unit_id)
    if unit.is_closed:
        raise RuleViolation(
            _("%(unit)s has closed. Choose the unit it concerns today.") % {"unit": unit.name}, field="unit"
        )
    return unit
