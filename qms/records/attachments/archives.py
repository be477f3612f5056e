"""Looks into office documents, which are zip archives: bombs, foreign paths, passwords, macros."""

import lzma
import struct
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation

MOST_ENTRIES = 5_000
MOST_BYTES = 300_000_000  # unpacked
FREE_BYTES = 20_000_000  # below this the ratio says nothing
MOST_RATIO = 150  # unpacked to packed; ordinary documents stay under 30
MOST_SAID = 1_000_000  # what a document says of its own parts
CHUNK = 65_536

# What opening a damaged archive ends in: each way of packing has faults of its own.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(NotImplementedError, EOFError, OSError, RuntimeError, ValueError),
)

# The part that tells what an Office Open XML document is.
_OOXML = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ".pptx",
    ),
}
_MANIFEST = "META-INF/manifest.xml"  # where an OpenDocument file says how its parts are locked
# What an OpenDocument file says of itself in its first part.
_ODF = {
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
}


def office_type(file: BinaryIO) -> tuple[str, str]:
    """(content type, extension) of an office document, looked through from end to end.

    Raises RuleViolation for any other archive and for one that is not safe.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_sizes(entries, _length(file))
            _check_names(entries)
            _unpack(archive, entries)
            return _type(archive)
    except _DAMAGED as error:
        raise RuleViolation(_("The file is damaged: it cannot be opened.")) from error
    finally:
        file.seek(0)


def _length(file: BinaryIO) -> int:
    return file.seek(0, 2)


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    too_dense = unpacked > FREE_BYTES and unpacked > packed * MOST_RATIO
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or too_dense:
        raise _far_too_large()


def _far_too_large() -> RuleViolation:
    return RuleViolation(_("The file grows far too large when it is opened, so it is not received."))


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ":" in name or ".." in name.split("/"):
            raise RuleViolation(_("The file has parts that point outside itself, so it is not received."))
        if entry.flag_bits & 1:
            raise _locked()
        lowered = name.lower()
        if lowered.endswith("vbaproject.bin") or lowered.startswith(("basic/", "scripts/")):
            raise RuleViolation(
                _("The file has macros (small programs). Save it without macros and send that.")
            )


def _locked() -> RuleViolation:
    return RuleViolation(_("The file is protected with a password. Send it without."))


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Read everything once: an archive may lie about its sizes, but reading stops at what it declared."""
    left = MOST_BYTES
    for entry in entries:
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise zipfile.BadZipFile("larger than it says")


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part that says what the document is: some kilobytes, and never more than MOST_SAID of memory."""
    with archive.open(name) as part:
        said = part.read(MOST_SAID + 1)
    if len(said) > MOST_SAID:
        raise _far_too_large()
    return said


def _type(archive: zipfile.ZipFile) -> tuple[str, str]:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        if b"macroEnabled" in _read(archive, "[Content_Types].xml"):
            raise RuleViolation(
                _("The file has macros (small programs). Save it without macros and send that.")
            )
        for part, found in _OOXML.items():
            if part in names:
                return found
    if "mimetype" in names:
        said = _read(archive, "mimetype").decode("ascii", "replace").strip()
        if said in _ODF:
            if _MANIFEST in names and b"encryption-data" in _read(archive, _MANIFEST):
                raise _locked()
            return said, _ODF[said]
    raise RuleViolation(_("Packed files (zip) cannot be received. Send the documents one by one."))
