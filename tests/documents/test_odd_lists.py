"""Lists and archives as municipalities have them: days in words, names from other machines, cells that are
too long. What cannot be taken over as it stands is refused, never cut or guessed."""

import io
import unicodedata
import zipfile
from datetime import date

import pytest
from django.urls import reverse

from documents.models import Document, Version
from qms.exceptions import RuleViolation
from qms.records.imports.days import day_of
from qms.records.imports.runs import import_start, import_work
from tests.documents import files
from tests.documents.test_taking_over import HAND, HEADS, done, line, looked_through, outcomes
from tests.records.files import docx, upload


def named(*entries: tuple[zipfile.ZipInfo, bytes]) -> io.BytesIO:
    """A ZIP with these entries, written as they are."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return made


def with_name_in(name: bytes) -> io.BytesIO:
    """A ZIP whose one entry has a name of exactly these bytes and says in no way which letters they are, as
    older programs write it."""
    plain = b"x" * len(name)
    made = named((zipfile.ZipInfo(plain.decode()), HAND))
    return io.BytesIO(made.getvalue().replace(plain, name))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2024-03-01", date(2024, 3, 1)),
        ("2024-3-1", date(2024, 3, 1)),
        ("20240301", date(2024, 3, 1)),
        ("2024-03-01 00:00:00", date(2024, 3, 1)),
        ("2024/03/01", date(2024, 3, 1)),
        ("2024.03.01", date(2024, 3, 1)),
        ("1 mars 2024", date(2024, 3, 1)),
        ("Den 14 Maj 2024", date(2024, 5, 14)),
        ("3. desember 2023", date(2023, 12, 3)),
        ("3 okt. 2023", date(2023, 10, 3)),
        ("", None),
    ],
)
def test_a_day_may_be_written_as_people_write_it(said, meant):
    assert day_of(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "i våras", "2024", "1/3 2024", "03-04-2024", "2024-03-01 eller senare", "2024-03-012",
        "31 april 2024", "2024-13-01", "1 marmelad 2024",
    ],
)  # fmt: skip
def test_a_day_that_could_be_another_is_not_guessed(said):
    with pytest.raises(RuleViolation, match="is no date"):
        day_of(said)


@pytest.mark.parametrize(
    "name",
    [
        unicodedata.normalize("NFD", "Blåbär.docx").encode(),  # a Mac
        "Blåbär.docx".encode("cp850"),  # Windows here
        "Blåbär.docx".encode(),
    ],
    ids=["mac", "windows", "utf-8"],
)
def test_a_file_is_found_by_its_name_whichever_machine_made_the_archive(town, name):
    run = looked_through(town, line(file="Blåbär.docx"), zipped=with_name_in(name))
    assert outcomes(run)[0][1] == "new", outcomes(run)


def test_a_norwegian_name_from_windows_and_a_decomposed_one_in_the_list_are_found(town):
    zipped = with_name_in("Rutine for bærekraft på øya.docx".encode("cp850"))
    said = unicodedata.normalize("NFD", "Rutine for bærekraft på øya.docx")
    assert outcomes(looked_through(town, line(file=said), zipped=zipped))[0][1] == "new"


def test_of_files_with_one_name_the_folder_in_the_list_says_which(town):
    other = files.word("Något annat.")
    zipped = named(
        (zipfile.ZipInfo("Styrdok/Vård/hand.docx"), HAND), (zipfile.ZipInfo("Styrdok/Skola/hand.docx"), other)
    )
    run = looked_through(
        town,
        line(file="Vård\\hand.docx"),
        line(id="P-2", title="Skolans", file="/skola/hand.docx"),
        line(id="P-3", title="Vilken", file="hand.docx"),
        line(id="P-4", title="Ingen", file="Kök/hand.docx"),
        zipped=zipped,
    )
    care, school, which, none = outcomes(run)
    assert (care[1], school[1]) == ("new", "new")
    assert "Several files" in which[2] and "folder" in which[2] and "There is no file" in none[2]
    done(town, run)
    assert Version.objects.get(document__title="Skolans").file.size == len(other)


def test_the_same_file_twice_in_the_archive_is_one(town):
    zipped = named((zipfile.ZipInfo("a/hand.docx"), HAND), (zipfile.ZipInfo("b/hand.docx"), HAND))
    assert outcomes(looked_through(town, line(), zipped=zipped))[0][1] == "new"


@pytest.mark.parametrize(
    ("column", "said"),
    [("decided_by", "Kommunfullmäktige " * 12), ("title", "Riktlinje " * 30)],
)
def test_what_is_too_long_is_refused_and_not_cut(town, column, said):
    [(_two, outcome, why)] = outcomes(looked_through(town, line(**{column: said})))
    assert outcome == "refused" and "is too long" in why


def test_laws_in_one_cell_are_lines_whether_divided_by_line_or_semicolon(town):
    sheet = files.sheet([*HEADS, "Lagar"], [*line(), "SFS 2001:453\nSFS 2017:30; HSLF-FS 2015:10"])
    run = import_start(
        importer="documents",
        sheet=io.BytesIO(sheet),
        name="l.xlsx",
        archive=named((zipfile.ZipInfo("hand.docx"), HAND)),
        access=town.access("quality"),
    )
    import_work(run_id=run.pk)
    done(town, run)
    assert Document.objects.get().law_lines == ["SFS 2001:453", "SFS 2017:30", "HSLF-FS 2015:10"]


def test_two_columns_for_one_thing_are_not_chosen_between(town):
    sheet = io.BytesIO(files.sheet([*HEADS, "Beslutad"], [*line(), "ja"]))
    with pytest.raises(RuleViolation, match="Beslutsdatum, Beslutad"):
        import_start(
            importer="documents",
            sheet=sheet,
            name="l.xlsx",
            archive=named((zipfile.ZipInfo("hand.docx"), HAND)),
            access=town.access("quality"),
        )


def test_macros_in_a_file_or_in_the_list_are_refused_and_the_other_files_come(town, sign_in):
    bad = docx(**{"word/vbaProject.bin": b"x"})
    zipped = named((zipfile.ZipInfo("bad.docx"), bad), (zipfile.ZipInfo("hand.docx"), HAND))
    run = looked_through(town, line(file="bad.docx"), line(id="P-2", title="Resor"), zipped=zipped)
    refused, taken = outcomes(run)
    assert (refused[1], taken[1]) == ("refused", "new") and "macros" in refused[2]
    done(town, run)
    assert [document.title for document in Document.objects.all()] == ["Resor"]
    with_macros = io.BytesIO(files.sheet(HEADS, line(id="P-3")))
    with zipfile.ZipFile(with_macros, "a") as book:
        book.writestr("xl/vbaProject.bin", b"x")
    sent = {
        "sheet": upload("lista.xlsx", with_macros.getvalue()),
        "archive": upload("f.zip", zipped.getvalue()),
    }
    answer = sign_in(town.quality).post(reverse("documents:take_over"), sent)
    assert answer.status_code == 422 and "macros" in answer.context["form"].errors["sheet"][0]
