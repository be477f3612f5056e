"""Files as people (and others) send them, made in memory."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

# Taken apart so that no scanner stops this file itself.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
EXE = (
    b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"
    + b"\x00" * 200
    + b"This program cannot be run in DOS mode"
)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
DOCX_PARTS = {
    "[Content_Types].xml": b"<Types><Override ContentType='document.main+xml'/></Types>",
    "word/document.xml": b"<w:document>Hej</w:document>",
}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """A file as a form gets it; the browser's word on the type is a lie, and must not matter."""
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def picture(fmt: str = "JPEG", size: tuple[int, int] = (640, 480), *, turned: bool = False) -> bytes:
    """A picture with the place it was taken at, a camera and a comment in it."""
    image = Image.new("RGB", size, (200, 60, 60))
    image.paste((20, 20, 220), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x010F] = "SpyCam"
    if turned:
        exif[0x0112] = 6  # to be turned a quarter to the right
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 51.0, 30.0), 3: "E", 4: (17.0, 38.0, 20.0)})
    out = io.BytesIO()
    options = {"comment": b"taken at home"} if fmt == "JPEG" else {}
    image.save(out, fmt, exif=exif, **options)
    return out.getvalue()


def wide_png(width: int, height: int) -> bytes:
    """The head of a PNG that claims to be that large: a bomb of pixels in a few bytes."""
    image = io.BytesIO()
    Image.new("1", (8, 8)).save(image, "PNG")
    content = bytearray(image.getvalue())
    content[16:24] = struct.pack("!II", width, height)
    content[29:33] = struct.pack("!I", zlib.crc32(bytes(content[12:29])))
    return bytes(content)


def archive(parts: dict[str, bytes]) -> bytes:
    """A zip archive of those parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    """The smallest thing that is a Word document, with more parts if wanted."""
    return archive({**DOCX_PARTS, **more})
