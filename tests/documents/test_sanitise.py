"""A document's text holds what a document may hold, and nothing that acts."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.content.sanitise import pictures_without_words, sanitise
from documents.content.toc import contents, headings
from documents.content.words import words_of

TAGS = [
    "p",
    "h1",
    "h2",
    "h3",
    "h6",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "tbody",
    "thead",
    "a",
    "b",
    "i",
    "u",
    "strong",
    "em",
    "script",
    "style",
    "svg",
    "math",
    "iframe",
    "form",
    "input",
    "img",
    "select",
    "option",
    "textarea",
    "title",
    "noscript",
    "template",
    "plaintext",
    "xmp",
    "annotation-xml",
    "foreignObject",
    "div",
    "span",
    "pre",
    "br",
    "hr",
    "figure",
    "caption",
    "button",
    "object",
    "embed",
    "base",
    "link",
    "meta",
]
ATTRIBUTES = (
    "href='javascript:alert(1)'",
    "href=' jAvAsCrIpT&#58;alert(1)'",
    "href='data:text/html,x'",
    "href='https://a.se/'",
    "href='//evil.se/'",
    "href='/\\evil.se'",
    "src='/bilagor/1'",
    "src='javascript:x'",
    "src=//evil.se/x.png",
    "onclick=alert(1)",
    "ONERROR='x'",
    "style='position:fixed'",
    "id=main",
    "id=s-syfte",
    "class=ds-button",
    "colspan=2",
    "colspan='javascript:1'",
    "alt='\"><script>'",
    "formaction=javascript:x",
    "srcdoc='<script>x</script>'",
)
PIECES = st.one_of(
    st.builds(lambda tag, given: f"<{tag} {given}>", st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
    st.sampled_from(TAGS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
    st.sampled_from(
        ["<!--", "-->", "<![CDATA[", "]]>", "&lt;script&gt;", "&#60;", "<", ">", '"', "'", "\0", "&"]
    ),
    st.text(max_size=8),
)
ANY_HTML = st.lists(PIECES, max_size=14).map("".join)


class Faults(HTMLParser):
    """What of a cleaned text could act, or reach another machine, in a browser."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        allowed = (
            "a strong b em i u s sub sup code br img p h2 h3 h4 ul ol li blockquote pre hr figure figcaption "
            "table caption thead tbody tfoot tr th td"
        )
        if tag not in allowed.split():
            self.found.append(tag)
        for name, value in attrs:
            safe = "href src alt title width height start colspan rowspan scope id rel"
            if name not in safe.split():
                self.found.append(f"{tag} {name}")
            if name in ("href", "src") and not re.match(
                r"(https?://|mailto:|tel:|#|/(?![/\\]))", value or ""
            ):
                self.found.append(f"{tag} {name}={value}")
            if name == "src" and not (value or "").startswith("/"):
                self.found.append(f"a picture from elsewhere: {value}")
            if name == "id":
                self.ids.append(value or "")


@given(ANY_HTML)
def test_nothing_that_acts_is_left_of_any_text(html):
    faults = Faults(sanitise(html))
    assert faults.found == []
    assert all(mark.startswith("s-") for mark in faults.ids) and len(set(faults.ids)) == len(faults.ids)


@given(ANY_HTML)
def test_cleaning_what_is_clean_changes_nothing(html):
    cleaned = sanitise(html)
    assert sanitise(cleaned) == cleaned


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_plain_words_survive(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert words_of(sanitise(f"<p>{escaped}</p>")).split() == text.split()


def test_words_of_what_is_taken_out_stay_but_not_the_code():
    cleaned = sanitise(
        "<div style='color:red'>Hand<span onclick='x'>hygien</span></div><script>alert(1)</script>"
    )
    assert cleaned == "Handhygien"


@pytest.mark.parametrize("written", ["h1", "h2"])
def test_the_page_has_the_only_heading_of_the_first_level(written):
    assert sanitise(f"<{written}>Syfte</{written}>") == '<h2 id="s-syfte">Syfte</h2>'


def test_headings_with_the_same_words_are_told_apart():
    cleaned = sanitise("<h2>Ansvar</h2><p>a</p><h2>Ansvar</h2>")
    assert [heading.anchor for heading in headings(cleaned)] == ["s-ansvar", "s-ansvar-2"]


def test_a_heading_keeps_its_place_when_its_words_change():
    changed = sanitise("<h2>Syfte</h2>").replace(">Syfte<", ">Syfte och mål<")
    assert [heading.anchor for heading in headings(sanitise(changed))] == ["s-syfte"]


def test_a_heading_of_signs_alone_can_be_pointed_at():
    assert headings(sanitise("<h2>§ 4</h2><h3>!!!</h3>"))[1].anchor == "s-avsnitt"


def test_a_table_keeps_its_heads_and_spans():
    rows = '<tr><th scope="col" colspan="2">Roll</th></tr><tr><td>a</td><td>b</td></tr>'
    table = f"<table><tbody>{rows}</tbody></table>"
    assert sanitise(table) == table


def test_pictures_come_from_this_house_and_those_without_words_are_named():
    cleaned = sanitise(
        '<p><img src="/b/1" alt="Karta"><img src="/b/2"><img src="https://x.se/y.png" alt="z"></p>'
    )
    assert "x.se" not in cleaned
    assert pictures_without_words(cleaned) == ["/b/2"]


def test_links_outside_say_nothing_of_where_they_came_from():
    assert (
        sanitise('<a href="https://sis.se/">SIS</a>')
        == '<a href="https://sis.se/" rel="noopener noreferrer">SIS</a>'
    )


def test_the_contents_are_a_tree_and_a_skipped_level_leaves_no_gap():
    html = sanitise("<h2>A</h2><h4>a1</h4><h3>a2</h3><h4>a21</h4><h2>B</h2><h3> </h3>")
    tree = [
        (top.text, [(sub.text, [low.text for low in sub.below]) for sub in top.below])
        for top in contents(html)
    ]
    assert tree == [("A", [("a1", []), ("a2", ["a21"])]), ("B", [])]


def test_the_words_of_a_text_are_parted_where_the_eye_parts_them():
    html = "<h2>Syfte</h2><p>Ett<b>ord</b></p><ul><li>a</li><li>b</li></ul>"
    table = "<table><tr><td>1</td><td>2</td></tr></table>"
    assert words_of(sanitise(html + table)) == "Syfte\nEttord\na\nb\n1 2"


def test_an_address_that_word_began_with_a_capital_leads_on_all_the_same():
    assert 'href="Https://sis.se/"' in sanitise('<a href="Https://sis.se/">SIS</a>')
    assert "href" not in sanitise('<a href="JavaScript:alert(1)">x</a><a href="Data:text/html,x">y</a>')
