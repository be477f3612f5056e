"""Handing over what is open: to another unit, or from one person to another.

Each record is saved by itself, so that its history says who did it. Whoever moves all of somebody's
matters has checked the right.
"""

import copy
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import responsible_for
from qms.records.kinds import kinds
from qms.records.models import Decision, Record, RecordQuerySet, Task
from qms.records.models.task import TaskQuerySet
from qms.records.services.create import record_save
from qms.records.services.locking import lock_records, record_locked
from qms.records.services.naming import name_people
from qms.records.services.noting import decision_note
from qms.records.services.tasks import task_close, task_open, tasks_follow
from qms.records.workflow import To

Successor = Callable[[Record, Unit], Person | None]
"""Who gets what somebody has: of a record, in the unit where it waits."""


@transaction.atomic
def records_move(*, unit: Unit, into: Unit, head: Person | None, access: Access) -> int:
    """Everything open in `unit` belongs to `into` from now on, and those who follow it are told; what is
    closed keeps the unit it had.

    What was `head`'s there goes to whoever is responsible for `into`, also what the unit was asked about the
    records of others. Returns how many records moved.
    """
    answers = responsible_for(into)
    here = Record.objects.open().filter(unit=unit)
    asked = Task.objects.open().filter(unit=unit)
    lock_records(*here.values_list("pk", flat=True), *asked.values_list("record_id", flat=True))
    moved = _children(here)
    for record in moved:
        record.unit = into
        if head and record.owner_id == head.pk:
            record.owner = answers
        record_save(record=record, access=access)
        names = {"unit": unit.name, "into": into.name}
        decision_note(record=record, name=Decision.WENT_ALONG, details=names, access=access)
    if head:
        theirs = Task.objects.open().filter(assignee=head, record__in=[record.pk for record in moved])
        _pass_on(theirs, lambda record, unit: answers, access)
    for task in _waiting(asked):
        to = answers if task.assignee is None or task.assignee == head else task.assignee
        _pass(task, to, into, access)
    return len(moved)


@transaction.atomic
def hand_over(*, person: Person, to: Person | None, access: Access, unit: Unit | None = None) -> int:
    """Open records that `person` owns, and tasks that wait for them, go to `to`.

    Without `to` they go to the responsible manager of each record's unit; with `unit` only those of
    that unit do. Returns how many records and tasks changed hands.
    """
    successor = (lambda record, unit: to) if to else _responsible(person)
    theirs = Record.objects.open().filter(Q(unit=unit) if unit else Q(), owner=person)
    there = Q(unit=unit) | Q(unit=None, record__unit=unit) if unit else Q()
    tasks = Task.objects.open().filter(there, assignee=person)
    # Also those that only a task waits in: one moved on meanwhile must not keep a task of its former state.
    lock_records(*theirs.values_list("pk", flat=True), *tasks.values_list("record_id", flat=True))
    owned = _children(theirs)
    for record in owned:
        record.owner = successor(record, record.unit)
        record_save(record=record, access=access)
        _note_answers_now(record, person, access)
    return len(owned) + _pass_on(tasks, successor, access)


def _note_answers_now(record: Record, before: Person, access: Access) -> None:
    """Whoever waits for it is told who has it by now, as they would be had it been handed over by hand."""
    awaited = next((spec for spec in record.state_offer.tasks if spec.awaited), None)
    if awaited and record.owner and record.owner != before:
        _note_handed(record, awaited.kind, record.owner, "", access)


@transaction.atomic
def unattended_follow(*, unit: Unit, access: Access) -> int:
    """What waits for nobody in `unit` and below it goes to whoever answers there by now, or, where they
    cannot do it, to the nearest who can; of a sealed record to somebody named on it, where there is one.

    Of a record that nobody was responsible for they become so, where it waits for whoever is. Returns how
    many tasks found somebody.
    """
    below = Q(unit__path__startswith=unit.path) | Q(unit=None, record__unit__path__startswith=unit.path)
    tasks = Task.objects.open().filter(below, assignee=None)
    lock_records(*tasks.values_list("record_id", flat=True))
    answers, found = _responsible(), 0
    for task in _waiting(tasks):
        to = answers(task.record, task.waits_in)
        if _pass_to(task, to, access):
            found += 1
            if to and _has_already(task, to):  # not where it went to another, who can do it
                _answer_for(task, to, access)
    return found


def _answer_for(task: Task, person: Person, access: Access) -> None:
    spec = task.record.kind_offer.task(task.kind)
    if task.unit is not None or spec is None or spec.to != To.OWNER:
        return
    for record in _children(Record.objects.filter(pk=task.record_id, owner=None)):
        record.owner = person
        record_save(record=record, access=access)


def is_personal(task: Task) -> bool:
    """Whether it is asked of each person and cannot be done for another."""
    spec = task.record.kind_offer.task(task.kind)
    return spec is not None and spec.personal


def require_theirs(task: Task, access: Access) -> None:
    """Raise NotYours when the task is somebody else's, RuleViolation when it waits no more."""
    if task.closed_at:
        raise RuleViolation(_("The task is already done. Nothing was changed."))
    if not access.is_system and task.assignee_id not in access.acts_for:
        raise NotYours(_("Only the person who has the task can hand it over."))


def makes_responsible(record: Record, task: Task) -> bool:
    """Whether whoever is handed the task becomes responsible for the record too: it waited for its owner.

    Not what stands beside the record's states (`RecordKind.standing`), as what another unit is asked: who
    answers for that unit does not answer for the record.
    """
    theirs = record.owner_id is not None and record.owner_id == task.assignee_id
    return theirs and task.kind not in record.kind_offer.standing


@transaction.atomic
def task_hand_over(*, task_id: int, to: Person, access: Access, note: str = "") -> Task:
    """Give a task that is mine (or that of somebody I stand in for) to somebody else, who is told at once.

    What waited for the person responsible makes the new one responsible: else they could not do it. Raises
    NotYours when it is somebody else's, RuleViolation when it is closed, `to` has left, has it already or
    cannot do it, Record.DoesNotExist when `access` does not see the record.
    """
    # The record first, as whoever moves it does: a task opened beside a move would outlive its state.
    record = record_locked(Task.objects.values_list("record_id", flat=True).get(pk=task_id), access)
    task = Task.objects.select_related("assignee", "unit").get(pk=task_id)
    require_theirs(task, access)
    if not to.is_active:
        raise RuleViolation(_("%(name)s has left. Choose somebody else.") % {"name": to.name}, field="to")
    if is_personal(task):
        raise RuleViolation(_("Nobody can do this for another: it is asked of each person."))
    if to.pk == task.assignee_id:
        raise RuleViolation(_("%(name)s has it already.") % {"name": to.name}, field="to")
    takers = record.kind_offer.takers.get(task.kind)
    if takers and (reason := takers.why_not(record, to)):
        raise RuleViolation(str(reason), field="to")
    task_close(task=task, access=access, outcome=Task.Outcome.MOVED)
    opened = task_open(
        record=record,
        kind=task.kind,
        assignee=to,
        due=task.due,
        due_at=task.due_at,
        access=access,
        note=note,
        unit=task.unit,
    )
    if record.is_sealed:
        # No role opens it to them: whoever has the task is named, so that they can do it.
        name_people(record=record, people=[to], access=access)
    if takers:
        takers.taken(record, to, access)
    if makes_responsible(record, task):
        before = copy.copy(record)
        record.owner = to
        record_save(record=record, access=access)
        tasks_follow(record=record, before=before, access=access)
    _note_handed(record, task.kind, to, note, access)
    return opened


def who_can_take(record: Record, task: Task) -> list[Person] | None:
    """Those to whom the task can be handed, where that is not anybody: without the one who has it."""
    takers = record.kind_offer.takers.get(task.kind)
    return None if takers is None or takers.others else _nearest(record, task)


def _nearest(record: Record, task: Task) -> list[Person] | None:
    """Those who can do the task without the one who has it, the nearest first; None where nobody says so."""
    able = record.kind_offer.takers[task.kind].able
    return None if able is None else [one for one in able(record) if one.pk != task.assignee_id]


def _note_handed(record: Record, task: str, to: Person, note: str, access: Access) -> None:
    """It stands in the log who handed what to whom and why; those who follow the record are told."""
    decision_note(
        record=record,
        name=Decision.HANDED_OVER,
        comment=note,
        details={"to": to.name, "task": task},
        access=access,
        told=[to],
    )


def _children(rows: RecordQuerySet) -> list[Record]:
    """The children of `rows`, which the caller has locked."""
    return [
        kinds[key].model.objects.select_related("unit", "owner", "created_by").get(pk=pk)
        for key, pk in rows.order_by("pk").values_list("kind", "pk")
    ]


def _pass_on(tasks: TaskQuerySet, to: Successor, access: Access) -> int:
    """Close each task as handed over and open it for the successor, who is told.

    What nobody can do for another stays, and falls away when the person has left.
    """
    passed = 0
    for task in _waiting(tasks):
        if is_personal(task):
            if task.assignee and not task.assignee.is_active:
                task_close(task=task, access=access, outcome=Task.Outcome.DROPPED)
            continue
        passed += _pass_to(task, to(task.record, task.waits_in), access)
    return passed


def _pass_to(task: Task, meant: Person | None, access: Access) -> bool:
    """Pass a task on to the one who is meant, or to the nearest who can do it. Returns whether it was.

    It falls away where they have the same already: theirs is as it was.
    """
    if meant and meant.pk != task.assignee_id and _has_already(task, meant):
        task_close(task=task, access=access, outcome=Task.Outcome.DROPPED)
        return True
    record = _of_few(task) if meant else None
    successor = _able(record, task, meant) if record and meant else meant
    if successor and successor.pk == task.assignee_id:
        return False
    if successor and _has_already(task, successor):
        task_close(task=task, access=access, outcome=Task.Outcome.DROPPED)
        return True
    takes = _taking(record, task, successor) if record and successor else None  # asked before it is theirs
    _pass(task, successor, task.unit, access)
    if takes:
        takes(record, successor, access)
    return True


def _of_few(task: Task) -> Record | None:
    """The record (the child) of a task that not everybody can do."""
    if task.kind not in task.record.kind_offer.takers:
        return None
    child: Record = task.record.kind_offer.model.objects.select_related("unit", "owner").get(
        pk=task.record_id
    )
    return child


def _has_already(task: Task, person: Person) -> bool:
    same = task.record.tasks.open().filter(kind=task.kind, unit=task.unit, assignee=person)
    return same.exists()


def _taking(record: Record, task: Task, person: Person) -> Callable[[Any, Any, Access], None] | None:
    """What follows when `person` has the task; None where they only keep it, and cannot do it."""
    takers = record.kind_offer.takers[task.kind]
    return None if takers.why_not(record, person) else takers.taken


def _able(record: Record, task: Task, meant: Person) -> Person:
    """The one who is meant where they can do it, else the nearest who can; where nobody can, it stays meant:
    they see what is lacking."""
    if not record.kind_offer.takers[task.kind].why_not(record, meant):
        return meant
    return next(iter(_nearest(record, task) or ()), meant)


def _waiting(tasks: TaskQuerySet) -> TaskQuerySet:
    """The tasks, locked, with all that passing them on asks for."""
    locked = tasks.select_for_update(of=("self",)).select_related("record__unit", "unit", "assignee")
    return locked.order_by("pk")


def _pass(task: Task, to: Person | None, unit: Unit | None, access: Access) -> None:
    """Close a task as handed over and open it for `to`, in `unit`."""
    task_close(task=task, access=access, outcome=Task.Outcome.MOVED)
    task_open(
        record=task.record,
        kind=task.kind,
        assignee=to,
        due=task.due,
        due_at=task.due_at,
        access=access,
        note=task.note,
        unit=unit,
    )
    if to and task.record.is_sealed:
        # No role opens it to them: whoever has the task is named, so that they can do it.
        name_people(record=task.record, people=[to], access=access)


def owner_after(record: Record, unit: Unit) -> Person | None:
    """Who has what goes on from `record` in `unit`: whoever had it, or whoever would have got it had it been
    open when they left. At most two queries."""
    if record.owner and record.owner.is_active:
        return record.owner
    return _responsible(record.owner)(record, unit)


def _responsible(leaving: Person | None = None) -> Successor:
    """The responsible manager of the unit; each unit is asked about once.

    A sealed record goes to somebody named on it, where there is another.
    """
    known: dict[int, Person | None] = {}

    def find(record: Record, unit: Unit) -> Person | None:
        if record.is_sealed:
            others = (record.named_ids or frozenset()) - {leaving.pk if leaving else None}
            if other := Person.objects.filter(pk__in=others, is_active=True).order_by("pk").first():
                return other
        if unit.pk not in known:
            known[unit.pk] = responsible_for(unit)
        return known[unit.pk]

    return find
