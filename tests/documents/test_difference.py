"""A difference shows what was taken away and what was added, and loses nothing between."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from documents.content.difference import difference, difference_of_words
from documents.content.sanitise import sanitise
from documents.content.words import words_of
from qms.exceptions import RuleViolation

ALOUD = re.compile(r'<span class="ds-sr-only">[^<]*</span>')
CHANGE = {tag: re.compile(rf"<{tag}>.*?</{tag}>", re.S) for tag in ("ins", "del")}

WORD = st.sampled_from(["hand", "hygien", "ska", "och", "i", "rutin,", "chef.", "12", "§", "(a)", "å-ä"])
INLINE = st.one_of(
    WORD,
    st.sampled_from([" ", "  ", "\n", "<br>", '<img src="/b/1" alt="en karta">']),
    st.builds(lambda mark, word: f"<{mark}>{word} </{mark}>", st.sampled_from(["strong", "em"]), WORD),
    st.builds(lambda to, word: f'<a href="/{to}">{word}</a>', st.sampled_from("ab"), WORD),
)
WORDS = st.lists(st.builds(lambda one, gap: one + gap, INLINE, st.sampled_from(["", " "])), max_size=8).map(
    "".join
)
PARAGRAPH = st.builds(
    lambda tag, words: f"<{tag}>{words}</{tag}>",
    st.sampled_from(["p", "h2", "h3", "blockquote", "pre"]),
    WORDS,
)
ITEMS = st.lists(
    st.builds(
        lambda words, below, more: (
            f"<li>{words}{f'<ul><li>{below}</li></ul>' if below else ''}<p>{more}</p></li>"
        ),
        *(WORDS, WORDS, WORDS),
    ),
    max_size=3,
)
LIST = st.builds(lambda tag, items: f"<{tag}>{''.join(items)}</{tag}>", st.sampled_from(["ul", "ol"]), ITEMS)
ROW = st.lists(
    st.builds(lambda tag, words: f"<{tag}><p>{words}</p></{tag}>", st.sampled_from(["th", "td"]), WORDS)
)
TABLE = st.lists(ROW.map(lambda cells: f"<tr>{''.join(cells)}</tr>"), max_size=3).map(
    lambda rows: f"<table><tbody>{''.join(rows)}</tbody></table>"
)
HTML = (
    st.lists(st.one_of(PARAGRAPH, LIST, TABLE, WORDS, st.just("<hr>")), max_size=5).map("".join).map(sanitise)
)


def without(tag: str, html: str) -> str:
    return ALOUD.sub("", CHANGE[tag].sub("", html))


def plain(html: str) -> str:
    return " ".join(words_of(html).split())


@given(HTML, HTML)
@example("", "hand<table><tbody></tbody></table>hand")
@settings(deadline=None, max_examples=50)
def test_without_what_was_added_the_old_text_is_left_and_without_what_was_taken_the_new(old, new):
    shown = difference(old, new).html
    assert plain(without("ins", shown)) == plain(old)
    assert plain(without("del", shown)) == plain(new)


@given(HTML)
@settings(deadline=None, max_examples=50)
def test_a_text_does_not_differ_from_itself(html):
    same = difference(html, html)
    assert (same.changed, same.added, same.removed) == (False, 0, 0)


@given(HTML, HTML)
@settings(deadline=None, max_examples=50)
def test_the_answer_is_well_formed_and_holds_nothing_a_document_may_not(old, new):
    shown = difference(old, new).html
    bare = ALOUD.sub("", shown)
    bare = re.sub(r'</?(ins|del)>| id="[^"]*"', "", bare)
    assert re.sub(r' id="[^"]*"', "", sanitise(bare)) == bare


@given(st.text(max_size=80), st.text(max_size=80))
@settings(deadline=None, max_examples=50)
def test_plain_texts_lose_nothing_either(old, new):
    shown = difference_of_words(old, new).html
    assert plain(without("ins", shown)).split() == old.split()
    assert plain(without("del", shown)).split() == new.split()


def test_a_changed_word_is_marked_within_its_sentence_and_said_aloud():
    found = difference("<p>Sprita händerna i 20 sekunder.</p>", "<p>Sprita händerna i 30 sekunder.</p>")
    assert ALOUD.sub("", found.html) == "<p>Sprita händerna i <del>20 </del><ins>30 </ins>sekunder.</p>"
    assert found.html.count("ds-sr-only") == 2
    assert (found.added, found.removed, found.coarse) == (1, 1, False)


def test_a_changed_cell_is_marked_in_its_row_and_the_others_stand_still():
    rows = "<tr><th>Roll</th><td>Chef</td></tr><tr><th>Tid</th><td>{} dagar</td></tr>"
    row = f"<table><tbody>{rows}</tbody></table>"
    shown = ALOUD.sub("", difference(row.format(10), row.format(5)).html)
    assert "<td><del>10 </del><ins>5 </ins>dagar</td>" in shown
    assert "<tr><th>Roll</th><td>Chef</td></tr>" in shown


def test_a_new_column_is_added_in_each_row():
    old = "<table><tbody><tr><td>Namn</td><td>Ansvar</td></tr></tbody></table>"
    new = "<table><tbody><tr><td>Namn</td><td>Telefon</td><td>Ansvar</td></tr></tbody></table>"
    shown = ALOUD.sub("", difference(old, new).html)
    assert "<tr><td>Namn</td><td><ins>Telefon</ins></td><td>Ansvar</td></tr>" in shown


def test_a_paragraph_that_is_gone_stands_where_it_stood():
    old, new = "<p>Ett.</p><p>Tvärtom två.</p><p>Tre.</p>", "<p>Ett.</p><p>Tre.</p>"
    shown = ALOUD.sub("", difference(old, new).html)
    assert shown == "<p>Ett.</p><p><del>Tvärtom två.</del></p><p>Tre.</p>"


def test_a_new_item_keeps_its_place_in_a_list_within_a_list():
    old = "<ul><li>A<ol><li>ett</li></ol></li><li>B</li></ul>"
    new = "<ul><li>A<ol><li>ett</li><li>två</li></ol></li><li>B</li></ul>"
    shown = ALOUD.sub("", difference(old, new).html)
    assert shown == "<ul><li>A<ol><li>ett</li><li><ins>två</ins></li></ol></li><li>B</li></ul>"


def test_a_link_that_leads_elsewhere_is_a_change_and_bold_is_none():
    assert difference('<p><a href="/a">lagen</a></p>', '<p><a href="/b">lagen</a></p>').changed
    assert not difference("<p>lagen</p>", "<p><strong>lagen</strong></p>").changed


def test_a_picture_that_was_changed_is_shown_twice():
    shown = difference('<p><img src="/b/1" alt="Karta"></p>', '<p><img src="/b/2" alt="Karta"></p>').html
    assert [CHANGE[tag].search(shown) is not None for tag in ("ins", "del")] == [True, True]


def test_what_changed_in_a_long_text_is_found_by_the_headings_it_stands_under():
    old = "<p>Först</p><h2 id='s-ett'>Ett</h2><p>A</p><h3 id='s-tva'>Två ord</h3><p>B</p>"
    old += "<h2 id='s-tre'>Tre</h2><p>C</p>"
    new = old.replace("Två ord", "Två nya ord").replace("<p>C</p>", "<p>C och D</p><ul><li>E</li></ul>")
    found = difference(old, new).places
    assert [(place.anchor, place.text) for place in found] == [("s-tva", "Två nya ord"), ("s-tre", "Tre")]
    assert difference(old, old).places == []
    for led_nowhere in (old.replace("Först", "Sist"), old.replace("<h2 id='s-tre'>Tre</h2>", "")):
        found = difference(old, led_nowhere)
        assert found.changed and found.places == []


def test_a_long_report_is_compared_in_seconds_and_says_when_it_was_coarse():
    old = "".join(f"<p>Punkt {n}: ansvarig chef ska följa upp rutinen varje år.</p>" for n in range(3_000))
    new = old.replace("varje år", "varje halvår")
    started = time.process_time()
    found = difference(old, new)
    assert (found.added, found.removed) == (3_000, 3_000)
    one_long = "<p>" + "och så vidare med detta " * 2_000 + "</p>"
    other = "<p>" + "och inte vidare utan detta " * 2_000 + "</p>"
    assert difference(one_long, other).coarse
    assert time.process_time() - started < 20


def test_what_is_far_too_long_is_refused_in_a_sentence():
    with pytest.raises(RuleViolation, match="too long to be compared"):
        difference_of_words("ord " * 200_000, "ord " * 200_000)
