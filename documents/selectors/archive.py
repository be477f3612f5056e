"""The files of an archive that comes with a list, by what the list calls them."""

import unicodedata
import zipfile
from collections import defaultdict
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from documents.content.extract import DAMAGED
from qms.exceptions import RuleViolation
from qms.records.attachments.receiving import Received, receive
from qms.records.imports.sheet import quoted

MOST_FILES = 10_000
_SAYS_UTF_8 = 0x800  # the flag of an entry that says which letters its name is in


class Files:
    """The files of an archive by their names, opened one by one and never written to a path of theirs."""

    def __init__(self, archive: Any) -> None:
        self._archive = archive
        self._places: dict[str, list[tuple[str, zipfile.ZipInfo]]] = defaultdict(list)
        for entry in archive.infolist() if archive else []:
            if not entry.is_dir() and not entry.filename.startswith("__MACOSX/"):
                path = _path(_name(entry))
                self._places[PurePosixPath(path).name].append((path, entry))

    def get(self, name: str) -> Received:
        """The file called so, looked through as any that is sent. A folder before its name says which of
        several it is. Raises RuleViolation."""
        entry = self._entry(name)
        try:
            with self._archive.open(entry) as part:
                content = part.read(settings.ATTACHMENT_MAX_BYTES + 1)
        except DAMAGED as error:
            raise RuleViolation(
                _("“%(name)s” in the ZIP is damaged or protected with a password.") % {"name": quoted(name)}
            ) from error
        return receive(SimpleUploadedFile(PurePosixPath(name.replace("\\", "/")).name, content))

    def _entry(self, name: str) -> zipfile.ZipInfo:
        wanted = _path(name)
        called = self._places.get(PurePosixPath(wanted).name, [])
        found = [entry for path, entry in called if f"/{path}".endswith(f"/{wanted}")]
        if not found:
            raise RuleViolation(_("There is no file called “%(name)s” in the ZIP.") % {"name": quoted(name)})
        if len({(entry.CRC, entry.file_size) for entry in found}) > 1:
            raise RuleViolation(
                _("Several files in the ZIP are called “%(name)s”: write the folder before the name.")
                % {"name": quoted(name)}
            )
        return found[0]


def _name(entry: zipfile.ZipInfo) -> str:
    """What an entry is called. Older programs do not say in which letters: a Mac writes UTF-8 all the same,
    Windows the code page that western Europe had in DOS, which Python takes for the American one."""
    if entry.flag_bits & _SAYS_UTF_8:
        return entry.filename
    try:
        written = entry.filename.encode("cp437")
    except UnicodeEncodeError:  # it says so in another place
        return entry.filename
    try:
        return written.decode()
    except UnicodeDecodeError:
        return written.decode("cp850")


def _path(name: str) -> str:
    """The same for names that differ in capitals, strokes, or in how an å is put together."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold().strip("/")
