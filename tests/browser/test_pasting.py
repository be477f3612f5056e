"""What is pasted out of Word keeps its headings and its lists, which screen readers and the PDF go by."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.fixtures import OpenAs
from tests.conftest import Town
from tests.documents.steps import begun
from tests.factories import grant

pytestmark = pytest.mark.browser

# As Word lays it on the clipboard: a list is paragraphs with a sign before each, its depth in the style.
ITEM = """<p class=MsoListParagraphCxSpMiddle style='margin-left:{inset}pt;mso-list:l{list}
level{level} lfo1'><![if !supportLists]><span style='font-family:Symbol;mso-list:Ignore'>{sign}<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>{text}<o:p></o:p></p>"""


def item(text: str, level: int = 1, sign: str = "·", list: int = 0) -> str:
    return ITEM.format(text=text, level=level, sign=sign, list=list, inset=36 * level)


WORD = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {{margin:0}}</style></head>
<body lang=SV><!--StartFragment-->
<h1>Riktlinje<o:p></o:p></h1><p class=MsoNormal>Inledning.<o:p></o:p></p><h2>Syfte</h2><h3>Avgränsning</h3>
{item("Tvätta <b>händerna</b>")}{item("Före måltid", 2, "o")}{item("Efter måltid", 2, "o")}{item("Sprita")}
<p class=MsoNormal>Gör så här:</p>{item("Ring", 1, "1.", 1)}{item("Anteckna", 1, "2.", 1)}
<script>window.pasted = true</script><!--EndFragment--></body></html>"""


def paste(page: Page, html: str) -> None:
    page.get_by_role("textbox", name="The text of the document").focus()
    page.keyboard.press("Control+A")
    page.evaluate(
        """(html) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(event);
        }""",
        html,
    )


def test_headings_and_lists_out_of_word_are_headings_and_lists_here(town_live: Town, open_as: OpenAs):
    grant(town_live.handler, "author", town_live.north)
    draft = begun(town_live, text="<p>Först.</p>")
    page = open_as(town_live.handler)
    page.goto(reverse("documents:write", args=[draft.reference]))
    paste(page, WORD)
    expect(page.get_by_role("heading", name="Riktlinje", level=2)).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toasts")).to_be_visible()
    draft.refresh_from_db()
    text = draft.text
    for made in (
        '<h2 id="s-riktlinje">',
        '<h3 id="s-syfte">',
        '<h4 id="s-avgransning">',
        "<p>Inledning.</p>",
    ):
        assert made in text, text
    assert (
        "<ul><li><p>Tvätta <strong>händerna</strong></p><ul><li><p>Före måltid</p></li>"
        "<li><p>Efter måltid</p></li></ul></li><li><p>Sprita</p></li></ul>"
    ) in text, text
    assert "<ol><li><p>Ring</p></li><li><p>Anteckna</p></li></ol>" in text, text
    assert "·" not in text and "2." not in text
    assert page.evaluate("window.pasted") is None


def test_what_is_pasted_from_elsewhere_stays_as_it_is(town_live: Town, open_as: OpenAs):
    grant(town_live.handler, "author", town_live.north)
    draft = begun(town_live, text="<p>Först.</p>")
    page = open_as(town_live.handler)
    page.goto(reverse("documents:write", args=[draft.reference]))
    paste(page, "<h2>Rubrik</h2><ol start='3'><li>Ett</li></ol><p>· Ingen lista</p>")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toasts")).to_be_visible()
    draft.refresh_from_db()
    assert '<h2 id="s-rubrik">Rubrik</h2><ol start="3"><li><p>Ett</p></li></ol>' in draft.text
    assert "<p>· Ingen lista</p>" in draft.text


def test_whoever_pastes_a_picture_reads_that_it_did_not_come_along(town_live: Town, open_as: OpenAs):
    grant(town_live.handler, "author", town_live.north)
    draft = begun(town_live, text="<p>Först.</p>")
    page = open_as(town_live.handler)
    page.goto(reverse("documents:write", args=[draft.reference]))
    said = page.get_by_text("Pictures do not come along when you paste")
    picture = "<p>&nbsp;<img src='file:///C:/clip/image001.png'></p>"
    paste(page, "<p>En rad till.</p>" * 60 + picture)
    page.keyboard.press("Control+Home")
    expect(said).to_be_in_viewport()
    paste(page, "<p>Så ser nyckeln ut:</p>" + picture)
    expect(said).to_be_visible()
    sheet = page.locator("[contenteditable=true]")
    expect(sheet.locator("img")).to_have_count(0)
    expect(sheet.locator("p")).to_have_count(1)
    paste(page, "<p>Bara ord.</p>")
    expect(said).to_be_hidden()
