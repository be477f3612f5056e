"""Whether a case is seen through, and its effect judged, moves up the tree when its date is long past.

What was answered with a day is a promise too (`services.moving_up`). Where it waits for an action that is
just as late, that one is brought up itself.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from improvements.models import Improvement
from improvements.permissions import CHECK_EFFECT
from improvements.services.escalation import SPREADS
from improvements.services.moving_up import WEEK, Overdue, asked_above, move_up
from improvements.services.overdue import late_actions
from improvements.workflow import CARRY_OUT, DO_ABOVE, DOING, FINISH, JUDGE_ABOVE, TESTING
from qms.organisation.access import Access
from qms.records.models import Task
from qms.workdays import add_working_days

STEPS = {DOING: "see_done", TESTING: "see_judged"}  # the move that asks one more manager, by state
WAITS = frozenset({CARRY_OUT, FINISH, str(CHECK_EFFECT.task)})


def _late(today: date) -> Any:
    """What somebody has waited with for a working week or more. The task has the day: it may be later than
    the case's, when the last action was done late."""
    waits = Task.objects.open().filter(
        record=OuterRef("pk"), kind__in=WAITS, due__lte=add_working_days(today, -WEEK)
    )
    brought_up: Any = late_actions(today).order_by()
    brought_up = brought_up.filter(source_id=OuterRef("pk"))
    late = Improvement.objects.filter(
        Exists(waits), ~Exists(brought_up), state__in=STEPS, visibility__in=SPREADS
    )
    return late.select_related("unit").defer("search").order_by("pk")


_CASES = Overdue(
    late=_late,
    waits=WAITS,
    day=lambda case, task: task.due if task else None,
    step=lambda case: STEPS[case.state],
)


def cases_move_up(*, access: Access) -> int:
    """Ask every manager above who is to see to a case; returns how many steps were made."""
    return move_up(_CASES, access=access)


def effect_see_done(
    record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """One more manager is to see that it is done."""
    return asked_above(record, DO_ABOVE, access, data)


def effect_see_judged(
    record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """One more manager is to see that its effect is judged."""
    details = asked_above(record, JUDGE_ABOVE, access, data)
    name = details.pop("sees_to_it")
    return {**details, "sees_judged": name}
