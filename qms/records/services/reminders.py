"""Reminders: the working day before the date, and when a promise has passed its date."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.organisation.selectors import next_above, responsible_for
from qms.records.kinds import kinds
from qms.records.models import Notification, Reminder, Task, TaskQuerySet
from qms.records.services.notify import tell_of_task
from qms.workdays import add_working_days, is_working_day

Event = Notification.Event
Reason = Reminder.Reason


def reminders_write(*, access: Access) -> int:
    """Write every reminder that is owed today and return how many that were.

    Owed is said by the state of things, not by what ran when: a task that is still open, due today or on
    the next working day, or past its date, about whose date the ledger has no row. So a scheduler that
    has stood still for three days owes each reminder once, and none for what was done meanwhile.
    Nobody is reminded on a day when nobody works.
    """
    today = timezone.localdate()
    if not is_working_day(today):
        return 0
    due_soon = Task.objects.filter(due__gte=today, due__lte=add_working_days(today, 1))
    overdue = Task.objects.filter(due__lt=today)
    written = 0
    for task_id, due in _unreminded(due_soon, Reason.DUE_SOON):
        written += _remind_due_soon(task_id, due, access)
    for task_id, due in _unreminded(overdue, Reason.OVERDUE, Reason.ESCALATED):
        written += _remind_overdue(task_id, due, access)
    return written


def _unreminded(tasks: TaskQuerySet, *reasons: Reason) -> list[tuple[int, date]]:
    """(id, due) of those still open and without a row in the ledger about the date they have now."""
    ledger = Reminder.objects.filter(task=OuterRef("pk"), due_on=OuterRef("due"), reason__in=reasons)
    owed = tasks.open().filter(_pressing(), ~Exists(ledger)).order_by("pk").values_list("pk", "due")
    return [(task_id, due) for task_id, due in owed if due]


def _pressing() -> Q:
    """The tasks of which people are reminded: not those that an app follows up itself."""
    waits = Q()
    for kind in kinds:
        quiet = [spec.kind for spec in kind.task_specs if not spec.pressing]
        waits &= ~Q(record__kind=kind.key, kind__in=quiet) if quiet else Q()
    return waits


@transaction.atomic
def reminder_write(*, task: Task, access: Access) -> int:
    """Tell whoever has the task, once for the date it has, that this has passed: for an app that follows up
    its tasks itself, and has the record locked. Returns how many were told.
    """
    owed = _still_owed(task.pk, task.due, Reason.OVERDUE) if task.due else None
    if owed is None or owed.due is None or owed.assignee is None:
        return 0
    return len(_remind(owed, owed.due, owed.assignee, Reason.OVERDUE, access))


def _still_owed(task_id: int, due: date, *reasons: Reason) -> Task | None:
    """The task, locked, if it is still open and nobody has been reminded of its date meanwhile."""
    rows = Task.objects.open().select_for_update(of=("self",)).select_related("record__unit", "assignee")
    task = rows.filter(pk=task_id, due=due).first()
    if task and Reminder.objects.filter(task=task, due_on=due, reason__in=reasons).exists():
        return None
    return task


@transaction.atomic
def _remind_due_soon(task_id: int, due: date, access: Access) -> int:
    task = _still_owed(task_id, due, Reason.DUE_SOON)
    if task is None or task.assignee is None:
        return 0
    return len(_remind(task, due, task.assignee, Reason.DUE_SOON, access))


@transaction.atomic
def _remind_overdue(task_id: int, due: date, access: Access) -> int:
    """Tell the one who has the task, and `_others`; them alone if nobody has it."""
    task = _still_owed(task_id, due, Reason.OVERDUE, Reason.ESCALATED)
    if task is None:
        return 0
    assignee = task.assignee
    reminded = _remind(task, due, assignee, Reason.OVERDUE, access) if assignee else []
    for other in _others(task):
        # Not twice to a manager who stands in for the one who has the task, or has a duty here already.
        told = other.pk in {reminder.person_id for reminder in reminded}
        if not told and not task.record.tasks.open().filter(assignee=other).exists():
            reminded += _remind(task, due, other, Reason.ESCALATED, access)
    return len(reminded)


def _others(task: Task) -> list[Person]:
    """Who else is told that a date has passed: the next manager, of a sealed record only those named."""
    assignee, unit = task.assignee, task.record.unit
    spec = task.record.kind_offer.task(task.kind)
    if spec and spec.personal:
        return []
    if task.record.is_sealed:
        named = Person.objects.filter(pk__in=task.record.named_ids or (), is_active=True)
        return list(named.exclude(pk=assignee.pk if assignee else 0).order_by("pk"))
    above = next_above(unit, assignee) if assignee else responsible_for(unit)
    return [above] if above else []


def _remind(task: Task, due: date, person: Person, reason: Reason, access: Access) -> list[Reminder]:
    if not person.is_active:
        row = Reminder(
            task=task, person=person, reason=reason, due_on=due, skipped=Notification.Skipped.INACTIVE
        )
        return Reminder.objects.bulk_create([row])
    data = {}
    if reason == Reason.ESCALATED:
        data = {"assignee": task.assignee.name if task.assignee else ""}
    told = tell_of_task(
        task=task,
        person=person,
        event=Event.DUE_SOON if reason == Reason.DUE_SOON else Event.OVERDUE,
        access=access,
        urgent=reason != Reason.DUE_SOON,
        data=data,
    )
    return Reminder.objects.bulk_create(
        Reminder(task=task, person_id=line.person_id, reason=reason, due_on=due, notification=line)
        for line in told
    )
