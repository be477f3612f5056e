"""An official PDF that could not be made reaches the document's owner, whoever that is, until it is there."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from documents.models import Document, FrozenPdf, Version
from documents.selectors.order import pdf_to_mend
from documents.selectors.paper import Said
from documents.services import frozen, version_start
from documents.services.frozen import pdf_make, pdf_retry
from qms.exceptions import NotYours
from qms.organisation.access import SystemAccess, access_for
from qms.organisation.models import Deputy, Person
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.mailing import digests, urgent_mails
from qms.records.models import Notification, Task
from qms.records.services import task_hand_over
from qms.records.services.attachments import attachments_save
from qms.records.services.change import record_change
from qms.records.services.reminders import reminders_write
from tests.conftest import Town
from tests.documents import files
from tests.documents.steps import in_force, next_version
from tests.factories import person
from tests.records.files import upload


@pytest.fixture
def owner(town: Town) -> Person:
    """Works in another department and has no role anywhere."""
    return person("expert", town.school)


@pytest.fixture
def document(town: Town, owner: Person) -> Document:
    """In force in North, owned by the expert."""
    document = in_force(town)
    document.owner = owner
    document.save()
    Notification.objects.all().delete()
    return document


def fails(version: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    """One try that does not succeed."""

    def broken(version: Version, said: Said) -> bytes:
        raise OSError("No space left on device")

    FrozenPdf.objects.filter(version=version).update(claimable_at=timezone.now())
    with monkeypatch.context() as patched:
        patched.setattr(frozen, "_made", broken)
        assert pdf_make(version_id=version.pk) is False


def succeeds(version: Version) -> None:
    FrozenPdf.objects.filter(version=version).update(claimable_at=timezone.now())
    assert pdf_make(version_id=version.pk)


def waiting(document: Document) -> list[Task]:
    return list(document.tasks.open().filter(kind="mend_pdf"))


def test_an_owner_without_any_role_has_it_on_the_list_and_in_the_days_mail(
    document, owner, monkeypatch, sign_in
):
    fails(Version.objects.get(document=document), monkeypatch)
    [task] = waiting(document)
    assert task.assignee == owner
    browser = sign_in(owner)
    assert "See to the official PDF" in browser.get(reverse("home:work")).content.decode()
    assert Notification.objects.filter(person=owner, event="task").count() == 1
    assert urgent_mails() == 0 and digests() == 1
    page = browser.get(document.get_absolute_url()).content.decode()
    assert "No space left on device" in page and "Try again now" in page
    again = reverse("documents:pdf_retry", args=[Version.objects.get(document=document).reference])
    browser.post(again)
    assert FrozenPdf.objects.get().state == FrozenPdf.State.PENDING
    assert len(waiting(document)) == 1  # until it is there


def test_it_is_told_once_for_a_failure_and_closes_itself_when_the_pdf_is_there(document, owner, monkeypatch):
    version = Version.objects.get(document=document)
    for _try in range(3):
        fails(version, monkeypatch)
    assert Notification.objects.filter(person=owner).count() == 1
    succeeds(version)
    assert waiting(document) == []
    assert document.tasks.get(kind="mend_pdf").outcome == Task.Outcome.DONE
    assert digests() == 0  # what has been mended meanwhile is no news


def test_it_has_no_day_so_nobody_is_reminded_of_what_a_technician_mends(
    document, owner, monkeypatch, sign_in, town
):
    fails(Version.objects.get(document=document), monkeypatch)
    [task] = waiting(document)
    assert task.due is None
    Notification.objects.all().delete()
    for days in range(1, 15):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            reminders_write(access=SystemAccess("reminders"))
    assert not Notification.objects.exists()
    assert "See to the official PDF" in sign_in(owner).get(reverse("home:work")).content.decode()
    assert pdf_to_mend(town.access("manager")).value == 1


def test_whoever_stands_in_for_the_owner_is_told(document, owner, town, monkeypatch):
    today = timezone.localdate()
    Deputy.objects.create(person=owner, deputy=town.auditor, starts=today, ends=today)
    fails(Version.objects.get(document=document), monkeypatch)
    assert Notification.objects.filter(person=town.auditor, event="task").exists()


def test_of_an_owner_who_has_left_the_manager_has_it(document, owner, town, monkeypatch):
    owner.is_active = False
    owner.save()
    fails(Version.objects.get(document=document), monkeypatch)
    assert waiting(document)[0].assignee == town.manager


def test_a_new_owner_gets_it_and_one_to_whom_it_was_handed_keeps_it(document, owner, town, monkeypatch):
    fails(Version.objects.get(document=document), monkeypatch)
    record_change(
        record_id=document.pk, changes={"owner": town.care_head}, access=SystemAccess("a new owner")
    )
    [task] = waiting(document)
    assert task.assignee == town.care_head
    task_hand_over(task_id=task.pk, to=owner, access=town.access("care_head"))
    assert Document.objects.get().owner == town.care_head  # seeing to the PDF is not owning the document
    record_change(record_id=document.pk, changes={"owner": town.manager}, access=SystemAccess("another"))
    assert waiting(document)[0].assignee == owner


def test_whoever_has_the_task_may_have_it_tried_again_and_nobody_else_without_a_role(
    document, owner, town, monkeypatch
):
    version = Version.objects.get(document=document)
    fails(version, monkeypatch)
    with pytest.raises(NotYours):
        pdf_retry(version_id=version.pk, access=town.access("employee"))
    task_hand_over(task_id=waiting(document)[0].pk, to=town.employee, access=access_for(owner))
    pdf_retry(version_id=version.pk, access=town.access("employee"))


def test_the_task_outlives_what_happens_to_the_document_until_every_pdf_is_there(document, town, monkeypatch):
    first = Version.objects.get(document=document)
    fails(first, monkeypatch)
    second = next_version(town, document)
    succeeds(second)
    assert len(waiting(document)) == 1  # what held before was decided too
    succeeds(first)
    assert waiting(document) == []


def test_a_replaced_version_whose_pdf_failed_is_mended_on_its_own_page(
    document, owner, town, monkeypatch, sign_in
):
    first = Version.objects.get(document=document)
    next_version(town, document)
    fails(first, monkeypatch)
    page = sign_in(town.manager).get(first.get_absolute_url()).content.decode()
    assert "Try again now" in page
    retry = reverse("documents:pdf_retry", args=[first.reference])
    assert sign_in(town.manager).post(retry)["Location"] == first.get_absolute_url()


def test_a_draft_under_way_has_nothing_to_mend(document, town, sign_in):
    draft = version_start(document_id=document.pk, access=town.access("handler"))
    assert "Try again now" not in sign_in(town.manager).get(draft.get_absolute_url()).content.decode()


def test_without_libreoffice_a_failed_pdf_is_missing_still_and_can_be_tried_again(
    document, owner, town, monkeypatch, sign_in, tmp_path
):
    version = Version.objects.get(document=document)
    with stored([receive(upload("rutin.docx", files.word("Rutin")))]) as received:
        [version.file] = attachments_save(record=version, files=received, access=town.access("handler"))
    version.save()
    fails(version, monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    pdf_retry(version_id=version.pk, access=access_for(owner))
    assert pdf_make(version_id=version.pk) is False
    assert FrozenPdf.objects.get().state == FrozenPdf.State.UNMADE
    assert len(waiting(document)) == 1
    page = sign_in(owner).get(document.get_absolute_url()).content.decode()
    assert "LibreOffice" in page and "Try again now" in page


def test_a_file_of_which_no_pdf_is_made_has_nothing_to_mend(document, owner, town, monkeypatch, sign_in):
    version = Version.objects.get(document=document)
    with stored([receive(upload("taxa.xlsx", files.sheet(["Taxa", 120])))]) as received:
        [version.file] = attachments_save(record=version, files=received, access=town.access("handler"))
    version.save()
    fails(version, monkeypatch)
    pdf_retry(version_id=version.pk, access=access_for(owner))
    assert pdf_make(version_id=version.pk) is False
    assert waiting(document) == []
    assert "Try again now" not in sign_in(town.manager).get(document.get_absolute_url()).content.decode()
