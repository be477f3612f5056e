"""Words written without an editor become paragraphs, and none of them is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.content.plain import paragraphs
from documents.content.words import words_of


@pytest.mark.parametrize(
    "typed, laid",
    [
        ("Ring jouren.\n\nVänta\nvid bilen.", "<p>Ring jouren.</p><p>Vänta<br>vid bilen.</p>"),
        ("Ring jouren.\r\n \r\nVänta.", "<p>Ring jouren.</p><p>Vänta.</p>"),
        (
            "<p>Kvar</p>\n\nNytt & <strong>viktigt</strong> här",
            "<p>Kvar</p><p>Nytt &amp; <strong>viktigt</strong> här</p>",
        ),
        ("<ul><li>ett</li></ul>\nefter", "<ul><li>ett</li></ul><p>efter</p>"),
        ("<pre>a\n\nb</pre>", "<pre>a\n\nb</pre>"),
        ("Håll 5 <6 grader, a<b, och skriv", "<p>Håll 5 &lt;6 grader, a&lt;b, och skriv</p>"),
        ("<p>a</p>\n\n<p>b</p>", "<p>a</p><p>b</p>"),
        (" \n\n ", ""),
    ],
)
def test_a_blank_line_begins_a_new_paragraph(typed: str, laid: str):
    assert paragraphs(typed) == laid


@given(st.text(st.sampled_from("ab <>&\n\r\t/5é"), max_size=60))
def test_plain_words_are_all_kept_and_laid_out_once(typed: str):
    plain = typed.replace(">", "")  # with one, what stands before it may be a mark
    laid = paragraphs(plain)
    assert "".join(words_of(laid).split()) == "".join(plain.split())
    assert paragraphs(laid) == laid
