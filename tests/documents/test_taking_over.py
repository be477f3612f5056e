"""Documents that exist are taken over: looked through first, whole or not at all, and never twice."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import post_save
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from documents.models import Document, DocumentType, Origin, Version
from documents.services import taking_over
from documents.services.file_text import text_read, texts_sweep
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.services import unit_close
from qms.records.imports.runs import LEASE, import_go, import_start, import_work, imports_sweep
from qms.records.models import Attachment, ImportRun, Visibility
from qms.records.services import move
from tests.documents import files
from tests.documents.steps import begun, next_version
from tests.factories import grant
from tests.records.files import archive

HEADS = ["Id", "Titel", "Typ", "Enhet", "Ägare", "Beslutad av", "Beslutsdatum", "Översyn", "Fil"]
OPEN = "Everyone can read it in the public register."
HAND = files.word("Sprita händerna.")
CELLS = {
    "id": "P-1", "title": "Handhygien", "type": "Rutin", "unit": "NORTH", "owner": "manager@town.test",
    "decided_by": "Nämnden", "decided_on": date(2024, 3, 1), "review": date(2025, 3, 1), "file": "hand.docx",
}  # fmt: skip


def line(**changed: object) -> list[object]:
    """A row that can be taken over, with some of it changed."""
    return [*(CELLS | changed).values()]


def packed(**contents: bytes) -> io.BytesIO:
    """A ZIP with these files, in a folder."""
    return io.BytesIO(archive({f"styrdok/{name.replace('_', '.')}": made for name, made in contents.items()}))


def looked_through(
    town, *rows: list[object], zipped: io.BytesIO | None = None, who: str = "quality"
) -> ImportRun:
    sheet = io.BytesIO(files.sheet(HEADS, *rows))
    zipped = zipped or packed(hand_docx=HAND)
    run = import_start(
        importer="documents", sheet=sheet, name="lista.xlsx", archive=zipped, access=town.access(who)
    )
    import_work(run_id=run.pk)
    run.refresh_from_db()
    return run


def done(town, run: ImportRun) -> ImportRun:
    import_go(run_id=run.pk, access=town.access("quality"))
    import_work(run_id=run.pk)
    run.refresh_from_db()
    return run


def outcomes(run: ImportRun) -> list[tuple[int, str, str]]:
    return [(row.number, row.outcome, row.why_not) for row in run.rows.all()]


def test_looking_through_changes_nothing_and_says_row_by_row_what_would_come(town):
    run = looked_through(
        town,
        line(),
        line(id="P-2", title=""),
        line(id="P-3", type="Manifest"),
        line(id="P-4", unit="Nowhere"),
        line(id="P-5", owner="Nobody"),
        line(id="P-6", file="borta.pdf"),
        line(id="P-7", decided_on="i våras"),
        line(id="P-1", title="Again"),
        line(id="P-8", decided_on=timezone.localdate() + timedelta(days=9)),
    )
    assert run.state == ImportRun.State.CHECKED
    found = outcomes(run)
    assert found[0] == (2, "new", OPEN)
    assert [outcome for _number, outcome, _why in found[1:]] == ["refused"] * 8
    for (_number, _outcome, why), said in zip(
        found[1:],
        (
            "no title",
            "“Manifest”",
            "“Nowhere”",
            "“Nobody”",
            "“borta.pdf”",
            "“i våras” is no date",
            "row 2",
            "not in force yet",
        ),
        strict=True,
    ):
        assert said in why
    assert (Document.objects.count(), Attachment.objects.count(), Origin.objects.count()) == (0, 0, 0)


def test_what_was_looked_through_is_taken_over_in_force_with_its_decision_and_its_words(town):
    run = looked_through(town, line())
    archive_before = run.archive.name
    run = done(town, run)
    assert run.state == ImportRun.State.DONE and outcomes(run) == [(2, "new", OPEN)]
    document = Document.objects.get()
    version = Version.objects.get(document=document)
    assert (document.title, document.unit, document.owner) == ("Handhygien", town.north, town.manager)
    assert (document.state, document.visibility) == ("in_force", Visibility.PUBLIC)
    assert document.due == date(2025, 3, 1)  # late from the first day, and so shown
    assert (version.decided_by, version.decided_on, version.valid_from) == (
        "Nämnden",
        date(2024, 3, 1),
        date(2024, 3, 1),
    )
    assert version.file.name == "hand.docx" and version.file_text.state == "pending"
    assert text_read(version_id=version.pk)
    document.refresh_from_db()
    assert "Sprita händerna." in document.text
    assert version.pdf.state == "pending"
    assert not document.read_duties.exists()
    assert not run.archive and not default_storage.exists(archive_before)
    assert "Quality" in document.decisions.last().actor_name


def test_what_would_be_open_to_everyone_is_said_before_it_is(town):
    DocumentType.objects.filter(key="instruktion").update(is_public=False)
    run = looked_through(town, line(), line(id="P-2", type="Instruktion"))
    assert [why for _number, _outcome, why in outcomes(run)] == [OPEN, ""]
    done(town, run)
    assert {document.visibility for document in Document.objects.filter(type__is_public=False)} == {
        Visibility.STAFF
    }


def test_the_same_list_again_changes_nothing(town):
    done(town, looked_through(town, line()))
    before = Version.objects.get().changed_at
    run = done(town, looked_through(town, line()))
    assert outcomes(run) == [(2, "same", "")]
    assert Document.objects.count() == 1 and Version.objects.get().changed_at == before


def test_another_file_is_a_new_version_and_other_data_are_only_data(town):
    done(town, looked_through(town, line()))
    run = done(town, looked_through(town, line(owner="handler@town.test", review=date(2026, 1, 7))))
    assert outcomes(run) == [(2, "data", "Changes: Looked over next by, Document owner.")]
    document = Document.objects.get()
    assert (document.due, document.owner) == (date(2026, 1, 7), town.handler)
    other = packed(hand_docx=files.word("Sprita i 30 sekunder."))
    run = done(town, looked_through(town, line(decided_on=date(2025, 1, 1)), zipped=other))
    assert outcomes(run) == [(2, "version", "")]
    assert [(v.number, v.state) for v in Version.objects.order_by("major")] == [
        ("1", "superseded"),
        ("2", "in_force"),
    ]
    assert texts_sweep().startswith("2")
    document.refresh_from_db()
    assert "30 sekunder" in document.text


def test_a_new_file_comes_into_force_as_the_list_says_whose_it_is(town):
    done(town, looked_through(town, line()))
    other = packed(hand_docx=files.word("Sprita i 30 sekunder."))
    done(town, looked_through(town, line(owner="handler@town.test", unit="SOUTH"), zipped=other))
    said = Version.objects.get(is_in_force=True).pdf.said
    assert (said["owner"], said["unit"], said["applies_to"]) == (town.handler.name, "South", ["South"])


def test_a_list_that_says_what_it_said_undoes_nothing_that_was_decided_here(town):
    done(town, looked_through(town, line()))
    document = Document.objects.get()
    next_version(town, document, text="<p>Sprita i en minut.</p>")
    later = timezone.localdate() + timedelta(days=400)
    move(record_id=document.pk, name="confirm", access=town.access("manager"), data={"due": later})
    for row in (line(), line(decided_on="")):  # without a day it would hold from today
        run = done(town, looked_through(town, row))
        assert outcomes(run) == [(2, "same", "")]
    run = done(town, looked_through(town, line(), zipped=packed(hand_docx=files.word("Tvätta."))))
    [(_two, outcome, why)] = outcomes(run)
    assert outcome == "refused" and "Version 2 has been decided here since." in why
    document.refresh_from_db()
    assert (document.due, document.text) == (later, "Sprita i en minut.")
    assert Version.objects.get(is_in_force=True).number == "2"


def test_a_decision_put_right_in_the_list_is_a_small_correction_here(town):
    done(town, looked_through(town, line()))
    run = done(town, looked_through(town, line(decided_by="Fullmäktige", decided_on=date(2024, 2, 1))))
    assert outcomes(run) == [(2, "version", "What was decided is put right, as a small correction.")]
    first, second = Version.objects.order_by("minor")
    assert (second.number, second.decided_by, second.decided_on) == ("1.1", "Fullmäktige", date(2024, 2, 1))
    assert (second.valid_from, first.valid_until) == (date(2024, 2, 1), date(2024, 3, 1))
    assert second.file.sha256 == first.file.sha256 and second.pdf.state == "pending"
    assert Document.objects.get().due == date(2025, 3, 1)
    again = done(town, looked_through(town, line(decided_by="Fullmäktige", decided_on=date(2024, 2, 1))))
    assert outcomes(again) == [(2, "same", "")]


def test_a_file_that_held_before_what_is_in_force_is_refused(town):
    done(town, looked_through(town, line()))
    older = line(decided_on=date(2023, 1, 1))
    run = looked_through(town, older, zipped=packed(hand_docx=files.word("Förr.")))
    [(_two, outcome, why)] = outcomes(run)
    assert outcome == "refused" and "Version 1 is in force since 1 March 2024" in why


def test_a_unit_and_a_type_put_right_in_the_list_follow_here(town):
    done(town, looked_through(town, line()))
    run = done(town, looked_through(town, line(unit="SOUTH", type="Instruktion")))
    assert outcomes(run) == [(2, "data", "Changes: Type, Belongs to.")]
    document = Document.objects.get()
    assert (document.unit, document.type.key, document.category) == (town.south, "instruktion", "instruktion")
    assert [row.unit for row in document.applies.all()] == [town.south]


def test_a_row_that_fails_leaves_nothing_half_and_stops_no_other(town, monkeypatch):
    run = looked_through(town, line(), line(id="P-2", title="Nycklar"))
    whole, seen = taking_over.record_save, []

    def breaks(**given: object) -> object:
        seen.append(1)
        if len(seen) == 1:
            raise RuntimeError("the disk is full")
        return whole(**given)

    monkeypatch.setattr(taking_over, "record_save", breaks)
    run = done(town, run)
    assert [outcome for _number, outcome, _why in outcomes(run)] == ["refused", "new"]
    assert [document.title for document in Document.objects.all()] == ["Nycklar"]
    assert Attachment.objects.count() == Origin.objects.count() == 1


def test_a_unit_that_closes_while_the_list_is_worked_through_gets_no_document_back(town):
    done(town, looked_through(town, line(unit="SOUTH")))
    run = looked_through(town, line(id="P-0", title="Before", unit="KF"), line())
    assert [outcome for _number, outcome, _why in outcomes(run)] == ["new", "data"]

    def close(sender, instance, created, **kwargs: object):
        if created:
            unit_close(unit_id=town.north.pk, access=town.access("admin"))

    post_save.connect(close, sender=Document)
    try:
        run = done(town, run)
    finally:
        post_save.disconnect(close, sender=Document)
    [(_two, taken, _said), (_three, refused, why)] = outcomes(run)
    assert (taken, refused) == ("new", "refused") and why.startswith("North has closed.")
    assert Document.objects.get(title="Handhygien").unit == town.south


def test_a_lost_worker_is_followed_by_another_that_goes_on_where_it_was(town):
    run = looked_through(town, line(), line(id="P-2", title="Nycklar"))
    import_go(run_id=run.pk, access=town.access("quality"))
    ImportRun.objects.owed().update(claimable_at=timezone.now() + LEASE)  # one took it and died
    import_work(run_id=run.pk)
    assert Document.objects.count() == 0
    ImportRun.objects.update(claimable_at=timezone.now())
    assert imports_sweep().startswith("1")
    import_work(run_id=run.pk)
    import_work(run_id=run.pk)
    assert Document.objects.count() == 2


def test_what_is_being_written_here_is_not_overwritten(town):
    done(town, looked_through(town, line()))
    document = Document.objects.get()
    taking_over.version_start(document_id=document.pk, access=town.access("quality"))
    run = looked_through(town, line(), zipped=packed(hand_docx=files.word("Annat.")))
    assert outcomes(run)[0][1] == "refused" and "being written" in outcomes(run)[0][2]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (files.pdf("x", password="hemligt"), "password"),
        (b"MZ\x90 not a document", "cannot be received"),
        (files.word("Rutin")[:900], "damaged"),
    ],
    ids=["locked", "no-document", "damaged"],  # each worker makes bytes of its own
)
def test_a_file_nobody_could_open_is_refused_in_its_row(town, made, said):
    run = looked_through(town, line(file="x.pdf"), zipped=packed(x_pdf=made))
    assert outcomes(run)[0][1] == "refused" and said in outcomes(run)[0][2]


def test_what_is_no_list_and_no_zip_is_refused_beside_its_field(town):
    access = town.access("quality")
    for sheet, zipped, field in (
        (b"not a sheet", packed(), "sheet"),
        (files.sheet(["Titel", "Fil"], ["a", "b"]), packed(), "sheet"),
        (files.sheet(HEADS), packed(), "sheet"),
        (files.sheet(HEADS, line()), io.BytesIO(b"no zip"), "archive"),
    ):
        with pytest.raises(RuleViolation) as refused:
            import_start(
                importer="documents", sheet=io.BytesIO(sheet), name="x", archive=zipped, access=access
            )
        assert refused.value.field == field
    assert ImportRun.objects.count() == 0


def test_only_quality_managers_take_over(town):
    with pytest.raises(NotYours):
        looked_through(town, line(), who="manager")
    begun(town)


def test_into_units_of_others_nothing_is_taken_over_and_nothing_there_is_changed(town):
    done(town, looked_through(town, line()))
    grant(town.outsider, "quality_manager", town.school)
    rows = line(id="P-2"), line(unit="SCHOOL"), line(id="P-3", unit="SCHOOL")
    run = looked_through(town, *rows, who="outsider")
    theirs, known, own = outcomes(run)
    assert theirs[1:] == known[1:] == ("refused", "You are not quality manager for North.")
    assert own[1] == "new"


def test_from_the_page_list_and_files_are_chosen_seen_and_taken_over(town, sign_in):
    browser = sign_in(town.quality)
    sheet = SimpleUploadedFile("lista.xlsx", files.sheet(HEADS, line(), line(id="P-2", file="borta.pdf")))
    zipped = SimpleUploadedFile("filer.zip", packed(hand_docx=files.word("Rutin")).getvalue())
    answer = browser.post(reverse("documents:take_over"), {"sheet": sheet, "archive": zipped})
    run = ImportRun.objects.get()
    assert answer.status_code == 302
    import_work(run_id=run.pk)
    page = browser.get(answer["Location"]).content.decode()
    assert "1 row can be taken over." in page and "borta.pdf" in page
    browser.post(reverse("documents:take_over_go", args=[run.pk]))
    import_work(run_id=run.pk)
    assert "mend it and send the list again" in browser.get(answer["Location"]).content.decode()
    empty = browser.post(reverse("documents:take_over"), {})
    assert empty.status_code == 422 and "Choose the spreadsheet." in empty.content.decode()
    heads = load_workbook(io.BytesIO(browser.get(reverse("documents:take_over_template")).content)).active[1]
    assert [cell.value for cell in heads][:3] == ["Id", "Titel", "Typ"]


@pytest.mark.parametrize(("encoding", "separator"), [("cp1252", ";"), ("utf-8-sig", ","), ("utf-16", "\t")])
def test_a_list_saved_as_csv_is_taken_over_as_a_workbook_is(town, sign_in, encoding, separator):
    rows = [HEADS, line(title="Städning på äldreboende", owner="", unit="North")]
    text = "\r\n".join(separator.join(str(cell) for cell in row) for row in rows)
    browser = sign_in(town.quality)
    sheet = SimpleUploadedFile("lista.csv", text.encode(encoding), content_type="text/csv")
    zipped = SimpleUploadedFile("filer.zip", packed(hand_docx=HAND).getvalue())
    answer = browser.post(reverse("documents:take_over"), {"sheet": sheet, "archive": zipped})
    assert answer.status_code == 302, answer.content.decode()
    run = ImportRun.objects.get()
    import_work(run_id=run.pk)
    done(town, run)
    document = Document.objects.get()
    assert (document.title, document.state) == ("Städning på äldreboende", "in_force")
    assert document.unit == town.north and document.due == date(2025, 3, 1)


def test_a_list_nobody_went_on_with_is_forgotten_with_its_archive(town):
    run = looked_through(town, line())
    ImportRun.objects.update(started_at=timezone.now() - timedelta(days=20))
    imports_sweep()
    assert not ImportRun.objects.exists() and not default_storage.exists(run.archive.name)
