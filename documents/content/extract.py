"""The words in a file, for search and comparison. What cannot be opened is refused in one sentence.

The file has been through `qms.records.attachments` before: its type is known by its content, it holds no
macros and does not grow into a bomb. Here the work is bounded once more: letters, pages, seconds.
"""

import csv
import logging
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from struct import error as StructError
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from documents.content.office_xml import OPEN_DOCUMENT, POWERPOINT, WORD, Dialect, lines_of
from qms.exceptions import RuleViolation

log = logging.getLogger(__name__)

MOST_LETTERS = 1_000_000  # of text that is kept; some 400 pages
MOST_SECONDS = 120.0  # a worker has others to read
MOST_XML = 100_000_000  # bytes of one part, unpacked

# What opening a damaged file ends in: each library has faults of its own, and passes on those below it.
DAMAGED = (
    *(PyPdfError, zipfile.BadZipFile, zlib.error, StructError, ParseError, DefusedXmlException),
    *(InvalidFileException, csv.Error, EOFError, OSError, RecursionError, NotImplementedError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, AssertionError, RuntimeError),
)
_WORD_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")


def check_opens(file: BinaryIO, extension: str) -> None:
    """Raise RuleViolation when nobody could read the file: damaged, or locked with a password. Quick."""
    with _opening(file):
        if extension == ".pdf":  # not read: a single page of drawings may take seconds
            if not len(_pdf(file).pages):
                raise ValueError("no pages")
        elif extension in _READERS:
            next(iter(_READERS[extension](file)), None)


def extract(file: BinaryIO, extension: str) -> str:
    """The text of a file of that type, a line for each paragraph or row; nothing for a scan or a picture.

    At most MOST_LETTERS; what is left when MOST_SECONDS are over is left out. Raises RuleViolation for a
    file that cannot be opened.
    """
    reader = _READERS.get(extension)
    if reader is None:
        return ""
    with _opening(file):
        return _bounded(reader(file))


@contextmanager
def _opening(file: BinaryIO) -> Iterator[None]:
    file.seek(0)
    try:
        yield
    except DAMAGED as error:
        raise RuleViolation(_("The file is damaged: it cannot be opened.")) from error
    finally:
        file.seek(0)


def _bounded(lines: Iterable[str]) -> str:
    deadline = time.monotonic() + MOST_SECONDS
    kept: list[str] = []
    letters = 0
    for line in lines:
        line = " ".join(_storable(line).split())
        if line:
            kept.append(line)
            letters += len(line) + 1
        if letters > MOST_LETTERS or time.monotonic() > deadline:
            break
    return "\n".join(kept)[:MOST_LETTERS]


def _storable(line: str) -> str:
    """Without what PostgreSQL cannot keep: NUL, and halves of signs that broken fonts leave."""
    return line.replace("\0", " ").encode("utf-8", "ignore").decode()


def _pdf(file: BinaryIO) -> PdfReader:
    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        raise RuleViolation(_("The file is protected with a password. Send it without."))
    return reader


def _pdf_lines(file: BinaryIO) -> Iterator[str]:
    for number, page in enumerate(_pdf(file).pages, start=1):
        try:
            text = page.extract_text() or ""
        except DAMAGED:
            log.warning("Page %s of a PDF could not be read", number, exc_info=True)
            text = _("[Page %(number)d could not be read.]") % {"number": number}
        yield from text.splitlines() or [""]


def _part_lines(archive: zipfile.ZipFile, name: str, dialect: Dialect) -> Iterator[str]:
    if archive.getinfo(name).file_size > MOST_XML:
        raise ValueError(f"{name} is too large")
    with archive.open(name) as part:
        yield from lines_of(part, dialect)  # type: ignore[arg-type]


def _word_lines(file: BinaryIO) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        for part in _WORD_PARTS:
            if part in names:
                yield from _part_lines(archive, part, WORD)


def _slide_lines(file: BinaryIO) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        slides = [name for name in archive.namelist() if name.startswith("ppt/slides/slide")]
        for part in sorted(slides, key=lambda name: (len(name), name)):
            yield from _part_lines(archive, part, POWERPOINT)


def _open_document_lines(file: BinaryIO) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        yield from _part_lines(archive, "content.xml", OPEN_DOCUMENT)


def _sheet_lines(file: BinaryIO) -> Iterator[str]:
    book = load_workbook(file, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            yield sheet.title
            for row in sheet.iter_rows(values_only=True):
                yield "  ".join(str(value) for value in row if value is not None)
    finally:
        book.close()


def _plain_lines(file: BinaryIO) -> Iterator[str]:
    content = file.read(4 * MOST_LETTERS)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield from content.decode("utf-16", "replace").splitlines()
        return
    try:
        yield from content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        yield from content.decode("cp1252", "replace").splitlines()


_READERS = {
    ".pdf": _pdf_lines,
    ".docx": _word_lines,
    ".pptx": _slide_lines,
    ".xlsx": _sheet_lines,
    ".odt": _open_document_lines,
    ".ods": _open_document_lines,
    ".odp": _open_document_lines,
    ".txt": _plain_lines,
    ".csv": _plain_lines,
}
