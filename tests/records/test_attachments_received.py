"""What files are let in: told by content, looked through, drawn anew, scanned."""

import io
import socketserver
import struct
import threading
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from qms.exceptions import RuleViolation
from qms.records.attachments.names import clean_name
from qms.records.attachments.receiving import Received, receive
from tests.records.files import EICAR, EXE, PDF, archive, docx, picture, upload, wide_png


def got(name: str, content: bytes) -> Received:
    return receive(upload(name, content))


def refused(name: str, content: bytes) -> str:
    with pytest.raises(RuleViolation) as error:
        receive(upload(name, content))
    assert error.value.field == "attachments"
    return str(error.value)


def test_the_type_follows_from_the_content():
    xlsx = archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    odt = archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})
    found = {
        name: got(name, content).type.content_type
        for name, content in {
            "a.jpg": picture("JPEG"), "b.png": picture("PNG"), "c.webp": picture("WEBP"), "d.pdf": PDF,
            "e.docx": docx(), "f.xlsx": xlsx, "g.odt": odt,
            "h.txt": "Åtgärda skylten".encode(), "i.csv": "a;b\r\nå;ö".encode("cp1252"),
        }.items()
    }  # fmt: skip
    assert found["a.jpg"] == "image/jpeg"
    assert found["b.png"] == "image/png"
    assert found["c.webp"] == "image/webp"
    assert found["d.pdf"] == "application/pdf"
    assert found["e.docx"].endswith("wordprocessingml.document")
    assert found["f.xlsx"].endswith("spreadsheetml.sheet")
    assert found["g.odt"].endswith("opendocument.text")
    assert (found["h.txt"], found["i.csv"]) == ("text/plain", "text/csv")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("holiday.jpg", EXE),
        ("invoice.pdf", EXE),
        ("notes.txt", EXE),
        ("picture.svg", b"<svg onload='alert(1)'/>"),
        ("page.html", b"<script>alert(1)</script>"),
        ("run.bat", b"del *.*"),
        ("letter.eml", b"From: a@b.se\r\n\r\nHi"),
        ("nothing", b"\x7fELF" + b"\0" * 50),
    ],
)
def test_what_is_not_on_the_list_is_refused_whatever_it_is_called(name: str, content: bytes):
    assert "This sort of file cannot be received." in refused(name, content)


def test_what_an_office_before_2007_wrote_is_refused_with_the_way_out():
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "Save it without password as DOCX" in refused("old.doc", content)


def test_the_sentence_names_the_file():
    assert refused("holiday.jpg", EXE).startswith("holiday.jpg: ")


def test_a_packed_folder_is_refused():
    assert "Packed files (zip)" in refused("all.zip", archive({"a.txt": b"a"}))
    assert "Packed files (zip)" in refused("all.docx", archive({"a.txt": b"a"}))


def test_an_archive_that_swells_is_refused():
    assert "far too large" in refused("bomb.docx", docx(bomb=b"\0" * 60_000_000))


@pytest.mark.parametrize("name", ["[Content_Types].xml", "mimetype"])
def test_a_bomb_in_the_part_that_says_what_a_document_is_never_fills_the_memory(name: str):
    content = archive({name: b" " * 19_000_000})
    tracemalloc.start()
    try:
        assert "far too large" in refused("bomb.docx", content)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_an_archive_that_lies_about_its_size_is_refused():
    content = bytearray(docx(**{"word/bomb.xml": b"\0" * 30_000_000}))
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = content.rfind(mark)
        content[start + place : start + place + 4] = struct.pack("<I", 100)
    assert "damaged" in refused("liar.docx", bytes(content))


@pytest.mark.parametrize("part", ["../../etc/passwd", "/etc/passwd", "..\\up.txt", "C:/windows/x"])
def test_an_archive_that_points_outside_itself_is_refused(part: str):
    assert "outside itself" in refused("slip.docx", docx(**{part: b"x"}))


def test_macros_are_refused_also_under_another_name():
    assert "macros" in refused("plan.docx", docx(**{"word/vbaProject.bin": b"x"}))
    disguised = archive(
        {
            "[Content_Types].xml": b"ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'",
            "word/document.xml": b"<x/>",
        }
    )
    assert "macros" in refused("plan.docx", disguised)


def test_a_damaged_document_is_refused():
    assert "damaged" in refused("cut.docx", docx()[:-60])


def test_an_entry_with_a_password_is_refused():
    content = bytearray(docx())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.find(mark) + place] |= 1
    assert "password" in refused("locked.docx", bytes(content))


def test_an_empty_file_and_one_too_large_are_refused(settings):
    settings.ATTACHMENT_MAX_BYTES = 1_000_000
    assert "empty" in refused("a.txt", b"")
    assert "larger than 1 MB" in refused("a.txt", b"a" * 1_000_001)


def test_a_photo_keeps_neither_place_nor_camera_nor_comment():
    for fmt in ("JPEG", "PNG", "WEBP"):
        before = picture(fmt)
        received = got(f"photo.{fmt.lower()}", before)
        content = received.content.read()
        assert b"SpyCam" in before
        assert not any(trace in content for trace in (b"SpyCam", b"Exif", b"eXIf", b"EXIF", b"taken at home"))
        assert not Image.open(io.BytesIO(content)).getexif()


def test_a_photo_taken_sideways_stands_upright():
    drawn = Image.open(got("photo.jpg", picture(size=(600, 400), turned=True)).content)
    assert drawn.size == (400, 600)
    red, _, blue = drawn.getpixel((350, 50))
    assert blue > red  # the corner that was up on the left is now up on the right


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_a_photo_with_a_head_written_wrongly_is_drawn_or_refused_with_a_sentence(fmt: str):
    whole = picture(fmt, size=(60, 40), turned=True)
    start = whole.find(b"SpyCam") - 60
    for place in range(start, start + 90):
        for wrong in (0x00, 0x02, 0x05, 0xFF):
            content = bytearray(whole)
            content[place] = wrong
            try:
                got(f"photo.{fmt.lower()}", bytes(content))
            except RuleViolation as sentence:
                assert "photo" in str(sentence)


def test_a_large_photo_is_made_smaller_and_gets_a_thumbnail():
    received = got("photo.jpg", picture(size=(6000, 3000)))
    assert Image.open(received.content).size == (4000, 2000)
    assert Image.open(io.BytesIO(received.thumbnail)).size == (480, 240)


def test_transparency_is_kept():
    out = io.BytesIO()
    Image.new("RGBA", (30, 30), (0, 0, 0, 0)).save(out, "PNG")
    assert Image.open(got("logo.png", out.getvalue()).content).mode == "RGBA"


def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked():
    assert "megapixels" in refused("bomb.png", wide_png(60_000, 60_000))
    assert "megapixels" in refused("bomb.png", wide_png(9_000, 9_000))


def test_a_damaged_picture_is_refused_also_where_the_pdf_library_is_lenient(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    assert "damaged" in refused("cut.jpg", picture()[:900])


def test_a_phone_format_that_cannot_be_read_says_what_to_do():
    assert "JPEG" in refused("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic" + b"\0" * 100)


@pytest.mark.parametrize(
    ("given", "extension", "shown"),
    [
        ("Foto av dosetten.JPEG", ".jpg", "Foto av dosetten.jpg"),
        ("report.exe", ".pdf", "report.exe.pdf"),
        ("C:\\Users\\anna\\plan.docx", ".docx", "plan.docx"),
        ("../../etc/passwd.txt", ".txt", "passwd.txt"),
        ("innocent\u202egpj.exe", ".pdf", "innocent gpj.exe.pdf"),
        ("a\x00b\n.pdf", ".pdf", "a b.pdf"),
        ("", ".pdf", "file.pdf"),
        (".pdf", ".pdf", "pdf.pdf"),
        ("ö" * 300 + ".pdf", ".pdf", "ö" * 116 + ".pdf"),
        ("räksmörgås 🦐.png", ".png", "räksmörgås 🦐.png"),
    ],
)
def test_names_are_made_safe(given: str, extension: str, shown: str):
    assert clean_name(given, extension) == shown


class Clamd(socketserver.ThreadingTCPServer):
    """A scanner that speaks clamd's INSTREAM and knows one virus."""

    allow_reuse_address = True

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack("!I", self.rfile.read(4))[0]:
                content += self.rfile.read(length)
            answer = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
            self.wfile.write((self.server.says or answer) + b"\0")

    says = b""


@pytest.fixture
def clamd(settings) -> Iterator[Clamd]:
    with Clamd(("127.0.0.1", 0), Clamd.Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()
        thread.join()


def test_without_a_scanner_a_file_is_marked_as_not_scanned():
    assert got("a.pdf", PDF).scanned is False


def test_a_scanner_that_finds_nothing_lets_the_file_in(clamd: Clamd):
    received = got("a.pdf", PDF + b"x" * 200_000)
    assert received.scanned is True
    assert received.content.read().startswith(b"%PDF")


def test_a_virus_is_refused(clamd: Clamd):
    assert "The virus scanner found something" in refused("a.txt", EICAR)


def test_a_scanner_that_cannot_say_lets_nothing_in(clamd: Clamd):
    clamd.says = b"INSTREAM size limit exceeded. ERROR"
    assert "no files can be received just now" in refused("a.pdf", PDF)


def test_a_scanner_that_is_down_lets_nothing_in(settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    assert "no files can be received just now" in refused("a.pdf", PDF)


def test_a_scanner_behind_a_missing_socket_lets_nothing_in(settings, tmp_path: Path):
    settings.CLAMD_URL = f"unix://{tmp_path}/clamd.sock"
    assert "no files can be received just now" in refused("a.pdf", PDF)


def test_the_archive_made_here_is_a_real_one():
    assert zipfile.ZipFile(io.BytesIO(docx())).testzip() is None


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_is_refused_with_a_sentence_however_it_is_packed(packing: int):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", packing) as packed:
        packed.writestr("[Content_Types].xml", "x" * 500)
    for place in range(len(whole.getvalue())):
        content = bytearray(whole.getvalue())
        content[place] ^= 0x55
        try:
            receive(upload("a.docx", bytes(content)))
        except RuleViolation as sentence:
            assert "a.docx" in str(sentence)
