"""A list as a workbook, in constant memory and one query however many rows there are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from qms.organisation.models import Unit
from qms.organisation.selectors import UnitRow
from qms.records.kinds import MoreColumns
from qms.records.models import Record
from qms.records.workbook import add_sheet, cells, headings

MOST_ROWS = 100_000
CHUNK = 2_000  # rows fetched at a time


def columns() -> list[tuple[str, int]]:
    """The headings in the person's language and the width of each column in characters."""
    return [
        (_("Reference"), 15),
        (_("Kind"), 18),
        (_("Title"), 60),
        (_("Unit"), 28),
        (_("Belongs to"), 50),
        (_("Responsible"), 24),
        (_("State"), 18),
        (_("Next date"), 12),
        (pgettext("record", "Sent"), 12),
        (_("Changed"), 12),
        (pgettext("record", "Closed"), 12),
        (_("Who sees it"), 24),
    ]


def unit_paths(units: Iterable[UnitRow]) -> dict[int, str]:
    """For each unit the names of those above it, from the top. All units, in the order of the tree."""
    names: dict[str, str] = {}
    above: dict[int, str] = {}
    for unit in units:
        names[unit.path] = unit.name
        ends = range(Unit.steplen, len(unit.path), Unit.steplen)
        above[unit.pk] = " / ".join(names[unit.path[:end]] for end in ends if unit.path[:end] in names)
    return above


def write_workbook(
    file: IO[bytes],
    records: Iterable[Record],
    *,
    title: str,
    above: Mapping[int, str],
    about: Sequence[tuple[str, str | date | datetime]],
    more: MoreColumns | None = None,
) -> None:
    """Write one row for each record, at most MOST_ROWS.

    `records` is read once, from its first to its last. `above` gives the units above each unit, `about`
    what the second sheet says of the list, `more` what their kind says of them besides. A text that begins
    like a formula stays a text.
    """
    book = Workbook(write_only=True)
    named = [*columns(), *((str(label), width) for label, width in (more.columns if more else ()))]
    sheet = add_sheet(book, title, named)
    rows, iterator = 0, iter(records)
    for rows, row in enumerate(_rows(islice(iterator, MOST_ROWS), above, more), start=1):  # noqa: B007
        sheet.append(cells(sheet, row))
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(named))}{rows + 1}"
    _write_about(book, about, rows, is_cut=next(iterator, None) is not None)
    book.save(file)


def _write_about(
    book: Workbook, about: Sequence[tuple[str, str | date | datetime]], rows: int, *, is_cut: bool
) -> None:
    sheet = book.create_sheet(_("About"))
    sheet.column_dimensions["A"].width = 20
    sheet.column_dimensions["B"].width = 80
    for label, value in [*about, (_("Rows"), rows)]:
        sheet.append([*headings(sheet, [label]), *cells(sheet, [value])])
    if is_cut:
        sentence = _("The list is longer: a workbook holds %(most)d rows. Narrow the list to get the rest.")
        sheet.append(["", sentence % {"most": MOST_ROWS}])


def _rows(
    records: Iterator[Record], above: Mapping[int, str], more: MoreColumns | None
) -> Iterator[list[object]]:
    """A row for each, with what the kind says besides asked for many at a time."""
    while some := list(islice(records, CHUNK)):
        besides = more.cells([record.pk for record in some]) if more else {}
        for record in some:
            yield [*_row(record, above), *besides.get(record.pk, ())]


def _row(record: Record, above: Mapping[int, str]) -> list[object]:
    return [
        record.reference,
        str(record.kind_label),
        record.title,
        record.unit.name,
        above.get(record.unit_id, ""),
        record.owner.name if record.owner else "",
        str(record.state_offer.label),
        record.due,
        _day(record.created_at),
        _day(record.changed_at),
        _day(record.closed_at),
        str(record.get_visibility_display()),
    ]


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
