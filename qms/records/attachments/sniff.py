"""What a file is, by its content. What is not on the list is refused, whatever it is called."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.records.attachments.archives import office_type

HEAD = 1024  # bytes in which the mark of a format must stand


@dataclass(frozen=True)
class FileType:
    """A sort of file that is received: what it is served as and what its name ends in."""

    content_type: str
    extension: str
    is_image: bool = False


JPEG = FileType("image/jpeg", ".jpg", is_image=True)
PNG = FileType("image/png", ".png", is_image=True)
WEBP = FileType("image/webp", ".webp", is_image=True)
PDF = FileType("application/pdf", ".pdf")
TEXT = FileType("text/plain", ".txt")
CSV = FileType("text/csv", ".csv")

# What a file picker offers; a phone that is asked for these sends its photos as JPEG.
ACCEPTED = (
    "image/jpeg,image/png,image/webp,application/pdf,text/plain,text/csv,"
    ".docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,.csv"
)


def sniff(file: BinaryIO, name: str) -> FileType:
    """The type of `file` by its content. Only plain text, which has no mark, is told apart by `name`.

    Raises RuleViolation with a sentence when the type is none that is received.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.lstrip(b"\xef\xbb\xbf\r\n\t \0").startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return FileType(*office_type(file))
    _check_readable(head)
    ending = PurePosixPath(name).suffix.lower()
    if ending in (TEXT.extension, CSV.extension) and _is_text(file):
        return TEXT if ending == TEXT.extension else CSV
    raise RuleViolation(
        _(
            "This sort of file cannot be received. Send a photo (JPEG, PNG, WebP), a PDF, a document in "
            "Word, Excel, PowerPoint or OpenDocument format, or plain text."
        )
    )


def _check_readable(head: bytes) -> None:
    """What is known but cannot be read here is refused with the way out."""
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise RuleViolation(
            _(
                "The file is protected with a password, or in the format of an Office before 2007. Save it "
                "without password as DOCX, XLSX or PPTX and send that."
            )
        )
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"hevc"):
        raise RuleViolation(
            _("Photos in HEIC format cannot be read here. Save it as JPEG, or take the photo from this page.")
        )


def _is_text(file: BinaryIO) -> bool:
    """Whether the whole of `file` is readable text in an encoding that offices use."""
    content = file.read()
    file.seek(0)
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text)
    return False
