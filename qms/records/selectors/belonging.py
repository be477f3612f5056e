"""What a unit or a person has among the records: for their pages, and for whoever hands it over."""

from django.urls import reverse
from django.utils.translation import ngettext

from qms.contributions import Inherited, NewsLine, Rows
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.records.models import Record, RecordQuerySet, Task

SHOWN = 5


def matters_of_unit(access: Access, unit: Unit) -> Rows:
    """What is open in the unit and below it, soonest first. Two queries, three where categories are rows."""
    rows = Record.objects.visible_to(access).open().filter(unit__path__startswith=unit.path)
    return _rows(rows, f"{reverse('records:all')}?unit={unit.pk}", unit)


def matters_of_person(access: Access, person: Person) -> Rows:
    """What is open that the person is responsible for, soonest first. As many queries."""
    rows = Record.objects.visible_to(access).open().filter(owner=person)
    return _rows(rows, f"{reverse('records:all')}?owner={person.pk}")


def _rows(rows: RecordQuerySet, url: str, here: Unit | None = None) -> Rows:
    shown = rows.for_lists().order_by("due", "id")[:SHOWN]
    return Rows(lines=[_line(record, here=here) for record in shown], total=rows.count(), url=url)


def _line(record: Record, title: str = "", here: Unit | None = None) -> NewsLine:
    where = () if record.unit == here else (record.unit.name,)  # a unit's own page names it once
    return NewsLine(
        title=title or record.title,
        url=record.get_absolute_url(),
        meta=" · ".join((record.reference, *where, str(record.state_offer.label))),
        icon=record.icon,
        due=record.due,
    )


def open_in_unit(access: Access, unit: Unit) -> Inherited:
    """What is open in the unit itself. Two queries."""
    return _matters(Record.objects.filter(unit=unit), access, f"{reverse('records:all')}?unit={unit.pk}")


def open_of_person(access: Access, person: Person) -> Inherited:
    """What is open that the person is responsible for. Two queries."""
    return _matters(
        Record.objects.filter(owner=person), access, f"{reverse('records:all')}?owner={person.pk}"
    )


def _matters(rows: RecordQuerySet, access: Access, url: str) -> Inherited:
    count = rows.open().count()
    words = ngettext("%(count)d open matter", "%(count)d open matters", count) % {"count": count}
    soonest = rows.open().visible_to(access).for_lists().order_by("due", "id")
    lines = [_line(record) for record in soonest[: SHOWN + 1]]
    return Inherited(words if count else "", lines[:SHOWN], url if len(lines) > SHOWN else "")


def tasks_of_person(access: Access, person: Person) -> Inherited:
    """The tasks that wait for the person. Two queries."""
    rows = Task.objects.open().filter(assignee=person)
    count = rows.count()
    words = ngettext("%(count)d task that waits", "%(count)d tasks that wait", count) % {"count": count}
    seen = rows.filter(record__in=Record.objects.visible_to(access).order_by().values("pk"))
    soonest = seen.select_related("record__unit").defer("record__search").soonest_first()[:SHOWN]
    lines = [_line(task.record, f"{task.label}: {task.record.title}") for task in soonest]
    return Inherited(words if count else "", lines)
