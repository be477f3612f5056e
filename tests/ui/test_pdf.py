"""PDF: a real file, tagged, in the reader's language, that reaches nothing but our static files."""

from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from qms.ui import charts
from qms.ui.pdf import render_pdf, static_file

CHART = charts.stacked(
    title="Audit",
    summary="60 requirements, 41 met",
    parts=[charts.Part("met", 41, "success"), charts.Part("not", 19)],
)


@pytest.fixture(scope="module")
def report():
    context = {"lead": "Counted today", "charts": [CHART], "paragraphs": [f"Row {n}" for n in range(80)]}
    return PdfReader(BytesIO(render_pdf("ui/pdf/sample.html", context, title="Läget i kommunen", lang="nb")))


def kinds(node, found=None):
    """Every structure type in the tag tree."""
    found = set() if found is None else found
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, dict):
        if "/S" in node:
            found.add(node["/S"])
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            kinds(child, found)
    return found


def test_the_file_is_tagged_with_language_and_title(report):
    root = report.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nb"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert report.metadata.title == "Läget i kommunen"
    assert report.metadata.author == "Exempelköpings kommun"


def test_headings_tables_and_charts_have_their_tags(report):
    found = kinds(report.trailer["/Root"]["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= found


def test_a_chart_is_told_in_words(report):
    def alts(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if not isinstance(node, dict):
            return []
        children = node.get("/K", [])
        inner = [
            alt for child in (children if isinstance(children, list) else [children]) for alt in alts(child)
        ]
        return ([node["/Alt"]] if "/Alt" in node else []) + inner

    assert "60 requirements, 41 met" in alts(report.trailer["/Root"]["/StructTreeRoot"])


def test_every_page_has_the_head_and_its_number(report):
    count = len(report.pages)
    assert count > 1
    for number, page in enumerate(report.pages, 1):
        text = page.extract_text()
        assert "Exempelköpings kommun" in text
        assert f"{number} / {count}" in text


def test_the_font_travels_with_the_file(report):
    fonts = report.pages[0]["/Resources"]["/Font"]
    names = [font.get_object()["/BaseFont"] for font in fonts.values()]
    assert names
    assert all("Hanken-Grotesk" in name for name in names)


def test_the_language_of_the_page_that_asked_is_left_as_it_was():
    with translation.override("en"):
        render_pdf("ui/pdf/sample.html", {"charts": []}, title="T", lang="sv")
        assert translation.get_language() == "en"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "https://example.org/x.png", "file:///static/../qms/settings.py"]
)
def test_a_document_reaches_nothing_but_static_files(url):
    with pytest.raises(ValueError, match="static file"):
        static_file(url)


def test_static_files_are_found_by_their_name():
    assert static_file("file:///static/css/pdf.css").name == "pdf.css"
