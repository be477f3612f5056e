"""A list of existing documents in a spreadsheet: which column says what, and what stands in each row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from documents.content.extract import DAMAGED
from qms.exceptions import RuleViolation

MOST_ROWS = 5_000
MOST_LETTERS = 500  # of one cell

# What each column may be called, in the first row; capitals and spaces around do not count.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "nummer", "dokumentnummer", "number"),
    "title": ("titel", "namn", "title", "tittel"),
    "type": ("typ", "dokumenttyp", "type"),
    "unit": ("enhet", "förvaltning", "unit", "enhetskod"),
    "owner": ("ägare", "dokumentägare", "ansvarig", "owner", "eier"),
    "decided_by": ("beslutad av", "beslutande", "fastställd av", "decided by", "vedtatt av"),
    "paragraph": ("paragraf", "§", "paragraph"),
    "decided_on": ("beslutsdatum", "beslutad", "decided on", "vedtaksdato"),
    "registry_number": ("diarienummer", "dnr", "registry number", "journalnummer"),
    "valid_from": ("gäller från", "giltig från", "valid from", "gjelder fra"),
    "review": ("översyn", "nästa översyn", "revideras", "review", "neste gjennomgang"),
    "laws": ("lagar", "lagstöd", "laws", "lover"),
    "file": ("fil", "filnamn", "file", "filnavn"),
}
NEEDED = ("title", "type", "unit", "file")
DAYS = ("decided_on", "valid_from", "review")
_SEPARATE = {name: key for key, names in COLUMNS.items() for name in names}


@dataclass(frozen=True)
class SheetRow:
    """A row as it stands: its number in the sheet and what each known column says."""

    number: int
    cells: dict[str, str]  # days as 2026-11-20


def read_sheet(file: BinaryIO) -> list[SheetRow]:
    """The rows of the first sheet; empty ones are left out.

    Raises RuleViolation when it is no spreadsheet, lacks a column that is needed, or has too many rows.
    """
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        rows = _rows(book.worksheets[0].iter_rows(values_only=True))
        book.close()
    except DAMAGED as error:
        raise RuleViolation(
            _("This is no spreadsheet that can be read. Save it as XLSX and choose it again."), field="sheet"
        ) from error
    if not rows:
        raise RuleViolation(_("There are no rows below the headings."), field="sheet")
    return rows


def _rows(lines: Any) -> list[SheetRow]:
    heads = [_SEPARATE.get(_text(value).casefold(), "") for value in next(iter(lines), ())]
    missing = [COLUMNS[key][0] for key in NEEDED if key not in heads]
    if missing:
        raise RuleViolation(
            _("The first row lacks these headings: %(names)s.") % {"names": ", ".join(missing)}, field="sheet"
        )
    rows: list[SheetRow] = []
    for number, line in enumerate(lines, start=2):
        cells = {key: _text(value) for key, value in zip(heads, line, strict=False) if key}
        if any(cells.values()):
            rows.append(SheetRow(number, cells))
        if len(rows) > MOST_ROWS or number > 4 * MOST_ROWS:
            raise RuleViolation(
                _("At most %(most)d rows at once: divide the list.") % {"most": MOST_ROWS}, field="sheet"
            )
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).replace("\0", " ").split())[:MOST_LETTERS]


def day_of(text: str) -> date | None:
    """The day a cell says; None when it is empty. Raises RuleViolation for anything else."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise RuleViolation(_("“%(text)s” is no date: write it as 2026-11-20.") % {"text": text}) from error
