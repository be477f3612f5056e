"""How soon a unit answers: a setting of the unit, inherited down the tree."""

from django.db import transaction
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.models import LONGEST_PROMISE, UnitPromise
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.services.writing import Event, drop, keep, note_event, require, unit_in_force

SETTING = "improvements.promise"  # its key among the settings of a unit


@transaction.atomic
def unit_promise_set(*, unit_id: int, days: int | None, access: Access) -> UnitPromise | None:
    """Promise answers within `days` working days in a unit and below; None: as the unit above again.

    Holds for what is sent in from now on: promises already given stand. Of two at once the second waits.
    Raises NotYours without the right to lead the unit, RuleViolation for days outside 1–30 or a unit that
    has closed.
    """
    unit = unit_in_force(unit_id)
    require(access, permissions.PROMISE, unit)
    if days is not None and not 1 <= days <= LONGEST_PROMISE:
        raise RuleViolation(
            _("Choose between 1 and %(longest)d working days.") % {"longest": LONGEST_PROMISE}, field="days"
        )
    promise = UnitPromise.objects.filter(unit=unit).first()
    before = promise.days if promise else None
    if days == before:
        return promise
    note_event(Event.UNIT_CHANGED, access, unit=unit, what=SETTING, before=before, after=days)
    if days is None:
        if promise:
            drop(promise, access, "as above")
        return None
    promise = promise or UnitPromise(unit=unit)
    promise.days = days
    keep(promise, access, "promise")
    return promise
