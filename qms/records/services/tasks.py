"""Opening, closing and handing over tasks."""

from datetime import date, datetime

from django.db.models import Case, Value, When
from django.utils import timezone

from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import responsible_for
from qms.records.models import Record, Task, TaskQuerySet
from qms.records.services.notify import tell_task
from qms.records.workflow import TaskSpec, To


def open_state_tasks(record: Record, access: Access, *, quietly: bool = False) -> list[Task]:
    """Open the tasks that the record's state needs, with `quietly` without telling anybody.

    Inside the transaction that made the record, or set its state and closed the tasks of the one before:
    none is open but those that stand through all states.
    """
    standing = record.kind_offer.standing
    return [
        task_open(
            record=record,
            kind=spec.kind,
            assignee=assignee_of(spec, record),
            due=record.due,
            access=access,
            quietly=quietly,
            first=spec.kind not in standing,
        )
        for spec in record.state_offer.tasks
        if not spec.later
    ]


def assignee_of(spec: TaskSpec, record: Record) -> Person | None:
    """Who gets it. One who has left is replaced by the responsible manager, never by nobody unseen."""
    if spec.to == To.OWNER and record.owner and record.owner.is_active:
        return record.owner
    if spec.to == To.CHOSEN:
        chosen = record.chosen_for(spec.kind)
        if chosen and chosen.is_active:
            return chosen
    if spec.to == To.AUTHOR:
        author = record.created_by
        return author if author and author.is_active else None
    return responsible_for(record.unit)


def task_open(
    *,
    record: Record,
    kind: str,
    assignee: Person | None,
    due: date | None,
    access: Access,
    note: str = "",
    due_at: datetime | None = None,
    unit: Unit | None = None,
    quietly: bool = False,
    first: bool = False,
) -> Task:
    """Open a task once: one that is already open for the same person is returned with the new date, and one
    beside which this would stand (`TaskSpec.beside`) as it is. With `first` the caller knows that there is
    none.

    `unit` is the one in which it waits, where that is not the record's.
    Tells the assignee, unless they opened it themselves or it is done `quietly`. The caller has
    the record new or locked, so nobody else opens the same task at this moment.
    """
    there = record.tasks.open().filter(assignee=assignee, unit=unit)
    spec = record.kind_offer.task(kind)
    if not first and assignee and spec and spec.beside:
        does = there.filter(kind__in=spec.beside).first()
        if does is not None:
            return does
    task = None if first else there.filter(kind=kind).first()
    if task is None:
        if not first and assignee:
            _beside_fall_away(there, record, kind, access)
        task = Task.objects.create(
            record=record, kind=kind, assignee=assignee, due=due, due_at=due_at, note=note, unit=unit
        )
        if not quietly:
            tell_task(task=task, access=access)
    elif (task.due, task.due_at) != (due, due_at):
        task.due, task.due_at = due, due_at
        task.save(update_fields=["due", "due_at"])
    return task


def _beside_fall_away(theirs: TaskQuerySet, record: Record, kind: str, access: Access) -> None:
    """Of what somebody has to do: what stands beside a task of that `kind` is done with that one."""
    beside = [spec.kind for spec in record.kind_offer.task_specs if kind in spec.beside]
    if beside:
        for task in theirs.filter(kind__in=beside):
            task_close(task=task, access=access, outcome=Task.Outcome.DROPPED)


def task_close(*, task: Task, access: Access, outcome: str = Task.Outcome.DONE) -> None:
    """Close a task that the caller has the right to close (by moving its record)."""
    task.closed_at = timezone.now()
    task.closed_by = access.person
    task.outcome = outcome
    task.save(update_fields=["closed_at", "closed_by", "outcome"])


def tasks_close_all(*, record: Record, access: Access) -> None:
    """Leaving a state: what its tasks asked for has been done (or is no longer needed)."""
    mine = When(assignee__in=access.acts_for, then=Value(Task.Outcome.DONE))
    record.tasks.open().exclude(kind__in=record.kind_offer.standing).update(
        closed_at=timezone.now(),
        closed_by=access.person,
        outcome=Task.Outcome.DONE if access.is_system else Case(mine, default=Value(Task.Outcome.DROPPED)),
    )


def tasks_follow(*, record: Record, before: Record, access: Access) -> None:
    """After a new owner, unit or date: open tasks that came from the old ones follow the new ones.

    A task that somebody was given by hand stays with them.
    """
    specs = {spec.kind: spec for spec in record.state_offer.tasks}
    for task in record.tasks.select_for_update().open().exclude(kind__in=record.kind_offer.standing):
        spec = specs.get(task.kind)
        due = record.due if task.due == before.due else task.due
        assignee = task.assignee
        if spec and task.assignee == assignee_of(spec, before):
            assignee = assignee_of(spec, record)
        if assignee != task.assignee:
            task_close(task=task, access=access, outcome=Task.Outcome.MOVED)
            task_open(
                record=record, kind=task.kind, assignee=assignee, due=due, access=access, note=task.note
            )
        elif due != task.due:
            task.due = due
            task.save(update_fields=["due"])
