"""Pages of the official PDF as the eye sees them: drawn, and looked at."""

from datetime import date

import pypdfium2
import pytest
from django.conf import settings
from PIL import Image, ImageChops

from documents.content.stamp import stamped
from documents.services.frozen import pdf_make
from tests.conftest import Town
from tests.documents.test_frozen import content, decided, row

DOTS = 100  # an inch
A4 = (827, 1169)  # of that size


def drawn(pdf: bytes) -> Image.Image:
    """The first page as a picture."""
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return opened[0].render(scale=DOTS / 72).to_pil().convert("RGB")
    finally:
        opened.close()


def ink(page: Image.Image) -> Image.Image:
    """White where the page is dark."""
    return page.convert("L").point(lambda shade: 255 if shade < 128 else 0)


def made(town: Town) -> bytes:
    version = decided(town)
    assert pdf_make(version_id=version.pk)
    return content(row(version))


@pytest.mark.parametrize("archival", [False, True], ids=["to be read", "for the archive"])
def test_a_page_drawn_is_an_upright_a4_with_its_head_its_text_and_its_foot_inside_the_margins(
    town: Town, settings, archival: bool
):
    settings.DOCUMENT_PDF_ARCHIVAL = archival
    page = ink(drawn(made(town)))
    assert all(abs(side - meant) <= 2 for side, meant in zip(page.size, A4, strict=True))
    box = page.getbbox()
    assert box is not None  # it is not blank
    left, top, right, bottom = box
    margin = DOTS // 3  # nothing is cut off where a printer prints no longer
    assert left > margin and top > margin and right < A4[0] - margin and bottom < A4[1] - margin
    assert top < A4[1] // 6 and bottom > A4[1] * 5 // 6  # the head stands above, the foot below
    share = page.histogram()[255] / (page.width * page.height)
    assert 0.005 < share < 0.2  # written on, and no dark sheet
    head = page.crop((0, 0, A4[0], A4[1] // 3)).histogram()[255]
    assert head > 500  # whose it is, its title and who decided it


def test_the_mark_of_what_was_replaced_lies_large_and_red_across_the_page_and_its_text_can_be_read(
    town: Town,
):
    plain = made(town)
    line = f"Replaced {date.today().year}: this version no longer holds."
    before, after = drawn(plain), drawn(stamped(plain, "Replaced", line, settings.LANGUAGE_CODE))
    assert after.size == before.size
    mark = ImageChops.difference(before, after).convert("L").point(lambda shade: 255 if shade > 24 else 0)
    box = mark.crop((0, A4[1] // 6, *A4)).getbbox()  # beneath the line at the top
    assert box is not None
    assert box[2] - box[0] > A4[0] * 0.3 and box[3] - box[1] > A4[1] * 0.15, "it is large"
    assert mark.crop((0, 0, A4[0], A4[1] // 12)).getbbox(), "the line stands at the top"
    red = [colour for _count, colour in after.getcolors(1_000_000) if colour[0] > colour[1] + 60]
    assert red, "it is red"
    lost = ImageChops.subtract(ink(before), ink(after)).histogram()[255]
    assert lost < ink(before).histogram()[255] * 0.01, "what is written beneath it stays dark"
