"""Lists of old cases as other systems and people make them: read as they stand, or refused in words; nothing
is cut off unseen, taken over twice or opened to more people than before."""

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from threading import Barrier

import pytest
from django.db import connection

from improvements.models import Improvement
from improvements.selectors.old_cases import COLUMNS
from qms.exceptions import RuleViolation
from qms.records.imports.runs import import_go, import_start, import_work
from qms.records.imports.sheet import SheetRow, read_sheet
from qms.records.models import ImportRun
from tests.conftest import Town, build_town
from tests.documents.files import sheet
from tests.factories import grant
from tests.improvements.test_import import HEADS, begun, done, line, looked_through, many, outcomes

LINE = [*line()]


def rows_of(content: bytes) -> list[SheetRow]:
    return read_sheet(io.BytesIO(content), COLUMNS)


def rewritten(content: bytes, pattern: str, by: str) -> bytes:
    """The workbook with its first sheet written otherwise."""
    before, made = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = re.sub(pattern, by, part.decode()).encode()
                assert part != before.read(name)
            after.writestr(name, part)
    return made.getvalue()


@pytest.mark.parametrize("said", ['ref="A1"', 'ref="A1:K2"', 'ref="A1:B3"'])
def test_what_a_workbook_says_of_its_own_size_hides_no_row_and_no_column(said: str):
    """Exports of many systems say A1, or how large the sheet was before; what stands there counts."""
    content = rewritten(sheet(HEADS, *many(5)), r'ref="A1:[A-Z]+\d+"', said)
    found = rows_of(content)
    assert [row.number for row in found] == [2, 3, 4, 5, 6]
    assert all(row.cells["outcome"] == "Ny armatur sattes upp." for row in found)


def test_a_line_that_names_what_divides_a_csv_file_is_passed_over():
    [row] = rows_of("sep=,\nNummer,Text,Enhet,Läge,Inkom\n7,x,NORTH,Ny,2021-01-01".encode())
    assert (row.number, row.cells["unit"]) == (3, "NORTH")


def test_a_heading_that_stands_far_down_is_a_row_like_any_other():
    rows = [["x"]] * 20
    with pytest.raises(RuleViolation, match="lack these"):
        rows_of(sheet(*rows, HEADS, LINE))


@pytest.mark.parametrize(
    ("cell", "closed"),
    [(True, True), (False, False), ("SANT", True), ("FALSKT", False), ("Sant", True), ("usant", False)],
)
def test_a_tick_says_whether_it_is_confidential_and_is_no_ground(town: Town, cell: object, closed: bool):
    done(town, line(secrecy=cell))
    case = Improvement.objects.get()
    assert case.is_restricted == closed
    assert ("Platina" in case.confidential_reason) == closed


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (44256, "“44256” is no date"),
        (44256.5, "“44256.5” is no date"),
        ("#N/A", "“#N/A” is no date"),
        (time(8, 0), "“08:00:00” is no date"),
        ("=TODAY()", "no day on which it was sent in"),
        ("2021-02-29", "“2021-02-29” is no date"),
        ("01/03/2021", "“01/03/2021” is no date"),
    ],
)
def test_what_is_no_day_is_refused_with_what_stands_there(town: Town, cell: object, said: str):
    [(_number, outcome, why)] = outcomes(looked_through(town, line(sent_on=cell)))
    assert (outcome, said in why) == ("refused", True)


@pytest.mark.parametrize(
    "cell", [date(2021, 3, 1), datetime(2021, 3, 1, 23, 59), "2021-03-01 23:59", "1 mars 2021", "20210301"]
)
def test_a_day_is_the_same_day_however_it_is_written(town: Town, cell: object):
    done(town, line(sent_on=cell))
    assert Improvement.objects.get().created_at.date() in (date(2021, 3, 1), date(2021, 2, 28))


def test_cells_merged_downwards_say_nothing_of_the_rows_below(town: Town):
    """A unit that stands once for three rows is not guessed for the two below."""
    run = looked_through(town, line(), line(number="2", unit=None), line(number="3", unit=None))
    assert [(outcome, "no unit" in why) for _number, outcome, why in outcomes(run)] == [
        ("new", False),
        ("refused", True),
        ("refused", True),
    ]


def test_the_same_list_of_another_person_takes_nothing_over_twice(town: Town):
    grant(town.manager, "quality_manager", town.kf)
    done(town, *many(3))
    again = begun(town, *many(3), who="manager", source="platina ")
    import_work(run_id=again.pk)
    assert {outcome for _number, outcome, _why in outcomes(again)} == {"same"}
    import_go(run_id=again.pk, access=town.access("manager"))
    import_work(run_id=again.pk)
    assert Improvement.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_people_with_different_lists_of_the_same_cases_take_each_over_once():
    town = build_town()
    grant(town.manager, "quality_manager", town.kf)
    runs = []
    for who, rows in (("quality", many(8)), ("manager", [*many(8)][::-1])):
        content = io.BytesIO(sheet(HEADS, *rows))
        run = import_start(
            importer="cases", sheet=content, name="lista.xlsx", source="Platina", access=town.access(who)
        )
        import_work(run_id=run.pk)
        import_go(run_id=run.pk, access=town.access(who))
        runs.append(run)
    together = Barrier(2)

    def work(run: ImportRun) -> None:
        try:
            together.wait()
            import_work(run_id=run.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, runs))
    assert sorted(Improvement.objects.values_list("old_number", flat=True)) == sorted(
        f"N-{number}" for number in range(8)
    )
    taken = [outcome for run in runs for _number, outcome, _why in outcomes(run)]
    assert taken.count("new") == 8 and set(taken) <= {"new", "same", "refused"}
