"""Order in the house: what is to be put right among governing documents, in all and for each unit."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Document, Version
from documents.permissions import ORDER
from documents.selectors.selections import ORDER as FIGURES
from documents.selectors.selections import TO_MEND, twins_seen
from qms.contributions import Figure
from qms.exceptions import NotYours
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.organisation.selectors import UnitRow, unit_rows
from qms.records.kinds import Selection
from qms.records.lists import ALL
from qms.records.models import Record

MOST_TWINS = 100  # pairs on one page, the most alike first


@dataclass(frozen=True)
class Cell:
    """A figure in the table of units."""

    label: str
    value: int
    url: str


@dataclass(frozen=True)
class Line:
    """A unit with everything below it."""

    name: str
    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class Order:
    """What the page shows about `unit`, or about everything that may be seen. The table of the units below
    has columns for what there is anywhere."""

    unit: UnitRow | None
    units: list[UnitRow]
    figures: list[tuple[str, Figure]]
    lines: list[Line]
    labels: list[str]


def order_of(access: Access, asked: str, today: date) -> Order:
    """The figures of the unit whose id is `asked`, else of the uppermost the person follows.

    Four queries, however many units there are. Raises NotYours for those who follow none, Unit.DoesNotExist
    for a unit outside what they follow.
    """
    paths = access.paths(ORDER.roles)
    if not paths:
        raise NotYours(_("Order in the house is for those who answer for a unit or for the whole."))
    units = [unit for unit in unit_rows() if unit.path.startswith(paths)]
    unit = next((one for one in units if str(one.pk) == asked), None)
    if asked and unit is None:
        raise Unit.DoesNotExist
    unit = unit or min(units, key=lambda one: (one.depth, one.path))
    counted = _counted(access, unit, units, today)
    there = [one for one in FIGURES if counted[one.key].total()]
    return Order(
        unit,
        units,
        [(str(one.label), _figure(access, one, unit, counted[one.key], today)) for one in FIGURES],
        _lines(unit, units, counted, there),
        [str(selection.label) for selection in there],
    )


def _counted(access: Access, unit: UnitRow, units: list[UnitRow], today: date) -> dict[str, Counter[str]]:
    """How many of each choice lie in each unit (by its path). One query, which reads the documents once."""
    within = {one.pk: one.path for one in units if one.path.startswith(unit.path)}
    seen = Document.objects.visible_to(access).filter(unit__path__startswith=unit.path)
    counts = {one.key: Count("pk", filter=one.asked_by(access, today)) for one in FIGURES}
    rows = list(seen.order_by().values("unit_id").annotate(**counts))
    return {key: Counter({within[row["unit_id"]]: row[key] for row in rows}) for key in counts}


def _figure(access: Access, selection: Selection, unit: UnitRow, counts: Counter[str], today: date) -> Figure:
    value = counts.total()
    url = _address(selection.key, unit)
    if selection.key != "in_force":
        return Figure(value, url=url, tone="warning" if value else "")
    before = _in_force_on(access, unit, today - timedelta(days=365))
    trend = "flat" if value == before else "up" if value > before else "fall"
    return Figure(value, _("%(count)d a year ago; fewer is fine") % {"count": before}, url=url, trend=trend)


def _in_force_on(access: Access, unit: UnitRow, day: date) -> int:
    """How many documents held on that day, of those that are seen today."""
    seen = Record.objects.visible_to(access).filter(kind=Document.KIND, unit__path__startswith=unit.path)
    held = Version.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=day),
        valid_from__lte=day,
        state__in=("in_force", "superseded", "repealed"),
        document__in=seen.order_by().values("pk"),
    )
    count: int = held.order_by().values("document").distinct().count()
    return count


def _lines(
    unit: UnitRow, units: list[UnitRow], counted: dict[str, Counter[str]], columns: list[Selection]
) -> list[Line]:
    below = [one for one in units if one.depth == unit.depth + 1 and one.path.startswith(unit.path)]
    lines = [_line(one, counted, columns) for one in below]
    return [line for line in lines if any(cell.value for cell in line.cells)]


def _line(unit: UnitRow, counted: dict[str, Counter[str]], columns: list[Selection]) -> Line:
    cells = []
    for selection in columns:
        counts = counted[selection.key]
        value = sum(count for path, count in counts.items() if path.startswith(unit.path))
        cells.append(Cell(str(selection.label), value, _address(selection.key, unit)))
    return Line(unit.name, f"{reverse('documents:order')}?unit={unit.pk}", cells)


def _address(key: str, unit: UnitRow) -> str:
    return f"{reverse('documents:list')}?{urlencode({'only': key, 'state': ALL, 'unit': unit.pk})}"


def pdf_to_mend(access: Access) -> Figure:
    """How many official PDFs are missing of documents that `access` steers. One query."""
    condition = TO_MEND.asked_by(access, timezone.localdate())
    count = Document.objects.visible_to(access).filter(condition).count()
    url = f"{reverse('documents:list')}?{urlencode({'only': TO_MEND.key, 'state': ALL})}"
    return Figure(count, url=url, tone="danger" if count else "")


@dataclass(frozen=True)
class Pair:
    """Two documents that say nearly the same."""

    first: Document
    second: Document
    percent: int


def twin_pairs(access: Access) -> list[Pair]:
    """The pairs of which `access` sees both, the most alike first. Two queries."""
    pairs = twins_seen(access).order_by("-percent", "pk")
    rows = list(pairs.values_list("first_id", "second_id", "percent")[:MOST_TWINS])
    ids = {pk for first, second, _percent in rows for pk in (first, second)}
    documents = {
        document.pk: cast(Document, document)
        for document in Document.objects.filter(pk__in=ids)
        .select_related("unit", "type")
        .defer("search", "text")
    }
    return [Pair(documents[first], documents[second], percent) for first, second, percent in rows]
