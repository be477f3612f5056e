"""What a unit or a person has among the records: for their pages, and for whoever hands it over."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from qms.contributions import NewsLine, Rows
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.records.models import Record, RecordQuerySet, Task
from qms.ui.dates import due_text

SHOWN = 5


def matters_of_unit(access: Access, unit: Unit) -> Rows:
    """What is open in the unit and below it, soonest first. Two queries."""
    rows = Record.objects.visible_to(access).open().filter(unit__path__startswith=unit.path)
    return _rows(rows, f"{reverse('records:all')}?unit={unit.pk}")


def matters_of_person(access: Access, person: Person) -> Rows:
    """What is open that the person is responsible for, soonest first. Two queries."""
    rows = Record.objects.visible_to(access).open().filter(owner=person)
    return _rows(rows, f"{reverse('records:all')}?owner={person.pk}")


def _rows(rows: RecordQuerySet, url: str) -> Rows:
    shown = list(rows.for_lists().order_by("due", "id")[:SHOWN])
    return Rows(
        lines=[
            NewsLine(
                title=record.title,
                url=record.get_absolute_url(),
                meta=" · ".join(
                    part
                    for part in (
                        record.reference,
                        record.unit.name,
                        str(record.state_offer.label),
                        due_text(record.due).text if record.due else "",
                    )
                    if part
                ),
                icon=record.icon,
            )
            for record in shown
        ],
        total=rows.count(),
        url=url,
    )


def open_in_unit(unit: Unit) -> str:
    """How many matters are open in the unit itself. One query."""
    return _matters(Q(unit=unit))


def open_of_person(person: Person) -> str:
    """How many open matters the person is responsible for. One query."""
    return _matters(Q(owner=person))


def _matters(condition: Q) -> str:
    count = Record.objects.open().filter(condition).count()
    words = ngettext("%(count)d open matter", "%(count)d open matters", count) % {"count": count}
    return words if count else ""


def tasks_of_person(person: Person) -> str:
    """How many tasks wait for the person. One query."""
    count = Task.objects.open().filter(assignee=person).count()
    words = ngettext("%(count)d task that waits", "%(count)d tasks that wait", count) % {"count": count}
    return words if count else ""
