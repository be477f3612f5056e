"""What is drawn on the pages of a PDF that stays as it is: that it holds no longer, or what was decided."""

import io
from functools import lru_cache
from typing import cast

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DecodedStreamObject, NameObject, TextStringObject

from qms.ui.pdf import render_pdf


def stamped(pdf: bytes, mark: str, line: str, lang: str) -> bytes:
    """`pdf` with `mark` large across every page and `line` at its top, so that nobody takes for valid what
    was replaced or repealed. Text, tags and bookmarks stay.

    Raises pypdf's PyPdfError for a file that is no PDF, PdfUnavailable where PDF cannot be drawn.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    _draw(writer, (mark, line), "documents/pdf_stamp.html", lang)
    return _whole(writer)


def footed(pdf: bytes, lines: tuple[str, ...], *, title: str, lang: str) -> bytes:
    """`pdf` with `lines` small at the foot of every page, and with `title` and `lang` as its own.

    Raises as `stamped`.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    _draw(writer, lines, "documents/pdf_foot.html", lang)
    writer.add_metadata({"/Title": title})
    writer.root_object[NameObject("/Lang")] = TextStringObject(lang)
    preferences = writer.viewer_preferences or writer.create_viewer_preferences()
    preferences[NameObject("/DisplayDocTitle")] = BooleanObject(True)
    return _whole(writer)


def _draw(writer: PdfWriter, words: tuple[str, ...], template: str, lang: str) -> None:
    for page in writer.pages:
        if page.rotation:
            page.transfer_rotation_to_content()
        box = page.cropbox
        drawn = PdfReader(
            io.BytesIO(_drawn(words, template, lang, round(box.width), round(box.height)))
        ).pages[0]
        _as_artifact(drawn)
        page.merge_translated_page(drawn, float(box.left), float(box.bottom))


@lru_cache(maxsize=32)
def _drawn(words: tuple[str, ...], template: str, lang: str, width: int, height: int) -> bytes:
    """A page of that size (points) with nothing else on it."""
    size = f"@page {{ size: {width}pt {height}pt }} .mark {{ font-size: {width // 7}pt }}"
    return render_pdf(template, {"words": words}, title=words[0], lang=lang, style=size)


def _whole(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _as_artifact(page: PageObject) -> None:
    """Screen readers pass over what is drawn on a page that is marked so; the page's own tags stay whole."""
    drawn = DecodedStreamObject()
    content = page.get_contents()
    data = content.get_data() if content is not None else b""
    drawn.set_data(b"/Artifact <</Type /Pagination>> BDC\n" + _untagged(data) + b"\nEMC")
    page[NameObject("/Contents")] = cast(NameObject, drawn)


def _untagged(content: bytes) -> bytes:
    """A stamp's own tags would be taken for those of the page it is put on."""
    return b"\n".join(
        line
        for line in content.split(b"\n")
        if not line.strip().endswith((b"BDC", b"BMC")) and line != b"EMC"
    )
