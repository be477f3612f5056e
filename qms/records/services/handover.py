"""Handing over what is open: to another unit, or from one person to another.

Callers have checked the right; each record is saved by itself, so that its history says who did it.
"""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Q

from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import responsible_for
from qms.records.kinds import kinds
from qms.records.models import Record, RecordQuerySet, Task
from qms.records.services.create import record_save
from qms.records.services.tasks import task_close, task_open

Successor = Callable[[Record], Person | None]


def responsible() -> Successor:
    """The responsible manager of a record's unit; each unit is asked about once."""
    known: dict[int, Person | None] = {}

    def find(record: Record) -> Person | None:
        if record.unit_id not in known:
            known[record.unit_id] = responsible_for(record.unit)
        return known[record.unit_id]

    return find


def _each_locked(rows: RecordQuerySet) -> list[Record]:
    """The children of `rows`, locked, in one order: two handovers cannot wait for each other."""
    found: list[Record] = []
    for key, pk in rows.order_by("pk").values_list("kind", "pk"):
        children = kinds[key].model.objects.select_for_update(of=("self", "record_ptr"))
        found.append(children.select_related("unit", "owner", "created_by").get(pk=pk))
    return found


@transaction.atomic
def records_move(*, unit: Unit, into: Unit, access: Access) -> int:
    """Everything open in `unit` belongs to `into` from now on; what is closed keeps the unit it had.

    Returns how many.
    """
    moved = _each_locked(Record.objects.open().filter(unit=unit))
    for record in moved:
        record.unit = into
        record_save(record=record, access=access, reason=f"{unit.name} → {into.name}")
    return len(moved)


@transaction.atomic
def hand_over(*, person: Person, to: Successor, access: Access, unit: Unit | None = None) -> int:
    """Open records that `person` owns and tasks that wait for them go to `to(record)`.

    With `unit` only those of that unit. Returns how many records and tasks changed hands.
    """
    place = Q(unit=unit) if unit else Q()
    owned = _each_locked(Record.objects.open().filter(place, owner=person))
    for record in owned:
        record.owner = to(record)
        record_save(record=record, access=access, reason="handover")
    tasks = Task.objects.select_for_update(of=("self",)).open().filter(assignee=person)
    if unit:
        tasks = tasks.filter(record__unit=unit)
    waiting = list(tasks.select_related("record__unit").order_by("pk"))
    for task in waiting:
        task_close(task=task, access=access, outcome=Task.Outcome.MOVED)
        task_open(
            record=task.record,
            kind=task.kind,
            assignee=to(task.record),
            due=task.due,
            access=access,
            note=task.note,
        )
    return len(owned) + len(waiting)
