"""A list in a spreadsheet or as CSV: which column says what, and what stands in each row. No database."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice, zip_longest
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import ParseError

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from qms.exceptions import RuleViolation
from qms.records.imports.importers import Columns

MOST_ABOVE = 10  # rows among which the headings stand: a title and a date may be above them
MOST_BETWEEN = 1_000  # empty rows among the others
MOST_QUOTED = 60
SEPARATORS = ";,\t"
CHUNK = 1_000_000  # bytes of a sheet that are read at once
LONGEST_MERGED = 100  # bytes of what says that cells are merged

# What opening a damaged workbook ends in: the library passes on the faults of those below it.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, csv.Error, EOFError, OSError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, NotImplementedError, RecursionError),
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+([0-9]+):[A-Z]+([0-9]+))"')


@dataclass(frozen=True)
class SheetRow:
    """A row as it stands: its number in the sheet and what each known column says."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)  # days as 2026-11-20


class _Merged(NamedTuple):
    """Cells that are one, such as C5:C9: only the first of them says something."""

    cells: str
    first: int  # row
    last: int


def read_sheet(file: BinaryIO, columns: Columns) -> list[SheetRow]:
    """The rows of the first sheet of a workbook, or of a CSV file; empty ones are left out.

    The headings are looked for in the first MOST_ABOVE rows. No formula is worked out: of one stands here
    what the program that saved it had found. Raises RuleViolation when it is no list, lacks a column that is
    needed, has merged cells, or has too many rows.
    """
    file.seek(0)
    is_workbook = file.read(2) == b"PK"
    file.seek(0)
    try:
        rows = _of_workbook(file, columns) if is_workbook else _rows(_text_file(file, columns), columns, [])
    except _DAMAGED as error:
        raise RuleViolation(
            _("This is no spreadsheet that can be read. Save it as XLSX and choose it again."), field="sheet"
        ) from error
    if not rows:
        raise RuleViolation(_("There are no rows below the headings."), field="sheet")
    return rows


def headings_unread(file: BinaryIO, columns: Columns) -> list[str]:
    """The headings of a list, which `read_sheet` has read, that mean no column here: what stands beneath them
    is not taken over."""
    file.seek(0)
    is_workbook = file.read(2) == b"PK"
    file.seek(0)
    above = _above_of_workbook(file) if is_workbook else _above(_text_file(file, columns))
    row = above[_place_of_headings(above, columns)]
    named = zip(row, _heads(row, columns), strict=True)
    return [name[:MOST_QUOTED] for value, head in named if not head and (name := _short(value))]


def _above_of_workbook(file: BinaryIO) -> list[list[Any]]:
    book = load_workbook(file, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        return _above(sheet.iter_rows(values_only=True))
    finally:
        book.close()


def _above(lines: Iterator[Iterable[Any]]) -> list[list[Any]]:
    return [list(line) for line in islice(lines, MOST_ABOVE)] or [[]]


def _place_of_headings(above: list[list[Any]], columns: Columns) -> int:
    return max(range(len(above)), key=lambda place: _known(above[place], columns))  # the first of several


def _of_workbook(file: BinaryIO, columns: Columns) -> list[SheetRow]:
    book = load_workbook(file, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        # The library leaves merged cells out when it reads as it goes, and otherwise has all in memory.
        with sheet._get_source() as source:
            merged = list(_merged(source))
        sheet.reset_dimensions()  # what it says of its own size is often wrong: rows would be lost
        return _rows(sheet.iter_rows(values_only=True), columns, merged)
    finally:
        book.close()


def _merged(source: BinaryIO) -> Iterator[_Merged]:
    """The merged cells of a sheet: what no cell's text can be taken for, as there each < is written &lt;."""
    left = b""
    while part := source.read(CHUNK):
        part = left + part
        end = 0
        for found in _MERGED.finditer(part):
            yield _Merged(found[1].decode(), int(found[2]), int(found[3]))
            end = found.end()
        left = part[max(end, len(part) - LONGEST_MERGED) :]


def _text_file(file: BinaryIO, columns: Columns) -> Iterator[Iterable[Any]]:
    content = file.read()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252")  # how Excel saves CSV here

    def divided(separator: str) -> Iterator[list[str]]:
        return csv.reader(io.StringIO(text, newline=""), delimiter=separator)

    def most_known(separator: str) -> int:
        return max((_known(row, columns) for row in islice(divided(separator), MOST_ABOVE)), default=0)

    return divided(max(SEPARATORS, key=most_known))


def _heads(row: Iterable[Any], columns: Columns) -> list[str]:
    """Which column each cell of a row is the heading of; nothing for what is none."""
    keys = {name: key for key, names in columns.names.items() for name in names}
    return [keys.get(_short(value).casefold(), "") for value in row]


def _known(row: Iterable[Any], columns: Columns) -> int:
    return len(set(filter(None, _heads(row, columns))))


def _rows(lines: Iterator[Iterable[Any]], columns: Columns, merged: Sequence[_Merged]) -> list[SheetRow]:
    above = _above(lines)
    at = _place_of_headings(above, columns)
    heads = _heads(above[at], columns)
    _check_headings(above[at], heads, at + 1, columns)
    _check_merged(merged, at + 1)
    rows: list[SheetRow] = []
    for number, line in enumerate(chain(above[at + 1 :], lines), start=at + 2):
        cells = {key: _said(value, key, columns) for key, value in zip_longest(heads, line) if key}
        if any(cells.values()):
            rows.append(SheetRow(number, cells))
        if len(rows) > columns.most_rows or number > at + len(rows) + 1 + MOST_BETWEEN:
            break
    if len(rows) > columns.most_rows:
        raise RuleViolation(
            _("At most %(most)d rows at once: divide the list.") % {"most": columns.most_rows}, field="sheet"
        )
    return rows


def _check_headings(row: list[Any], heads: list[str], number: int, columns: Columns) -> None:
    missing = [columns.names[key][0] for key in columns.needed if key not in heads]
    if missing:
        raise RuleViolation(
            _("The headings in row %(row)d lack these: %(names)s.")
            % {"row": number, "names": ", ".join(missing)},
            field="sheet",
        )
    _check_once([_short(value) for value in row], heads)


def _check_merged(merged: Sequence[_Merged], headings: int) -> None:
    """What stands above the headings may be merged; elsewhere nobody knows whose the one text is."""
    found = min((one for one in merged if one.last >= headings), key=lambda one: one.first, default=None)
    if found:
        raise RuleViolation(
            _("In row %(row)d cells are merged (%(cells)s). Split them, and write in each what it says.")
            % {"row": found.first, "cells": found.cells},
            field="sheet",
        )


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
