"""Finding what points at somebody, and replacing it by blocks."""

import pytest

from improvements.redaction.finding import Why, found_in
from improvements.redaction.masking import (
    BLOCK,
    masked,
    passage_spans,
    pieces,
    plain,
    sentence_spans,
    word_spans,
)

TEXT = (
    "Greta Larsson föll i natt. Hennes dotter Anna-Lena ringde 070-123 45 67, mejl greta.l@exempel.se. "
    "Personnummer 19520312-1234 och 850709-9805. Gretas säng på Storgatan 5 B. Idag kom IVO till Björkgården."
)


def found(text: str, why: Why) -> set[str]:
    rows = found_in(
        [text],
        sender="Maja Ek",
        involved=["Per Nilsson"],
        directory=frozenset({"nilsson"}),
        known=frozenset({"björkgården"}),
    )
    return {row.words for row in rows if row.why == why}


def replaced(text: str, *words: str) -> str:
    return masked(pieces(plain(text), [span for word in words for span in word_spans(plain(text), word)]))


def test_names_numbers_and_addresses_are_found_and_units_are_not():
    assert found(TEXT, Why.NUMBER) == {"19520312-1234", "850709-9805"}
    assert found(TEXT, Why.CONTACT) == {"070-123 45 67", "greta.l@exempel.se", "Storgatan 5 B"}
    assert {"Greta", "Greta Larsson", "Larsson", "Anna-Lena"} <= found(TEXT, Why.MENTIONED)
    assert not {"Björkgården", "IVO", "Idag", "Hennes", "Personnummer"} & found(TEXT, Why.MENTIONED)


def test_a_known_name_in_capitals_is_found_and_an_abbreviation_is_not():
    assert found("IVO och SSK ringde ANNA och NILSSON.", Why.MENTIONED) == {"ANNA"}
    assert found("GRETAS säng", Why.MENTIONED) == {"GRETA"}
    assert found("SEDAN KOM NILSSON", Why.INVOLVED) == {"Nilsson"}


def test_what_stands_in_different_texts_makes_no_name_together():
    rows = found_in(
        ["Maja", "I Umeå"], sender="", involved=[], directory=frozenset(), known=frozenset({"umeå"})
    )
    assert {row.words for row in rows} == {"Maja"}


def test_who_sent_it_and_who_handled_it_are_found_by_each_part_of_their_name():
    assert found("Jag, Maja, bad Per om hjälp. Ek", Why.SENDER) == {"Maja", "Ek"}
    assert found("Jag, Maja, bad Per om hjälp.", Why.INVOLVED) == {"Per"}


@pytest.mark.parametrize(
    "number",
    [
        "19121212-1212", "121212-1212", "1212121212", "121212+1212", "19701063-2391", "850709 9805",
        "19520312-TF12", "01129955131", "120385 12345",
    ],
)  # fmt: skip
def test_identity_numbers_are_found_however_they_are_written(number: str):
    assert found(f"numret {number} stod där", Why.NUMBER) == {number}


@pytest.mark.parametrize(
    "number", ["070-123 45 67", "+46 70 123 45 67", "0046701234567", "090-16 10 00", "22 33 44 55"]
)
def test_phone_numbers_are_found_however_they_are_written(number: str):
    assert found(f"ring {number} i dag", Why.CONTACT) == {number}


def test_a_date_or_a_room_is_no_number():
    assert not found("Den 2026-11-20 kl. 14.30 i rum 312, vecka 47.", Why.NUMBER)
    assert not found("Den 2026-11-20 kl. 14.30 i rum 312, vecka 47.", Why.CONTACT)


@pytest.mark.parametrize(
    "text",
    [
        "Anna Berg",
        "anna berg",
        "ANNA  BERG",
        "Anna\nBerg",
        "Anna\u00a0Berg",
        "An\u00adna Be\u200brg",
        "Anna Bergs",
        "Anna-Berg",
        "Anna Berg's",
        "A n n a  B e r g",
        "A.n.n.a B.e.r.g",
        "a-n-n-a-b-e-r-g",
        "A_N_N_A_B_E_R_G",
    ],
)
def test_a_name_is_masked_however_it_is_written(text: str):
    assert replaced(f"Med {text} talade vi", "Anna Berg") == f"Med {BLOCK} talade vi"


def test_an_accent_written_as_a_sign_of_its_own_hides_nobody():
    assert replaced("Åsa och Andre\u0301", "Åsa", "André") == f"{BLOCK} och {BLOCK}"


@pytest.mark.parametrize(
    "text", ["Anna-Lena", "anna lena", "Annalena", "Anna-\nLena", "Anna–Lenas", "ANNA‑LENA"]
)
def test_a_double_name_is_masked_with_its_hyphen_and_without(text: str):
    assert replaced(f"Med {text} talade vi", "Anna-Lena") == f"Med {BLOCK} talade vi"


@pytest.mark.parametrize("text", ["Andre", "andrés", "ANDRÉ", "Andre\u0301s", "A n d r e"])
def test_a_name_is_masked_with_its_accent_and_without(text: str):
    assert replaced(f"Med {text} talade vi", "André") == f"Med {BLOCK} talade vi"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Bo Stad", "Hennes bostad är kall."),
        ("Åsa", "Asa är en annan."),
        ("Björn", "Bjorn är en annan."),
        ("Bo", "Avdelning b, o och p."),
        ("Per Ek", "Per\nperson och eken."),
        ("Ali", "Kvaliteten, a och l i samma rum."),
    ],
)
def test_what_only_looks_like_a_name_stays(name: str, text: str):
    assert replaced(text, name) == text


def test_each_half_of_a_double_name_points_at_its_owner():
    rows = found_in(
        ["Anna sa det till Lundgren."],
        sender="Anna-Lena Berg-Lundgren",
        involved=[],
        directory=frozenset(),
        known=frozenset(),
    )
    assert {row.words for row in rows if row.why == Why.SENDER} == {"Anna", "Lundgren"}


def test_a_name_within_a_word_is_left_and_a_passage_is_masked_wherever_it_stands():
    assert replaced("Alis kvalitet", "Ali") == f"{BLOCK} kvalitet"
    text = "kvaliteten i hemmet"
    assert masked(pieces(text, passage_spans(text, "liteten i he"))) == f"kva{BLOCK}mmet"


def test_every_block_is_as_long_and_what_touches_is_one():
    text = "Li och Bartholomeus Li"
    blocks = masked(pieces(text, [(0, 2), (7, 18), (18, 22)]))
    assert blocks == f"{BLOCK} och {BLOCK}"


def test_sentences_end_where_people_end_them():
    text = "Hon föll. Det gick bra!\nkl. 10 kom hjälp  "
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "Hon föll.", "Det gick bra!", "kl.", "10 kom hjälp",
    ]  # fmt: skip
