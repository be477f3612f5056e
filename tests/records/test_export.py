"""The workbook: what the list shows, nothing else, and safe to open."""

from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from openpyxl import Workbook, load_workbook

from improvements.models import Improvement
from qms.organisation.models import Unit
from qms.records.export import columns, unit_paths, write_workbook
from qms.records.models import Record
from qms.records.services import record_save
from tests.conftest import Town
from tests.factories import improvement
from tests.records.test_list_pages import SignIn, secret, titles


def workbook(client: Client, query: str = "") -> Workbook:
    """What the export gives at an address."""
    answer = client.get(f"/records/export/?{query}")
    assert answer.status_code == 200
    return load_workbook(BytesIO(b"".join(answer.streaming_content)))


def rows(book: Workbook) -> list[dict[str, object]]:
    """The first sheet, each row by its headings."""
    headings, *lines = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(headings, line, strict=True)) for line in lines]


@pytest.fixture
def cases(town: Town) -> list[Improvement]:
    """Two cases that the manager sees, one in the other department, one restricted."""
    return [
        improvement(town.north, town.employee, "Nyckel"),
        improvement(town.south, town.south_head, "Lampa"),
        improvement(town.school, town.outsider, "Grind"),
        secret(town.south, town.south_head, town),
    ]


def test_a_row_says_what_is_known_of_a_record(town: Town, cases: list[Improvement], sign_in: SignIn):
    row = rows(workbook(sign_in(town.manager), "q=nyckel"))[0]
    today = timezone.localdate()
    assert {name: as_day(value) for name, value in row.items()} == {
        "Reference": cases[0].reference,
        "Kind": "Proposal",
        "Title": "Nyckel",
        "Unit": "North",
        "Belongs to": "Town / Care",
        "Responsible": "Manager",
        "State": "Received",
        "Next date": cases[0].due,
        "Sent": today,
        "Changed": today,
        "Closed": None,
        "Who sees it": "Internal",
    }
    assert isinstance(row["Next date"], datetime)


def test_a_record_is_not_headed_like_a_unit_that_was_closed_down():
    with override("sv"):
        headings = [heading for heading, _width in columns()]
    assert "Avslutat" in headings and "Registrerat" in headings


def as_day(value: object) -> object:
    """A cell's value, a date without its hour."""
    return value.date() if isinstance(value, datetime) else value


@pytest.mark.parametrize(
    "query", ["", "state=all&sort=newest", "q=lampa", "kind=improvement&sort=changed", "due=none"]
)
@pytest.mark.parametrize("who", ["quality", "manager", "outsider", "employee"])
def test_the_workbook_holds_what_the_list_shows_in_its_order(
    town: Town, cases: list[Improvement], sign_in: SignIn, who: str, query: str
):
    client = sign_in(getattr(town, who))
    assert [row["Title"] for row in rows(workbook(client, query))] == titles(client, query)


def test_all_rows_are_written_not_only_those_of_the_page(town: Town, sign_in: SignIn):
    for number in range(30):
        improvement(town.north, town.employee, f"Lampa {number}")
    assert len(rows(workbook(sign_in(town.manager), "n=25"))) == 30


def test_nothing_restricted_is_written_for_an_outsider(town: Town, cases: list[Improvement], sign_in: SignIn):
    for who in ("outsider", "manager", "exec", "admin"):
        book = workbook(sign_in(getattr(town, who)), "state=all")
        assert "Zweihander" not in str([list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets])


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x","y")', "+1+1", "-1-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"]
)
def test_what_looks_like_a_formula_stays_a_text(town: Town, sign_in: SignIn, text: str):
    case = improvement(town.north, town.employee, "Lampa")
    Record.objects.filter(pk=case.pk).update(title=text)
    cell = workbook(sign_in(town.manager)).worksheets[0]["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_characters_that_no_workbook_holds_are_left_out(town: Town, sign_in: SignIn):
    case = improvement(town.north, town.employee, "Lampa")
    Record.objects.filter(pk=case.pk).update(title="La\x01m\x1fpa 🧯")
    assert workbook(sign_in(town.manager)).worksheets[0]["C2"].value == "Lampa 🧯"


def test_the_sheet_is_ready_to_be_worked_with(town: Town, cases: list[Improvement], sign_in: SignIn):
    book = workbook(sign_in(town.quality), "kind=improvement&category=proposal")
    sheet = book.worksheets[0]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Improvements", "A2", "A1:L5")
    assert sheet["A1"].font.bold
    assert sheet["H2"].is_date
    about = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    assert (about["Filter"], about["By"], about["Rows"]) == ("Improvements, Proposal, Open", "Quality", 4)


def test_the_file_is_called_by_what_it_holds_and_when(town: Town, cases: list[Improvement], sign_in: SignIn):
    answer = sign_in(town.quality).get("/records/export/?kind=improvement")
    day = timezone.localdate().isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="improvements-{day}.xlsx"'


def test_the_words_are_in_the_persons_language(town: Town, cases: list[Improvement], sign_in: SignIn):
    town.quality.language = "sv"
    town.quality.save()
    with override("sv"):
        expected = [heading for heading, _width in columns()]
    assert [cell.value for cell in workbook(sign_in(town.quality)).worksheets[0][1]] == expected


@pytest.mark.parametrize(
    "query", ["unit=north&from=x&q=%00", "q=" + "x" * 10_000, "owner=%27&kind=%3Cb%3E&n=9"]
)
def test_no_address_breaks_the_export(town: Town, cases: list[Improvement], sign_in: SignIn, query: str):
    assert workbook(sign_in(town.quality), query).worksheets[0]["A1"].value == "Reference"


def test_an_export_costs_the_same_at_3_and_at_30(town: Town, sign_in: SignIn):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            workbook(sign_in(town.manager))
        return len(queries)

    for number in range(3):
        improvement(town.north, town.employee, f"Lampa {number}")
    few = cost()
    for number in range(27):
        improvement(town.south, town.south_head, f"Lampa {number}")
    assert cost() == few


def test_past_the_cap_the_workbook_says_that_there_is_more(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("qms.records.export.MOST_ROWS", 2)
    for number in range(3):
        improvement(town.north, town.employee, f"Lampa {number}")
    book = load_workbook(_written(Record.objects.select_related("unit", "owner")))
    assert len(rows(book)) == 2
    assert "The list is longer: a workbook holds 2 rows" in book.worksheets[1]["B2"].value


def _written(records: Iterable[Record]) -> BytesIO:
    file = BytesIO()
    write_workbook(file, records, title="[Every]*thing? that / is: here and there", above={}, about=[])
    return file


def test_a_unit_is_named_with_those_above_it(town: Town):
    assert unit_paths(Unit.objects.all())[town.north.pk] == "Town / Care"
    assert unit_paths(Unit.objects.all())[town.kf.pk] == ""


def test_a_day_without_an_hour_is_a_day(town: Town, sign_in: SignIn):
    case = improvement(town.north, town.employee, "Lampa")
    case.due = date(2026, 12, 24)
    record_save(record=case, access=town.access("manager"))
    cell = workbook(sign_in(town.manager)).worksheets[0]["H2"]
    assert as_day(cell.value) == date(2026, 12, 24)
    assert cell.number_format == "yyyy-mm-dd"
