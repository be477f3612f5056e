"""A page of the official PDF as the eye sees it, where the machine has poppler to draw it."""

import shutil
import subprocess

import pytest
from django.conf import settings
from PIL import Image
from pypdf import PdfReader

from documents.services.frozen import pdf_make
from tests.conftest import Town
from tests.documents.test_frozen import content, decided, row

POPPLER = shutil.which("pdftoppm")
DOTS = 100  # an inch
A4 = (827, 1169)  # of that size


@pytest.mark.skipif(POPPLER is None, reason="pdftoppm (poppler) is not installed")
def test_a_page_drawn_is_an_upright_a4_with_its_head_its_text_and_its_foot_inside_the_margins(
    town: Town, tmp_path
):
    version = decided(town)
    assert pdf_make(version_id=version.pk)
    made = tmp_path / "official.pdf"
    made.write_bytes(content(row(version)))
    assert settings.MUNICIPALITY in PdfReader(made).pages[0].extract_text()
    command = [POPPLER, "-png", "-gray", "-r", str(DOTS), "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*command, str(made), str(tmp_path / "page")], check=True, timeout=60)
    with Image.open(tmp_path / "page.png") as page:
        drawn = page.convert("L").point(lambda shade: 255 if shade < 128 else 0)
    assert all(abs(side - meant) <= 2 for side, meant in zip(drawn.size, A4, strict=True))
    box = drawn.getbbox()
    assert box is not None  # it is not blank
    left, top, right, bottom = box
    margin = DOTS // 3  # nothing is cut off where a printer prints no longer
    assert left > margin and top > margin and right < A4[0] - margin and bottom < A4[1] - margin
    assert top < A4[1] // 6 and bottom > A4[1] * 5 // 6  # the head stands above, the foot below
    ink = drawn.histogram()[255] / (drawn.width * drawn.height)
    assert 0.005 < ink < 0.2  # written on, and no dark sheet
    head = drawn.crop((0, 0, A4[0], A4[1] // 3)).histogram()[255]
    assert head > 500  # whose it is, its title and who decided it
