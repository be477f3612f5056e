"""Whether a case is seen through, and its effect judged, moves up the tree when its date is long past.

What was answered with a day is a promise too. Whoever has it is reminded by the ground when the day has
passed, and the manager above once. After a working week the next manager above is to see to it, and after
each further week the next one, as with actions (`services.overdue`): what is owed follows from the day and
from who has it now, and a new day begins anew. Where it waits for an action that is just as late, that one
is brought up itself.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from improvements.models import Improvement
from improvements.permissions import CHECK_EFFECT
from improvements.services.escalation import SPREADS, Tree, above
from improvements.services.overdue import WEEK, late_actions, steps_owed
from improvements.workflow import CARRY_OUT, DO_ABOVE, DOING, FINISH, JUDGE_ABOVE, TESTING
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import Task
from qms.records.services import lock_records, move, task_open
from qms.workdays import add_working_days, is_working_day

STEPS = {DOING: "see_done", TESTING: "see_judged"}  # the move that asks one more manager, by state
WAITS = (CARRY_OUT, FINISH, str(CHECK_EFFECT.task))


def cases_move_up(*, access: Access) -> int:
    """Ask every manager above who is owed to be asked, and return how many steps were made.

    Nothing moves on a day when nobody works.
    """
    today = timezone.localdate()
    if not is_working_day(today):
        return 0
    tree = Tree.read()
    return sum(_move_up(pk, tree, today, access) for pk in _owed(tree, today))


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


def _owed(tree: Tree, today: date) -> list[int]:
    """The cases that somebody is to see to and does not know of yet. Two queries, whatever there is."""
    cases = list(_late(today))
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.open().filter(record_id__in=[case.pk for case in cases]).order_by("pk"):
        tasks[task.record_id].append(task)
    return [case.pk for case in cases if _missing(case, tasks[case.pk], tree, today)]


def _missing(case: Improvement, tasks: list[Task], tree: Tree, today: date) -> list[tuple[int, int, date]]:
    """(step, head, day it was to be done by) of those who are to see to `case` and do not know it yet."""
    task = next((one for one in tasks if one.kind in WAITS), None)
    if task is None or task.due is None:
        return []
    owed = above(tree.chain(case.unit), task.assignee_id)[: steps_owed(task.due, today)]
    have = {one.assignee_id for one in tasks}
    return [(step, head, task.due) for step, head in enumerate(owed, start=1) if head not in have]


@transaction.atomic
def _move_up(pk: int, tree: Tree, today: date, access: Access) -> int:
    """Make the steps owed in one case, as it is now. Returns how many."""
    lock_records(pk)
    case = _late(today).filter(pk=pk).first()
    if case is None:
        return 0
    missing = _missing(case, list(case.tasks.open().order_by("pk")), tree, today)
    people = Person.objects.in_bulk([head for _step, head, _day in missing])
    for step, head, day in missing:
        due = max(add_working_days(day, (step + 1) * WEEK), today)
        move(record_id=pk, name=STEPS[case.state], access=access, data={"to": people[head], "due": due})
    return len(missing)


def effect_see_done(
    record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """One more manager is to see that it is done."""
    return _asked(record, DO_ABOVE, access, data)


def effect_see_judged(
    record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """One more manager is to see that its effect is judged."""
    return _asked(record, JUDGE_ABOVE, access, data)


def _asked(record: Improvement, kind: str, access: Access, data: Mapping[str, Any]) -> dict[str, Any]:
    to: Person = data["to"]
    task_open(record=record, kind=kind, assignee=to, due=data["due"], access=access)
    return {"sees_to_it": to.name, "due": data["due"].isoformat()}
