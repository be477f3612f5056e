"""Lists as people keep them: a title above the headings, cells that are merged. What is not understood is
refused in one sentence that says which row."""

import io

import pytest
from openpyxl import Workbook

from qms.exceptions import RuleViolation
from qms.records.imports.importers import Columns
from qms.records.imports.sheet import SheetRow, read_sheet

COLUMNS = Columns({"title": ("titel",), "unit": ("enhet",), "owner": ("ägare",)}, ("title", "unit"), 50)
HEADS = ["Titel", "Enhet", "Ägare"]


def workbook(*rows: list[str], merged: tuple[str, ...] = ()) -> io.BytesIO:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(out)
    return out


def refused(file: io.BytesIO) -> str:
    with pytest.raises(RuleViolation) as found:
        read_sheet(file, COLUMNS)
    assert found.value.field == "sheet"
    return str(found.value)


def test_a_title_above_the_headings_is_passed_over_and_rows_keep_their_numbers():
    found = read_sheet(
        workbook(["Styrdokument 2026"], [], HEADS, ["Resor", "Kök", "Eva"], merged=("A1:C1",)), COLUMNS
    )
    assert found == [SheetRow(4, {"title": "Resor", "unit": "Kök", "owner": "Eva"})]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_title_with_commas_above_the_headings_does_not_say_what_divides_a_csv_file(separator):
    lines = [
        "Styrdokument, planer, policyer, rutiner",
        *(separator.join(row) for row in (HEADS, ["a", "b", "c"])),
    ]
    [row] = read_sheet(io.BytesIO("\r\n".join(lines).encode()), COLUMNS)
    assert row == SheetRow(3, {"title": "a", "unit": "b", "owner": "c"})


def test_headings_that_are_not_all_there_are_named_with_their_row():
    assert refused(workbook(["Styrdokument"], ["Titel", "Fil"], ["a", "b"])) == (
        "The headings in row 2 lack these: enhet."
    )
    assert refused(workbook(["Dokument", "Fil"], ["a", "b"])) == (
        "The headings in row 1 lack these: titel, enhet."
    )
    assert "row 1" in refused(workbook(*[["Styrdokument"]] * 10, HEADS, ["a", "b", "c"]))


@pytest.mark.parametrize(
    ("cells", "row"),
    [("B3:B5", 3), ("B4:C4", 4), ("A1:A2", 1)],
    ids=["below", "beside", "over two rows of headings"],
)
def test_merged_cells_are_refused_and_not_taken_for_empty_ones(cells, row):
    rows = [HEADS, *(["Resor", "Kök", "Eva"] for _ in range(4))]
    assert refused(workbook(*rows, merged=(cells,))) == (
        f"In row {row} cells are merged ({cells}). Split them, and write in each what it says."
    )


def test_merged_cells_are_found_at_the_end_of_a_long_sheet_too():
    rows = [HEADS, *([f"Resor {number} " + "x" * 400, "Kök", "Eva"] for number in range(49))]
    file = workbook(*rows, merged=tuple(f"B{row}:C{row}" for row in range(2, 50)))
    assert "In row 2 cells" in refused(file)


def test_words_that_look_like_merged_cells_are_words():
    [row] = read_sheet(workbook(HEADS, ['<mergeCell ref="A1:B2"/>', "Kök", "Eva"]), COLUMNS)
    assert row.cells["title"].startswith("<mergeCell")
