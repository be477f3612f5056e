"""The words of uploaded files are read; what nobody could open is refused in a sentence."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PageObject

from documents.content import extract as extraction
from documents.content.extract import check_opens, extract
from qms.exceptions import RuleViolation
from qms.records.attachments.sniff import sniff
from tests.documents import files
from tests.records.files import archive, docx

BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:document>"
)


def words(content: bytes, name: str) -> str:
    """As an upload goes: the type by the content, then the words."""
    file = io.BytesIO(content)
    return extract(file, sniff(file, name).extension)


def test_word_paragraphs_and_rows_are_lines():
    content = files.word(
        "Rutin för handhygien", "Sprita\thänderna.", table=[["Roll", "Ansvar"], ["Chef", "Följer upp"]]
    )
    assert words(content, "rutin.docx") == (
        "Rutin för handhygien\nSprita händerna.\nRoll Ansvar\nChef Följer upp"
    )


def test_a_word_file_called_something_else_is_read_as_what_it_is():
    assert words(files.word("Plan"), "plan.pdf") == "Plan"


def test_opendocument_text_is_read_without_what_was_deleted_and_margin_notes():
    body = (
        "<text:tracked-changes><text:p>struket</text:p></text:tracked-changes><text:h>Policy</text:h>"
        "<text:p>Alla<text:s/>ska <text:span>veta</text:span>.<office:annotation><text:p>not</text:p>"
        "</office:annotation> Slut</text:p><table:table><table:table-row><table:table-cell><text:p>a</text:p>"
        "</table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert words(files.odt(body), "policy.odt") == "Policy\nAlla ska veta. Slut\na b"


def test_sheets_slides_pdf_and_plain_text_are_read():
    assert words(files.sheet(["Taxa", 120], [None, "kr"]), "taxa.xlsx") == "Sheet\nTaxa 120\nkr"
    assert words(files.slides("Mål 2026", "Uppföljning"), "mål.pptx") == "Mål 2026\nUppföljning"
    assert (
        words(files.pdf("Reglemente för nämnden", "Sida två"), "r.pdf") == "Reglemente för nämnden\nSida två"
    )
    assert words("Räksmörgås".encode("cp1252"), "a.txt") == "Räksmörgås"
    assert words("Räksmörgås".encode("utf-16"), "a.txt") == "Räksmörgås"


def test_a_page_that_cannot_be_read_is_named_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch):
    read = PageObject.extract_text

    def trips(page: PageObject) -> str:
        found = read(page)
        if "Två" in found:
            raise KeyError("/Font")
        return found

    monkeypatch.setattr(PageObject, "extract_text", trips)
    assert words(files.pdf("Ett", "Två", "Tre"), "a.pdf").split("\n") == [
        "Ett",
        "[Page 2 could not be read.]",
        "Tre",
    ]


def test_a_pdf_that_only_may_not_be_changed_is_read():
    assert words(files.pdf("Fastställd", owner_password="hemligt"), "f.pdf") == "Fastställd"


def test_a_locked_pdf_is_refused():
    content = io.BytesIO(files.pdf("x", password="hemligt"))
    for opening in (check_opens, extract):
        with pytest.raises(RuleViolation, match="protected with a password"):
            opening(content, ".pdf")


def test_a_locked_word_file_and_one_from_before_2007_are_refused_with_the_way_out():
    with pytest.raises(RuleViolation, match="password, or in the format of an Office before 2007"):
        words(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "policy.doc")


def test_a_locked_opendocument_file_is_refused():
    locked = files.odt("", **{files.MANIFEST: b"<manifest:encryption-data/>"})
    with pytest.raises(RuleViolation, match="protected with a password"):
        words(locked, "policy.odt")


def test_macros_are_refused():
    with pytest.raises(RuleViolation, match="macros"):
        words(docx(**{"word/vbaProject.bin": b"x"}), "policy.docx")


def test_a_bomb_of_zeros_and_a_bomb_of_entities_are_refused():
    with pytest.raises(RuleViolation, match="far too large"):
        words(docx(**{"word/media/x.bin": bytes(40_000_000)}), "b.docx")
    with pytest.raises(RuleViolation, match="damaged"):
        words(docx(**{"word/document.xml": BOMB.encode()}), "b.docx")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", files.word("Rutin")),
        ("a.odt", files.odt("<text:p>Rutin</text:p>")),
        ("a.xlsx", files.sheet(["Rutin"])),
        ("a.pptx", files.slides("Rutin")),
        ("a.pdf", files.pdf("Rutin")),
    ],
    ids=["docx", "odt", "xlsx", "pptx", "pdf"],  # each worker makes bytes of its own
)
def test_a_file_cut_off_halfway_is_refused_or_read_but_never_an_error(name, content):
    for part in (3, 2, 1.2):
        try:
            assert isinstance(words(content[: int(len(content) / part)], name), str)
        except RuleViolation as refused:
            assert "damaged" in str(refused) or "cannot be received" in str(refused)


PLAIN_PDF = files.pdf("Rutin för handhygien")


@given(st.lists(st.tuples(st.integers(9, len(PLAIN_PDF) - 1), st.binary(max_size=6)), max_size=6))
def test_a_pdf_with_broken_bytes_is_refused_or_read_but_never_an_error(breaks):
    content = bytearray(PLAIN_PDF)
    for at, broken in breaks:
        content[at : at + len(broken)] = broken
    file = io.BytesIO(bytes(content))
    try:
        assert isinstance(extract(file, ".pdf"), str)
    except RuleViolation as refused:
        assert "damaged" in str(refused) or "password" in str(refused)


def test_a_part_that_is_missing_inside_is_damage():
    with pytest.raises(RuleViolation, match="damaged"):
        check_opens(io.BytesIO(archive({"mimetype": b"application/vnd.oasis.opendocument.text"})), ".odt")


def test_a_scanned_pdf_and_a_picture_have_no_words():
    assert words(files.pdf(""), "scan.pdf") == ""
    assert extract(io.BytesIO(b""), ".png") == ""


def test_reading_stops_when_the_text_or_the_time_is_over(monkeypatch):
    monkeypatch.setattr(extraction, "MOST_LETTERS", 50)
    assert len(words(files.word(*["lång rad"] * 40), "a.docx")) == 50
    monkeypatch.setattr(extraction, "MOST_SECONDS", -1.0)
    assert words(files.word("första", "andra"), "a.docx") == "första"


def test_what_the_database_cannot_keep_is_left_out():
    assert "\0" not in extraction._bounded(["a\0b", "c\ud800d"])
    assert extraction._bounded(["a\0b", "c\ud800d"]) == "a b\ncd"
