"""How soon a unit answers: a setting of the unit, inherited down the tree."""

from django.db import transaction
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.models import UnitPromise
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Unit

LONGEST = 30  # working days; a longer promise is none


@transaction.atomic
def unit_promise_set(*, unit: Unit, days: int | None, access: Access) -> UnitPromise | None:
    """Promise answers within `days` working days in `unit` and below; None: as the unit above again.

    Holds for what is sent in from now on: promises already given stand. Raises NotYours without the
    right to lead the unit, RuleViolation for days outside 1–30.
    """
    if not access.can_in(permissions.PROMISE, unit):
        raise NotYours(_("Only those who lead %(unit)s decide how soon it answers.") % {"unit": unit.name})
    if days is not None and not 1 <= days <= LONGEST:
        raise RuleViolation(
            _("Choose between 1 and %(longest)d working days.") % {"longest": LONGEST}, field="days"
        )
    promise = UnitPromise.objects.select_for_update().filter(unit=unit).first()
    if days is None:
        if promise:
            promise.delete()
        return None
    promise = promise or UnitPromise(unit=unit)
    promise.days = days
    promise._history_user = access.person  # type: ignore[attr-defined]
    promise.save()
    return promise
