"""Reading: what waits for a person, and how far it has come in each unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import Document, ReadDuty
from qms.organisation.access import EVERYWHERE, Access
from qms.organisation.models import Person
from qms.organisation.roles import EXECUTIVE, MANAGER, QUALITY_MANAGER

MOST_NAMES = 50
LED = (MANAGER.key, QUALITY_MANAGER.key, EXECUTIVE.key)  # roles that follow the reading of a unit


def duties_of(person: Person) -> QuerySet[ReadDuty]:
    """What the person has still to read and confirm, soonest first."""
    rows = ReadDuty.objects.missing().filter(person=person).select_related("document__type", "version")
    return rows.defer("document__search", "document__text", "version__search", "version__text",
                      "version__extracted").order_by("due", "pk")  # fmt: skip


def next_to_read(person: Person, after: Document) -> Document | None:
    """The next document that waits for the person, leaving out `after`. One query."""
    duty = duties_of(person).exclude(document=after).first()
    return duty.document if duty else None


@dataclass(frozen=True)
class UnitReading:
    """How many in a unit have read, of how many."""

    name: str
    total: int
    confirmed: int
    late: int

    @property
    def missing(self) -> int:
        """How many have not."""
        return self.total - self.confirmed


@dataclass(frozen=True)
class Reading:
    """How far the reading of a document has come, in the units the asker leads or follows."""

    units: list[UnitReading]
    missing: list[ReadDuty]
    missing_total: int
    is_part: bool  # not of all who have the duty: only of those

    @property
    def total(self) -> int:
        """How many have been asked."""
        return sum(unit.total for unit in self.units)

    @property
    def confirmed(self) -> int:
        """How many of them have read."""
        return sum(unit.confirmed for unit in self.units)


def reading_of(document: Document, access: Access, today: date) -> Reading:
    """Who has the duty now, unit by unit, and who is missing by name. Two queries and a count.

    Whoever answers for the document sees all of it; a manager the units they lead.
    """
    duties = ReadDuty.objects.standing().filter(_followed(document, access), document=document)
    rows = (
        duties.order_by("unit__path")
        .values_list("unit__name", "unit__path")
        .annotate(
            total=Count("pk"),
            confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)),
            late=Count("pk", filter=Q(confirmed_at__isnull=True, due__lt=today)),
        )
    )
    units = [UnitReading(name, total, confirmed, late) for name, _path, total, confirmed, late in rows]
    missing = duties.filter(confirmed_at__isnull=True).select_related("person", "unit")
    missing = missing.only("due", "person__name", "unit__name")
    named = list(missing.order_by("unit__path", "person__name")[:MOST_NAMES])
    is_part = document.owner_id not in access.acts_for and access.paths(LED) != EVERYWHERE
    return Reading(units, named, sum(unit.missing for unit in units), is_part)


READ_COLUMNS = (
    (_("Name"), 28),
    (_("Unit"), 28),
    (_("Asked on"), 14),
    (_("To be read by"), 14),
    (_("Read and confirmed"), 20),
    (_("Version read"), 14),
    (_("No longer asked since"), 20),
    (_("No longer asked because"), 36),
)


def readers(document: Document, access: Access) -> Iterator[tuple[object, ...]]:
    """Who was ever asked to read `document` and what came of it, in the units the asker leads or follows, as
    a workbook holds it (READ_COLUMNS): by unit and name. One query, read bit by bit.
    """
    duties = ReadDuty.objects.filter(_followed(document, access), document=document)
    duties = duties.select_related("person", "unit", "confirmed_version").only(
        *("person__name", "unit__name", "asked_at", "due", "confirmed_at", "closed_at", "closed_why"),
        *("confirmed_version__major", "confirmed_version__minor"),
    )
    for duty in duties.order_by("unit__path", "person__name", "asked_at").iterator(chunk_size=1_000):
        read = duty.confirmed_version
        yield (
            duty.person.name,
            duty.unit.name,
            timezone.localdate(duty.asked_at),
            duty.due,
            _at(duty.confirmed_at),
            read.number if read else "",
            _at(duty.closed_at),
            str(duty.get_closed_why_display()),
        )


def _at(moment: datetime | None) -> datetime | None:
    """A moment as it was on the clock here: a workbook knows no time zones."""
    return timezone.make_naive(moment) if moment else None


def _followed(document: Document, access: Access) -> Q:
    """All duties for whoever answers for the document, else those in the units one leads or follows."""
    return Q() if document.owner_id in access.acts_for else _led(access)


def _led(access: Access) -> Q:
    """Duties in the units that the person leads or follows."""
    condition = Q(pk__in=[])
    for path in access.paths(LED):
        condition |= Q(unit__path__startswith=path)
    return condition
