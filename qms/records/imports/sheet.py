"""A list in a spreadsheet or as CSV: which column says what, and what stands in each row. No database."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from qms.exceptions import RuleViolation
from qms.records.imports.importers import Columns

MOST_BETWEEN = 1_000  # empty rows among the others
MOST_QUOTED = 60
SEPARATORS = ";,\t"

# What opening a damaged workbook ends in: the library passes on the faults of those below it.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, csv.Error, EOFError, OSError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, NotImplementedError, RecursionError),
)


@dataclass(frozen=True)
class SheetRow:
    """A row as it stands: its number in the sheet and what each known column says."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)  # days as 2026-11-20


def read_sheet(file: BinaryIO, columns: Columns) -> list[SheetRow]:
    """The rows of the first sheet of a workbook, or of a CSV file; empty ones are left out.

    No formula is worked out: of one stands here what the program that saved it had found. Raises
    RuleViolation when it is no list, lacks a column that is needed, or has too many rows.
    """
    file.seek(0)
    is_workbook = file.read(2) == b"PK"
    file.seek(0)
    try:
        rows = _rows(_workbook(file) if is_workbook else _text_file(file), columns)
    except _DAMAGED as error:
        raise RuleViolation(
            _("This is no spreadsheet that can be read. Save it as XLSX and choose it again."), field="sheet"
        ) from error
    if not rows:
        raise RuleViolation(_("There are no rows below the headings."), field="sheet")
    return rows


def _workbook(file: BinaryIO) -> Iterator[Iterable[Any]]:
    book = load_workbook(file, read_only=True, data_only=True)
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()


def _text_file(file: BinaryIO) -> Iterator[Iterable[Any]]:
    content = file.read()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252")  # how Excel saves CSV here
    head = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=head.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _rows(lines: Iterator[Iterable[Any]], columns: Columns) -> list[SheetRow]:
    keys = {name: key for key, names in columns.names.items() for name in names}
    first = [_short(value) for value in next(lines, ())]
    heads = [keys.get(name.casefold(), "") for name in first]
    missing = [columns.names[key][0] for key in columns.needed if key not in heads]
    if missing:
        raise RuleViolation(
            _("The first row lacks these headings: %(names)s.") % {"names": ", ".join(missing)}, field="sheet"
        )
    _check_once(first, heads)
    rows: list[SheetRow] = []
    for number, line in enumerate(lines, start=2):
        cells = {key: _said(value, key, columns) for key, value in zip_longest(heads, line) if key}
        if any(cells.values()):
            rows.append(SheetRow(number, cells))
        if len(rows) > columns.most_rows or number > len(rows) + 1 + MOST_BETWEEN:
            break
    if len(rows) > columns.most_rows:
        raise RuleViolation(
            _("At most %(most)d rows at once: divide the list.") % {"most": columns.most_rows}, field="sheet"
        )
    return rows


def _check_once(first: list[str], heads: list[str]) -> None:
    for key in filter(None, heads):
        same = [name for name, head in zip(first, heads, strict=True) if head == key]
        if len(same) > 1:
            raise RuleViolation(
                _("These columns mean the same: %(names)s. Keep the heading of one of them.")
                % {"names": ", ".join(same)},
                field="sheet",
            )


def _said(value: Any, key: str, columns: Columns) -> str:
    if key not in columns.long:
        return _short(value)[: columns.most_letters]
    lines = _plain(value).replace("\r\n", "\n").replace("\r", "\n")
    return lines.strip()[: columns.long[key] + 1]  # one more than may be, so that it is seen and not cut


def _short(value: Any) -> str:
    return " ".join(_plain(value).split())


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\0", " ")


def quoted(cell: str) -> str:
    """What a cell says, as much as a sentence about it needs."""
    return Truncator(cell).chars(MOST_QUOTED)


def needed(cells: Mapping[str, str], key: str, otherwise: str) -> str:
    """What a cell says. Raises RuleViolation with that sentence when it says nothing."""
    if not cells.get(key):
        raise RuleViolation(otherwise)
    return cells[key]


def at_most(cells: Mapping[str, str], key: str, most: int) -> str:
    """What a cell says, nothing for an empty one. Raises RuleViolation for more letters than are kept."""
    said = cells.get(key, "")
    if len(said) > most:
        raise RuleViolation(
            _("“%(text)s” is too long: at most %(most)d letters are kept.")
            % {"text": quoted(said), "most": most}
        )
    return said
