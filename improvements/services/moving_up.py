"""What is long past its day is brought up with the managers above, one more after each working week.

Whoever has it is reminded by the ground when the day has passed, and still has it. All that is owed follows
from the day and from who has it now: a scheduler that stood still makes up for each step once, a second run
does nothing, a new day begins anew.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from improvements.services.escalation import Tree, above
from improvements.workflow import ABOVE
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import Record, Task
from qms.records.services import lock_records, move, task_open
from qms.workdays import add_working_days, is_working_day, working_days_between

WEEK = 5  # working days that are given before the next manager is asked


@dataclass(frozen=True)
class Overdue:
    """What is brought up: the records that are `late` on a day, with their unit loaded, in the order of their
    ids; the kinds of task by which somebody has it (`waits`); the `day` it was to be done by, of a record and
    such a task; the `step` that asks one more manager; and which records are locked for it with the one."""

    late: Callable[[date], Any]
    waits: frozenset[str]
    day: Callable[[Any, Task | None], date | None]
    step: Callable[[Any], str]
    locked_with: Callable[[int], list[int]] = lambda pk: []


def steps_owed(due: date, today: date) -> int:
    """How many managers above are to see to it on `today`: one for each full working week past `due`."""
    return working_days_between(due, today) // WEEK


def move_up(overdue: Overdue, *, access: Access) -> int:
    """Ask every manager above who is owed to be asked, and return how many steps were made.

    Nothing moves on a day when nobody works.
    """
    today = timezone.localdate()
    if not is_working_day(today):
        return 0
    tree = Tree.read()
    return sum(_move_up(overdue, pk, tree, today, access) for pk in _owed(overdue, tree, today))


def _owed(overdue: Overdue, tree: Tree, today: date) -> list[int]:
    """The records that somebody is to see to and does not know of yet. Two queries, whatever there is."""
    records = list(overdue.late(today))
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.open().filter(record_id__in=[one.pk for one in records]).order_by("pk"):
        tasks[task.record_id].append(task)
    return [one.pk for one in records if _missing(overdue, one, tasks[one.pk], tree, today)]


def _missing(
    overdue: Overdue, record: Any, tasks: list[Task], tree: Tree, today: date
) -> list[tuple[int, int, date]]:
    """(step, head, day it was to be done by) of those who are to see to `record` and do not know it yet."""
    task = next((one for one in tasks if one.kind in overdue.waits), None)
    day = overdue.day(record, task)
    if day is None:
        return []
    owed = above(tree.chain(record.unit), task.assignee_id if task else None)[: steps_owed(day, today)]
    # Whoever is asked something else about it, as whether it applies to their unit, does not know it yet.
    have = {one.assignee_id for one in tasks if one.kind in overdue.waits or one.kind in ABOVE}
    return [(step, head, day) for step, head in enumerate(owed, start=1) if head not in have]


@transaction.atomic
def _move_up(overdue: Overdue, pk: int, tree: Tree, today: date, access: Access) -> int:
    """Make the steps owed for one record, as it is now. Returns how many."""
    lock_records(pk, *overdue.locked_with(pk))
    record = overdue.late(today).filter(pk=pk).first()
    if record is None:
        return 0
    missing = _missing(overdue, record, list(record.tasks.open().order_by("pk")), tree, today)
    people = Person.objects.in_bulk([head for _step, head, _day in missing])
    for step, head, day in missing:
        due = max(add_working_days(day, (step + 1) * WEEK), today)
        name = overdue.step(record)
        move(record_id=pk, name=name, access=access, data={"to": people[head], "due": due, "was": day})
    return len(missing)


def asked_above(record: Record, kind: str, access: Access, data: Mapping[str, Any]) -> dict[str, Any]:
    """What such a step does: one more manager (`to`) gets a task of that `kind`, for the day `due`. It keeps
    by which day it `was` to be."""
    to: Person = data["to"]
    task_open(record=record, kind=kind, assignee=to, due=data["due"], access=access)
    return {"sees_to_it": to.name, "due": data["due"].isoformat(), "was": data["was"].isoformat()}
