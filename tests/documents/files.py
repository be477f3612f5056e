"""Real small office files, made by the libraries of each format (and by hand where there is none)."""

import io

from docx import Document as WordDocument
from openpyxl import Workbook
from pptx import Presentation
from pypdf import PdfWriter

from tests.records.files import archive

MANIFEST = "META-INF/manifest.xml"


def word(*paragraphs: str, table: list[list[str]] | None = None) -> bytes:
    """A Word file."""
    made = WordDocument()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    if table:
        rows = made.add_table(len(table), len(table[0]))
        for row, cells in zip(rows.rows, table, strict=True):
            for cell, said in zip(row.cells, cells, strict=True):
                cell.text = said
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sheet(*rows: list[object]) -> bytes:
    """An Excel file with those rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def slides(*titles: str) -> bytes:
    """A PowerPoint file, a slide for each title."""
    show = Presentation()
    for title in titles:
        show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = title
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def pdf(*pages: str, password: str = "", owner_password: str = "") -> bytes:
    """A PDF file with those pages; opened with `password`, changed with `owner_password`."""
    from weasyprint import HTML

    html = "".join(f"<p style='break-after: page'>{page}</p>" for page in pages)
    plain: bytes = HTML(string=html).write_pdf()
    if not (password or owner_password):
        return plain
    writer = PdfWriter(clone_from=io.BytesIO(plain))
    writer.encrypt(password, owner_password or None, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def odt(body: str, **more: bytes) -> bytes:
    """An OpenDocument text with that body; `text:` and `table:` are its prefixes."""
    names = ("office", "text", "table")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry '
        'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": content.encode(),
            MANIFEST: manifest.encode(),
            **more,
        }
    )
