"""Writing a workbook: sheets of plain values, in constant memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN_IN_NAMES = str.maketrans("", "", r"[]:*?/\'")


@dataclass(frozen=True)
class Sheet:
    """A sheet with its headings (text, width in characters) and rows, which are read once."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[object]]


def write_sheets(file: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Write a workbook with these sheets."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = add_sheet(book, sheet.title, sheet.columns)
        for row in sheet.rows:
            page.append(list(cells(page, row)))
    book.save(file)


def add_sheet(book: Workbook, title: str, columns: Sequence[tuple[str, int]]) -> Any:
    """A new sheet with its headings, which stay when one scrolls."""
    sheet = book.create_sheet(title.translate(_FORBIDDEN_IN_NAMES)[:31] or _("List"))
    sheet.freeze_panes = "A2"
    for number, (_heading, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append(headings(sheet, [heading for heading, _width in columns]))
    return sheet


def cells(sheet: Any, values: Iterable[object]) -> Iterator[object]:
    """`values` for a row of `sheet`; a text that begins like a formula stays a text."""
    for value in values:
        yield _text(sheet, value) if isinstance(value, str) else value


def _text(sheet: Any, value: str) -> object:
    """A text for a cell; one that begins like a formula is marked as text, for this sheet and its copies."""
    value = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not value.startswith(_FORMULA):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def headings(sheet: Any, labels: Iterable[str]) -> list[object]:
    """`labels` as headings: bold on grey."""
    found = []
    for label in labels:
        cell = WriteOnlyCell(sheet, label)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E6EBEA")
        found.append(cell)
    return found
