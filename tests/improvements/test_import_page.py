"""The page on which old cases are taken over: the form, what is refused, the template, CSV."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from improvements.models import Improvement
from improvements.selectors.old_cases import COLUMNS
from improvements.services.flags import flag_set
from qms.exceptions import RuleViolation
from qms.records.imports.runs import import_work
from qms.records.imports.sheet import read_sheet
from qms.records.models import ImportRun
from tests.documents.files import sheet
from tests.factories import grant
from tests.improvements.test_import import HEADS, line
from tests.improvements.test_merge import sees

PAGE = "improvements:take_over"


def sent(browser, name: str, content: bytes, source: str = "Platina"):
    return browser.post(reverse(PAGE), {"source": source, "sheet": SimpleUploadedFile(name, content)})


def test_a_form_with_a_fault_says_that_the_list_has_to_be_chosen_again(town, sign_in):
    browser = sign_in(town.quality)
    again = "Choose the files once more"
    assert again not in browser.get(reverse(PAGE)).content.decode()
    answer = sent(browser, "lista.xlsx", sheet(HEADS, line()), source="")
    assert answer.status_code == 422 and again in answer.content.decode()


def test_a_list_is_chosen_seen_and_taken_over(town, sign_in):
    browser = sign_in(town.quality)
    answer = sent(browser, "lista.xlsx", sheet(HEADS, line(), line(number="2", unit="Nowhere")))
    run = ImportRun.objects.get()
    import_work(run_id=run.pk)
    page = browser.get(answer["Location"]).content.decode()
    assert "From Platina." in page and "1 row can be taken over." in page and "“Nowhere”" in page
    assert not Improvement.objects.exists()
    browser.post(reverse(f"{PAGE}_go", args=[run.pk]))
    import_work(run_id=run.pk)
    page = browser.get(answer["Location"]).content.decode()
    case = Improvement.objects.get()
    assert case.get_absolute_url() in page and "mend it and send the list again" in page
    assert "From Platina, number 2021-17" in browser.get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize("as_text", [False, True])
def test_columns_that_mean_nothing_here_are_named_before_anything_is_taken_over(town, sign_in, as_text):
    heads = [*HEADS, "Ansvarig", ""]
    content, name = sheet(["Old cases"], heads, [*line(), "Siv", ""]), "lista.xlsx"
    if as_text:
        content, name = ";".join(heads).encode() + b"\n1;2;3", "lista.csv"
    browser = sign_in(town.quality)
    page = browser.get(sent(browser, name, content)["Location"]).content.decode()
    assert "mean nothing here and are left out: Ansvarig." in page
    page = browser.get(sent(browser, "annan.xlsx", sheet(HEADS, line(number="3")))["Location"])
    assert "mean nothing here" not in page.content.decode()


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(town, sign_in):
    browser = sign_in(town.quality)
    answer = browser.post(reverse(PAGE), {"source": "Platina"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Choose the spreadsheet." in page and 'value="Platina"' in page
    answer = sent(browser, "lista.xlsx", sheet(HEADS, line()), source="")
    assert answer.status_code == 422 and "which system the cases come from" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("lista.xlsx", b"MZ\x90 no list", "cannot be received"),
        ("lista.xlsx", b"", "empty"),
        ("lista.xlsx", sheet(HEADS, line())[:700], "damaged"),
        ("lista.txt", b"Nummer;Text", "no spreadsheet"),
        ("lista.xlsx", sheet(["Nummer", "Text"], ["1", "x"]), "lack these: enhet, läge, inkom"),
        ("lista.xlsx", sheet(HEADS), "no rows below"),
    ],
    ids=["not a sheet", "empty", "damaged", "text", "headings lacking", "no rows"],  # its bytes hold the time
)
def test_a_file_that_is_no_list_is_refused_beside_its_field(town, sign_in, name, content, said):
    answer = sent(sign_in(town.quality), name, content)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_no_more_rows_than_can_be_looked_through(settings):
    rows = "\n".join(f"{number};x;NORTH;Ny;2021-01-01" for number in range(10_001))
    with pytest.raises(RuleViolation, match="10000"):
        read_sheet(io.BytesIO(f"Nummer;Text;Enhet;Läge;Inkom\n{rows}".encode()), COLUMNS)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_file_is_read_however_it_was_saved(encoding, separator):
    lines = [
        ["Nummer", "Text", "Enhet", "Läge", "Inkom"],
        ["7", '"Rad ett\nrad två"', "Åsen", "Ny", "2021-01-01"],
    ]
    text = "\r\n".join(separator.join(cells) for cells in lines)
    [row] = read_sheet(io.BytesIO(text.encode(encoding)), COLUMNS)
    assert (row.cells["number"], row.cells["text"], row.cells["unit"]) == ("7", "Rad ett\nrad två", "Åsen")


def test_no_formula_is_worked_out():
    book = Workbook()
    book.active.append(["Nummer", "Text", "Enhet", "Läge", "Inkom"])
    book.active.append(["1", '=HYPERLINK("http://x")', "NORTH", "Ny", "=TODAY()"])
    out = io.BytesIO()
    book.save(out)
    [row] = read_sheet(out, COLUMNS)
    assert (row.cells["text"], row.cells["sent_on"]) == ("", "")
    [row] = read_sheet(io.BytesIO(b"Nummer;Text;Enhet;L\xe4ge;Inkom\n1;=1+1;N;Ny;2021-01-01"), COLUMNS)
    assert row.cells["text"] == "=1+1", "a text like any other"


def test_the_template_has_the_headings_that_are_understood(town, sign_in):
    content = sign_in(town.quality).get(reverse(f"{PAGE}_template")).content
    heads = [cell.value for cell in load_workbook(io.BytesIO(content)).active[1]]
    assert heads == COLUMNS.headings
    assert [head.casefold() for head in HEADS] == [head.casefold() for head in COLUMNS.headings]


def test_others_are_told_who_may(town, sign_in):
    answer = sign_in(town.manager).get(reverse(PAGE))
    assert answer.status_code == 403 and "Quality managers" in answer.content.decode()
    assert (
        "Take over old cases" not in sign_in(town.manager).get(reverse("improvements:list")).content.decode()
    )
    assert "Take over old cases" in sign_in(town.quality).get(reverse("improvements:list")).content.decode()


SECRET = "Greta föll ur sängen"


def begun(browser, **changed: object) -> ImportRun:
    sent(browser, "lista.xlsx", sheet(HEADS, line(title=SECRET, **changed)))
    run = ImportRun.objects.get()
    import_work(run_id=run.pk)
    return run


def taken(browser, run: ImportRun) -> Improvement:
    browser.post(reverse(f"{PAGE}_go", args=[run.pk]))
    import_work(run_id=run.pk)
    case: Improvement = Improvement.objects.get()
    return case


@pytest.mark.parametrize(
    ("cell", "ground"),
    [
        ("OSL 26 kap. 1 §", "OSL 26 kap. 1 §"),
        ("Ja", "Confidential in Platina"),
        ("", None),
        ("Nej", None),
    ],
)
def test_what_was_confidential_is_for_those_who_handle_it_alone(town, sign_in, cell, ground):
    browser = sign_in(town.quality)
    run = begun(browser, secrecy=cell)
    page = browser.get(reverse(f"{PAGE}_run", args=[run.pk])).content.decode()
    said = "It will be seen by those who handle it alone." in page
    assert (said, SECRET in page) == (ground is not None, ground is None)
    case = taken(browser, run)
    assert (case.is_restricted, case.confidential_reason) == (ground is not None, ground or "")
    seen = {who for who in ("employee", "manager") if sees(town, who, case)}
    assert seen == ({"manager"} if ground else {"employee", "manager"})


def test_a_ground_that_is_too_long_is_said_and_nothing_is_opened_to_all_for_it(town, sign_in):
    browser = sign_in(town.quality)
    run = begun(browser, secrecy="x" * 201)
    page = browser.get(reverse(f"{PAGE}_run", args=[run.pk])).content.decode()
    assert "The ground for secrecy is longer than 200 characters." in page and SECRET not in page


def test_the_page_of_a_list_names_no_case_that_its_reader_does_not_see(town, sign_in):
    """Another quality manager, of School alone; and the one who sent it, once the case is sealed."""
    grant(town.outsider, "quality_manager", town.school)
    address = reverse(f"{PAGE}_run", args=[begun(sign_in(town.quality)).pk])
    other = sign_in(town.outsider)
    assert SECRET not in other.get(address).content.decode(), "what is to come of others is not theirs"
    browser = sign_in(town.quality)
    assert SECRET in browser.get(address).content.decode()
    case = taken(browser, ImportRun.objects.get())
    assert SECRET not in sign_in(town.outsider).get(address).content.decode()
    browser = sign_in(town.quality)
    assert SECRET in browser.get(address).content.decode()
    flag_set(
        record_id=case.pk,
        kind="lex_sarah",
        why="A fall",
        known_at=timezone.now(),
        access=town.access("manager"),
    )
    page = browser.get(address).content.decode()
    assert SECRET not in page and case.get_absolute_url() not in page and "Not shown here" in page
