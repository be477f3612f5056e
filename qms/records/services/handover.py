"""Handing over what is open: to another unit, or from one person to another.

Callers have checked the right. Each record is saved by itself, so that its history says who did it.
"""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Q

from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import responsible_for
from qms.records.kinds import kinds
from qms.records.models import Record, RecordQuerySet, Task
from qms.records.models.task import TaskQuerySet
from qms.records.services.create import record_save
from qms.records.services.locking import lock_records
from qms.records.services.tasks import task_close, task_open

Successor = Callable[[Record], Person | None]


@transaction.atomic
def records_move(*, unit: Unit, into: Unit, head: Person | None, access: Access) -> int:
    """Everything open in `unit` belongs to `into` from now on; what is closed keeps the unit it had.

    What was `head`'s there goes to whoever is responsible for `into`. Returns how many records moved.
    """
    answers = responsible_for(into)
    here = Record.objects.open().filter(unit=unit)
    lock_records(*here.values_list("pk", flat=True))
    moved = _children(here)
    for record in moved:
        record.unit = into
        if head and record.owner_id == head.pk:
            record.owner = answers
        record_save(record=record, access=access)
    if head:
        theirs = Task.objects.open().filter(assignee=head, record__in=[record.pk for record in moved])
        _pass_on(theirs, lambda record: answers, access)
    return len(moved)


@transaction.atomic
def hand_over(*, person: Person, to: Person | None, access: Access, unit: Unit | None = None) -> int:
    """Open records that `person` owns, and tasks that wait for them, go to `to`.

    Without `to` they go to the responsible manager of each record's unit; with `unit` only those of
    that unit do. Returns how many records and tasks changed hands.
    """
    successor = (lambda record: to) if to else _responsible(person)
    theirs = Record.objects.open().filter(Q(unit=unit) if unit else Q(), owner=person)
    tasks = Task.objects.open().filter(Q(record__unit=unit) if unit else Q(), assignee=person)
    # Also those that only a task waits in: one moved on meanwhile must not keep a task of its former state.
    lock_records(*theirs.values_list("pk", flat=True), *tasks.values_list("record_id", flat=True))
    owned = _children(theirs)
    for record in owned:
        record.owner = successor(record)
        record_save(record=record, access=access)
    return len(owned) + _pass_on(tasks, successor, access)


def _children(rows: RecordQuerySet) -> list[Record]:
    """The children of `rows`, which the caller has locked."""
    return [
        kinds[key].model.objects.select_related("unit", "owner", "created_by").get(pk=pk)
        for key, pk in rows.order_by("pk").values_list("kind", "pk")
    ]


def _pass_on(tasks: TaskQuerySet, to: Successor, access: Access) -> int:
    """Close each task as handed over and open it for the successor, who is told."""
    waiting = tasks.select_for_update(of=("self",)).select_related("record__unit").order_by("pk")
    passed = 0
    for task in waiting:
        successor = to(task.record)
        if successor and successor.pk == task.assignee_id:
            continue
        task_close(task=task, access=access, outcome=Task.Outcome.MOVED)
        task_open(
            record=task.record,
            kind=task.kind,
            assignee=successor,
            due=task.due,
            due_at=task.due_at,
            access=access,
            note=task.note,
        )
        passed += 1
    return passed


def _responsible(leaving: Person) -> Successor:
    """The responsible manager of a record's unit; each unit is asked about once.

    A sealed record goes to somebody named on it, where there is another.
    """
    known: dict[int, Person | None] = {}

    def find(record: Record) -> Person | None:
        if record.is_sealed:
            named = Person.objects.filter(pk__in=record.named_ids or (), is_active=True)
            if other := named.exclude(pk=leaving.pk).order_by("pk").first():
                return other
        if record.unit_id not in known:
            known[record.unit_id] = responsible_for(record.unit)
        return known[record.unit_id]

    return find
