"""A PDF with a watermark on every page, so that nobody takes for valid what was replaced or repealed."""

import io
from functools import lru_cache
from typing import cast

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.generic import DecodedStreamObject, NameObject

from qms.ui.pdf import render_pdf

A4 = (595.28, 841.89)  # points


def stamped(pdf: bytes, mark: str, line: str, lang: str) -> bytes:
    """`pdf` with `mark` large across every page and `line` at its top. Text, tags and bookmarks stay.

    Raises pypdf's PyPdfError for a file that is no PDF, PdfUnavailable where PDF cannot be drawn.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    stamp = PdfReader(io.BytesIO(_stamp(mark, line, lang))).pages[0]
    _as_artifact(stamp)
    for page in writer.pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        fitted = Transformation().scale(width / A4[0], height / A4[1])
        fitted = fitted.translate(float(page.mediabox.left), float(page.mediabox.bottom))
        page.merge_transformed_page(stamp, fitted)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@lru_cache(maxsize=32)
def _stamp(mark: str, line: str, lang: str) -> bytes:
    return render_pdf("documents/pdf_stamp.html", {"mark": mark, "line": line}, title=mark, lang=lang)


def _as_artifact(page: PageObject) -> None:
    """Screen readers pass over what is drawn on a page that is marked so; the page's own tags stay whole."""
    drawn = DecodedStreamObject()
    content = page.get_contents()
    data = content.get_data() if content is not None else b""
    drawn.set_data(b"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC\n" + _untagged(data) + b"\nEMC")
    page[NameObject("/Contents")] = cast(NameObject, drawn)


def _untagged(content: bytes) -> bytes:
    """A stamp's own tags would be taken for those of the page it is put on."""
    return b"\n".join(
        line
        for line in content.split(b"\n")
        if not line.strip().endswith((b"BDC", b"BMC")) and line != b"EMC"
    )
