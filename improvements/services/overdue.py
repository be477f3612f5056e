"""Whether an action is done moves up the tree when its date is long past (`services.moving_up`)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from improvements.models import Action
from improvements.services.escalation import SPREADS
from improvements.services.moving_up import WEEK, Overdue, asked_above, move_up
from improvements.workflow import DO_ABOVE, DO_IT, PLANNED
from qms.organisation.access import Access
from qms.records.models import RecordQuerySet
from qms.workdays import add_working_days


def late_actions(today: date) -> RecordQuerySet:
    """Those that are to be brought up: a working week past their date, or more."""
    late = Action.objects.filter(
        state=PLANNED, due__lte=add_working_days(today, -WEEK), visibility__in=SPREADS, closed_at__isnull=True
    )
    rows: RecordQuerySet = late.select_related("unit").defer("search").order_by("pk")
    return rows


def _source(pk: int) -> list[int]:
    source = Action.objects.values_list("source_id", flat=True).get(pk=pk)
    return [source] if source else []


_ACTIONS = Overdue(
    late=late_actions,
    waits=frozenset({DO_IT}),
    day=lambda action, task: action.due,
    step=lambda action: "escalate",
    locked_with=_source,
)


def actions_move_up(*, access: Access) -> int:
    """Ask every manager above who is to see that an action is done; returns how many steps were made."""
    return move_up(_ACTIONS, access=access)


def effect_escalate(
    record: Action, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """One more manager is to see that it is done."""
    return asked_above(record, DO_ABOVE, access, data)
