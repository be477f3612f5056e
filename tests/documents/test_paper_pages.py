"""Fetching official PDFs: as decided while in force, marked when no longer, tried again by who may."""

import hashlib
import io

import pytest
from django.urls import reverse
from django.utils.formats import date_format
from pypdf import PdfReader

from documents.models import FrozenPdf, Version
from documents.services.drafts import version_file_set, version_start
from documents.services.frozen import pdf_make
from qms.exceptions import RuleViolation
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.services.attachments import attachment_remove
from qms.records.services.change import edit_token
from tests.documents import files
from tests.documents.steps import approved, begun, day, in_force, next_version, ready_to_approve
from tests.records.files import upload


def address(version: Version) -> str:
    return reverse("documents:pdf", args=[version.reference])


def fetched(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_what_is_in_force_comes_byte_for_byte_and_is_not_sent_twice(town, sign_in):
    version = Version.objects.get(document=in_force(town))
    pdf_make(version_id=version.pk)
    browser = sign_in(town.employee)
    answer = browser.get(address(version))
    assert hashlib.sha256(fetched(answer)).hexdigest() == FrozenPdf.objects.get(version=version).sha256
    assert answer["X-Content-Type-Options"] == "nosniff" and "private" in answer["Cache-Control"]
    assert browser.get(address(version), headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_what_was_replaced_is_marked_on_every_page_and_can_be_had_exactly(town, sign_in):
    document = in_force(town)
    first = Version.objects.get(document=document)
    pdf_make(version_id=first.pk)
    next_version(town, document)
    browser = sign_in(town.employee)
    pages = PdfReader(io.BytesIO(fetched(browser.get(address(first))))).pages
    said = f"Replaced {date_format(day(0), 'DATE_FORMAT')}: this version no longer holds."
    assert all(said in " ".join(page.extract_text().split()) for page in pages)
    exact = fetched(browser.get(address(first), {"exact": 1}))
    assert hashlib.sha256(exact).hexdigest() == FrozenPdf.objects.get(version=first).sha256


def test_where_an_uploaded_pdf_held_the_page_leads_to_the_marked_one(town, sign_in):
    document = in_force(town)
    version = version_start(document_id=document.pk, access=town.access("handler"))
    with stored([receive(upload("rutin.pdf", files.pdf("Sprita.")))]) as kept:
        version = version_file_set(
            version_id=version.pk, file=kept[0], token=edit_token(version), access=town.access("handler")
        )
    approved(town, ready_to_approve(town, version))
    assert pdf_make(version_id=version.pk)
    plain = f'<a class="ds-link" href="{version.file.get_absolute_url()}">rutin.pdf</a></p>'
    browser = sign_in(town.employee)
    assert plain in browser.get(version.get_absolute_url()).content.decode()
    next_version(town, document)
    page = browser.get(version.get_absolute_url()).content.decode()
    assert f'<a class="ds-link" href="{address(version)}">rutin.pdf</a></p>' in page and plain not in page


def test_it_is_saved_under_its_number_and_its_title(town, sign_in):
    document = in_force(town)
    Version.objects.filter(document=document).update(title='Rutin för "vård/omsorg"')
    first = Version.objects.get(document=document)
    pdf_make(version_id=first.pk)
    name = f"inline; filename*=utf-8''{first.reference}-rutin-f%C3%B6r-v%C3%A5rdomsorg.pdf"
    assert sign_in(town.employee).get(address(first))["Content-Disposition"] == name
    next_version(town, document)
    assert sign_in(town.employee).get(address(first))["Content-Disposition"] == name


def test_a_draft_has_no_pdf_and_what_one_may_not_see_is_not_there(town, sign_in):
    draft = begun(town)
    assert sign_in(town.manager).get(address(draft)).status_code == 404
    assert sign_in(town.outsider).get(address(draft)).status_code == 404


def test_whoever_may_has_it_tried_again_by_a_button_and_others_read_who_may(town, sign_in):
    version = Version.objects.get(document=in_force(town))
    FrozenPdf.objects.update(state=FrozenPdf.State.FAILED, fault="Disk full")
    again = reverse("documents:pdf_retry", args=[version.reference])
    assert sign_in(town.employee).post(again).status_code == 403
    assert sign_in(town.manager).post(again, follow=True).status_code == 200
    assert FrozenPdf.objects.get(version=version).state == FrozenPdf.State.PENDING


def test_the_file_that_is_the_text_cannot_be_taken_away(town, sign_in):
    version = begun(town)
    with stored([receive(upload("rutin.docx", files.word("Rutin")))]) as [file]:
        version = version_file_set(
            version_id=version.pk,
            file=file,
            token=edit_token(version),
            access=town.access("handler"),
        )
    kept = version.file
    with pytest.raises(RuleViolation, match="is the text of this version"):
        attachment_remove(attachment_id=kept.pk, access=town.access("handler"))
    page = reverse("records:attachment_removal", args=[kept.public_id])
    assert sign_in(town.handler).post(page, {"why": "x"}).status_code == 409
    kept.refresh_from_db()
    assert kept.removed_at is None
