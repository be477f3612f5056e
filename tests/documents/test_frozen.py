"""The official PDF: made once for what was decided, kept as it is, never silently missing."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext, override
from pypdf import PdfReader, PdfWriter

from documents.content.extract import extract
from documents.content.stamp import stamped
from documents.models import Document, DocumentType, FrozenPdf, Version
from documents.services import frozen
from documents.services.frozen import pdf_make, pdf_retry, pdfs_sweep
from documents.services.lifetime import document_applies_set
from documents.services.owed import MOST_LOST, claim
from qms.exceptions import NotYours, RuleViolation
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.services.attachments import attachments_save
from qms.records.services.change import record_change
from tests.conftest import build_town
from tests.documents import files
from tests.documents.steps import begun, guideline, in_force, together
from tests.documents.test_office import needs_office
from tests.factories import grant
from tests.records.files import picture, upload

State = FrozenPdf.State
TEXT = (
    "<h2>Syfte</h2><p>Anteckna innan passet är slut.</p><h3>Ansvar</h3>"
    "<table><tbody><tr><th scope='col'>Roll</th><th scope='col'>Ansvar</th></tr>"
    "<tr><td>Chef</td><td>Följer upp</td></tr></tbody></table>"
)


def decided(town, text: str = TEXT) -> Version:
    document = in_force(town, "Anteckningar i hemtjänsten", text=text, decided_by="Vård- och omsorgsnämnden")
    return Version.objects.get(document=document)


def row(version: Version) -> FrozenPdf:
    return FrozenPdf.objects.get(version=version)


def content(pdf: FrozenPdf) -> bytes:
    with pdf.file.open("rb") as kept:
        return kept.read()


def outline(items: list) -> list[str]:
    """The titles of all bookmarks in their order."""
    return [title for item in items for title in (outline(item) if isinstance(item, list) else [item.title])]


def with_file(town, name: str, made: bytes) -> Version:
    """A decided version that is an uploaded file."""
    version = decided(town)
    with stored([receive(upload(name, made))]) as received:
        [attachment] = attachments_save(record=version, files=received, access=town.access("handler"))
    version.file = attachment
    version.save()
    return version


def test_what_is_taken_into_force_owes_its_pdf_from_that_moment(town):
    assert row(decided(town)).state == State.PENDING


def test_the_pdf_can_be_read_by_everyone_and_says_what_was_decided(town):
    version = decided(town)
    assert pdf_make(version_id=version.pk)
    kept = row(version)
    pdf = PdfReader(io.BytesIO(content(kept)))
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "en" and pdf.metadata.title == "Anteckningar i hemtjänsten"
    assert root["/MarkInfo"]["/Marked"].value is True and root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert outline(pdf.outline) == ["Anteckningar i hemtjänsten", "Syfte", "Ansvar"]
    words = " ".join(extract(io.BytesIO(content(kept)), ".pdf").split())
    for said in (
        "Exempelköpings kommun", "Routine", version.document.reference, "Vård- och omsorgsnämnden",
        "Valid from", "Chef", "Page 1 / 1",
        "A printed copy is valid at the time of printing", town.manager.name,
    ):  # fmt: skip
        assert said in words, said


def test_for_the_archive_it_has_every_font_inside_and_no_file(town, settings):
    settings.DOCUMENT_PDF_ARCHIVAL = True
    version = decided(town)
    pdf_make(version_id=version.pk)
    pdf = PdfReader(io.BytesIO(content(row(version))))
    assert b"pdfaid:part" in pdf.trailer["/Root"]["/Metadata"].get_data()
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    assert "/EmbeddedFiles" not in pdf.trailer["/Root"].get("/Names", {})


def test_it_is_made_once_and_its_hash_is_that_of_the_file(town):
    version = decided(town)
    assert pdf_make(version_id=version.pk) is True
    first = row(version)
    assert pdf_make(version_id=version.pk) is False
    assert row(version).sha256 == first.sha256 == hashlib.sha256(content(first)).hexdigest()
    assert (first.size, first.attempts) == (len(content(first)), 1)


def test_a_worker_that_was_killed_is_followed_by_another_and_one_file_is_left(town):
    version = decided(town)
    lost = claim(frozen.PDF, version.pk)  # takes the lease, then dies
    assert pdfs_sweep().startswith("0")
    FrozenPdf.objects.update(claimable_at=timezone.now())  # the lease has run out
    assert pdfs_sweep().startswith("1")
    # It was not dead, only slow: what it made is not kept beside the other.
    assert frozen._keep(lost, files.pdf("slow")) is False
    kept = row(version)
    assert kept.attempts == 2
    assert default_storage.listdir(f"official/{version.pk}")[1] == [kept.file.name.rsplit("/")[-1]]


def test_what_fails_is_shown_and_tried_again_until_it_is_there(town):
    version = with_file(town, "rutin.pdf", files.pdf("Rutin"))
    path = version.file.file.name
    away = default_storage.open(path).read()
    default_storage.delete(path)
    assert pdf_make(version_id=version.pk) is False
    failed = row(version)
    assert failed.state == State.FAILED and "FileNotFoundError" in failed.fault
    assert failed.claimable_at > timezone.now()
    default_storage.save(path, io.BytesIO(away))
    FrozenPdf.objects.update(claimable_at=timezone.now())
    pdfs_sweep()
    assert row(version).state == State.READY


def test_what_was_made_and_cannot_be_opened_counts_as_failed_at_once(town, monkeypatch):
    version = decided(town)
    monkeypatch.setattr(frozen, "render_pdf", lambda *args, **more: b"%PDF-1.7 cut off")
    assert pdf_make(version_id=version.pk) is False
    assert (row(version).state, row(version).attempts) == (State.FAILED, 1)
    assert "damaged" in row(version).fault


def test_one_that_cannot_be_stored_counts_as_failed_at_once(town, monkeypatch):
    version = decided(town)

    def full(name: str, content: object) -> str:
        raise OSError("No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    assert pdf_make(version_id=version.pk) is False
    assert row(version).state == State.FAILED and "No space left" in row(version).fault


def test_what_is_noted_is_in_the_language_of_the_house(town, settings):
    version = decided(town)
    settings.LANGUAGE_CODE = "sv"
    with override("en"):
        for _try in range(MOST_LOST + 1):
            FrozenPdf.objects.update(claimable_at=timezone.now())
            claim(frozen.PDF, version.pk) if _try < MOST_LOST else pdf_make(version_id=version.pk)
    [task] = version.document.tasks.filter(kind="mend_pdf")
    with override("sv"):
        assert row(version).fault == gettext("Each worker that tried to make it was lost.")
        assert task.note.startswith("Version 1. ") and "tried again" not in task.note
    assert "lost" not in row(version).fault


def test_whoever_steers_the_document_can_have_it_tried_again_at_once(town):
    version = decided(town)
    FrozenPdf.objects.update(state=State.FAILED, fault="x", claimable_at=timezone.now() + timedelta(days=1))
    with pytest.raises(NotYours):
        pdf_retry(version_id=version.pk, access=town.access("employee"))
    pdf_retry(version_id=version.pk, access=town.access("manager"))
    assert pdf_make(version_id=version.pk)
    with pytest.raises(RuleViolation, match="nothing to try again"):
        pdf_retry(version_id=version.pk, access=town.access("manager"))


def test_one_that_kills_every_worker_counts_as_failed_and_not_as_being_made(town):
    version = decided(town)
    for _try in range(MOST_LOST + 1):
        FrozenPdf.objects.update(claimable_at=timezone.now())
        claim(frozen.PDF, version.pk)
    assert row(version).state == State.FAILED


def test_an_uploaded_pdf_is_the_official_one_byte_for_byte(town):
    made = files.pdf("Reglemente")
    version = with_file(town, "reglemente.pdf", made)
    assert pdf_make(version_id=version.pk)
    assert content(row(version)) == made


def test_of_a_sheet_no_pdf_is_made_and_nothing_is_missing(town):
    version = with_file(town, "taxa.xlsx", files.sheet(["Taxa", 120]))
    assert pdf_make(version_id=version.pk) is False
    assert (row(version).state, row(version).fault) == (State.UNMADE, "")
    FrozenPdf.objects.update(claimable_at=timezone.now())
    assert not FrozenPdf.objects.owed().exists()


def test_without_libreoffice_a_word_file_holds_itself_and_the_reason_stands_there(
    town, monkeypatch, tmp_path
):
    version = with_file(town, "rutin.docx", files.word("Rutin"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdf_make(version_id=version.pk) is False
    assert row(version).state == State.UNMADE and "LibreOffice" in row(version).fault
    FrozenPdf.objects.update(claimable_at=timezone.now())
    assert FrozenPdf.objects.owed().exists()  # it may be installed one day


def test_pictures_of_the_document_stand_in_it_and_others_do_not(town):
    version = decided(town)
    with stored([receive(upload("karta.jpg", picture()))]) as received:
        [own] = attachments_save(record=version.document, files=received, access=town.access("handler"))
    other = begun(town, "Other")
    with stored([receive(upload("annan.jpg", picture()))]) as received:
        [foreign] = attachments_save(record=other, files=received, access=town.access("handler"))
    addresses = own.get_absolute_url(), foreign.get_absolute_url()
    version.text = "".join(f'<p><img src="{address}" alt="Karta"></p>' for address in addresses)
    version.save()
    assert pdf_make(version_id=version.pk)
    assert len(PdfReader(io.BytesIO(content(row(version)))).pages[0].images) == 1


def test_what_was_replaced_carries_a_mark_on_every_page_and_stays_readable():
    marked = PdfReader(io.BytesIO(stamped(files.pdf("Ett", "Två"), "Ersatt", "Ersatt den 1 mars 2026", "sv")))
    assert len(marked.pages) == 2
    for page, said in zip(marked.pages, ("Ett", "Två"), strict=True):
        words = page.extract_text()
        assert said in words and "Ersatt den 1 mars 2026" in words


def test_a_page_on_its_side_is_marked_upright_from_edge_to_edge():
    writer = PdfWriter(clone_from=io.BytesIO(files.pdf("Tabell")))
    lying = writer.pages[0]
    lying.mediabox.upper_right = lying.cropbox.upper_right = (842, 595)
    writer.add_blank_page(595, 842).rotate(90)
    kept = io.BytesIO()
    writer.write(kept)
    marked = PdfReader(io.BytesIO(stamped(kept.getvalue(), "Ersatt", "Ersatt den 1 mars 2026", "sv")))
    for page in marked.pages:
        assert (page.mediabox.width > page.mediabox.height, page.rotation) == (True, 0)
        assert "Ersatt den 1 mars 2026" in page.extract_text(orientations=(0,))


@needs_office
def test_a_word_file_made_into_pdf_says_on_every_page_what_was_decided_and_that_copies_age(town, settings):
    version = with_file(town, "rutin.docx", files.word(*["Rutin"] * 60))
    Version.objects.filter(pk=version.pk).update(paragraph="§ 45")
    assert pdf_make(version_id=version.pk)
    made = PdfReader(io.BytesIO(content(row(version))))
    assert len(made.pages) > 1
    for page in made.pages:
        words = " ".join(page.extract_text().split())
        assert f"{version.document.reference} · Version 1" in words
        assert "Vård- och omsorgsnämnden § 45" in words
        assert version.document.get_absolute_url() in words
    root = made.trailer["/Root"]
    assert made.metadata.title == version.title
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"].value) == (settings.LANGUAGE_CODE, True)
    assert root["/StructTreeRoot"]["/K"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one():
    town = build_town()
    grant(town.handler, "author", town.north)
    version = decided(town)
    made = together(*[lambda: pdf_make(version_id=version.pk)] * 2)
    assert sorted(made) == [False, True]
    assert Document.objects.count() == 1 and row(version).attempts == 1


def test_one_made_late_says_whose_it_was_and_where_it_held_when_it_came_into_force(town):
    version = decided(town)
    document, access = version.document, town.access("quality")
    DocumentType.objects.update(level="manager")
    changes = {"owner": town.handler, "unit": town.south, "type": guideline(), "laws": "SFS 2099:1"}
    record_change(record_id=document.pk, changes=changes, access=access)
    document_applies_set(document_id=document.pk, units=[town.school], access=access)
    FrozenPdf.objects.update(claimable_at=timezone.now())
    assert pdf_make(version_id=version.pk)
    words = " ".join(extract(io.BytesIO(content(row(version))), ".pdf").split())
    for said in ("Routine", town.manager.name, "Belongs to North", "Applies to North"):
        assert said in words, said
    for later in ("Guideline", town.handler.name, "South", "School", "2099:1"):
        assert later not in words, later
