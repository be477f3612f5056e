"""From what a browser sent to what may be kept."""

import io
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.records.attachments.images import redraw
from qms.records.attachments.names import clean_name
from qms.records.attachments.scanner import scan
from qms.records.attachments.sniff import FileType, sniff


@dataclass(frozen=True)
class Received:
    """A file that has been looked through: safe name, true type, content as it will be kept."""

    name: str
    type: FileType
    content: BinaryIO
    size: int  # bytes
    scanned: bool
    thumbnail: bytes = b""


def receive(upload: "UploadedFile[Any]") -> Received:
    """Look through one file: size, type by content, virus scanner, pictures drawn anew. No database.

    Raises RuleViolation with a sentence that names the file.
    """
    given = upload.name or ""
    try:
        return _receive(upload, given)
    except RuleViolation as refused:
        raise RuleViolation(
            _("%(file)s: %(reason)s") % {"file": clean_name(given, ""), "reason": refused},
            field="attachments",
        ) from refused


def _receive(upload: "UploadedFile[Any]", given: str) -> Received:
    _check_size(upload.size or 0)
    file = cast(BinaryIO, upload.file)
    kind = sniff(file, given)
    scanned = scan(file)
    name = clean_name(given, kind.extension)
    if not kind.is_image:
        return Received(name, kind, file, upload.size or 0, scanned)
    redrawn = redraw(file)
    return Received(name, kind, io.BytesIO(redrawn.content), len(redrawn.content), scanned, redrawn.thumbnail)


def _check_size(size: int) -> None:
    if size == 0:
        raise RuleViolation(_("The file is empty."))
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise RuleViolation(
            _("The file is larger than %(most)d MB. Make it smaller and send it again.")
            % {"most": settings.ATTACHMENT_MAX_BYTES // 1_000_000}
        )
