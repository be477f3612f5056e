"""Whether an action is done moves up the tree when its date is long past.

Whoever has it is reminded by the ground when the date has passed. After a working week the next manager above
is to see that it is done, and after each further week the next one, up to the top; whoever had it still has.
As with answers (`services.escalation`) all that is owed follows from the date and from who has it now: a
scheduler that stood still makes up for each step once, a second run does nothing, a new date begins anew.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from improvements.models import Action
from improvements.services.escalation import SPREADS, Tree, above
from improvements.workflow import DO_ABOVE, DO_IT, PLANNED
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import RecordQuerySet, Task
from qms.records.services import lock_records, move, task_open
from qms.workdays import add_working_days, is_working_day, working_days_between

WEEK = 5  # working days that are given before the next manager is asked


def steps_owed(due: date, today: date) -> int:
    """How many managers above are to see to it on `today`: one for each full working week past `due`."""
    return working_days_between(due, today) // WEEK


def actions_move_up(*, access: Access) -> int:
    """Ask every manager above who is owed to be asked, and return how many steps were made.

    Nothing moves on a day when nobody works.
    """
    today = timezone.localdate()
    if not is_working_day(today):
        return 0
    tree = Tree.read()
    return sum(_move_up(pk, tree, today, access) for pk in _owed(tree, today))


def late_actions(today: date) -> RecordQuerySet:
    """Those that are to be brought up: a working week past their date, or more."""
    late = Action.objects.filter(
        state=PLANNED, due__lte=add_working_days(today, -WEEK), visibility__in=SPREADS, closed_at__isnull=True
    )
    rows: RecordQuerySet = late.select_related("unit").defer("search").order_by("pk")
    return rows


def _owed(tree: Tree, today: date) -> list[int]:
    """The actions that somebody is to see to and does not know of yet. Two queries, whatever there is."""
    actions = list(late_actions(today))
    tasks: dict[int, list[Task]] = defaultdict(list)
    open_tasks = Task.objects.open().filter(record_id__in=[action.pk for action in actions])
    for task in open_tasks.order_by("pk"):
        tasks[task.record_id].append(task)
    return [action.pk for action in actions if _missing(action, tasks[action.pk], tree, today)]


def _missing(action: Any, tasks: list[Task], tree: Tree, today: date) -> list[tuple[int, int]]:
    """(step, head) of those who are to see that `action` is done and do not know it yet."""
    holder = next((task.assignee_id for task in tasks if task.kind == DO_IT), None)
    owed = above(tree.chain(action.unit), holder)[: steps_owed(action.due, today)]
    have = {task.assignee_id for task in tasks}
    return [(step, head) for step, head in enumerate(owed, start=1) if head not in have]


@transaction.atomic
def _move_up(pk: int, tree: Tree, today: date, access: Access) -> int:
    """Make the steps owed for one action, as it is now. Returns how many."""
    source = Action.objects.values_list("source_id", flat=True).get(pk=pk)
    lock_records(pk, *([source] if source else []))
    action = late_actions(today).filter(pk=pk).first()
    if action is None or action.due is None:
        return 0
    missing = _missing(action, list(action.tasks.open().order_by("pk")), tree, today)
    people = Person.objects.in_bulk([head for _step, head in missing])
    for step, head in missing:
        due = max(add_working_days(action.due, (step + 1) * WEEK), today)
        move(record_id=pk, name="escalate", access=access, data={"to": people[head], "due": due})
    return len(missing)


def effect_escalate(
    record: Action, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """One more manager is to see that it is done."""
    to: Person = data["to"]
    task_open(record=record, kind=DO_ABOVE, assignee=to, due=data["due"], access=access)
    return {"sees_to_it": to.name, "due": data["due"].isoformat()}
