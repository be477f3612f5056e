"""A file whose words could not be read is somebody's to see to: its owner's, of a draft its writer's."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import Document, FileText, Version
from documents.services import file_text, version_file_set, version_start
from documents.services.file_text import text_read, text_retry
from documents.services.owed import MOST_LOST
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import SystemAccess, access_for
from qms.organisation.models import Person
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.mailing import digests, urgent_mails
from qms.records.models import Notification, Task
from qms.records.services import move, task_hand_over
from qms.records.services.change import edit_token, record_change
from tests.conftest import Town
from tests.documents import files
from tests.documents.steps import approved, begun, day, ready_to_approve, written
from tests.factories import person
from tests.records.files import upload

State = FileText.State


@pytest.fixture
def owner(town: Town) -> Person:
    """Works in another department and has no role anywhere."""
    return person("expert", town.school)


def as_file(town: Town, version: Version, words: str = "Sprita händerna.") -> Version:
    version.refresh_from_db()
    with stored([receive(upload("rutin.docx", files.word(words)))]) as [file]:
        return version_file_set(
            version_id=version.pk, file=file, token=edit_token(version), access=town.access("handler")
        )


@pytest.fixture
def draft(town: Town) -> Version:
    """A draft of the handler's that is a file."""
    return as_file(town, begun(town, text=""))


@pytest.fixture
def held(town: Town, draft: Version, owner: Person) -> Version:
    """In force, owned by the expert, and a file that nobody has read yet."""
    ready_to_approve(town, draft)
    approved(town, draft)
    _owned(owner)
    Notification.objects.all().delete()
    return Version.objects.get()


def _owned(owner: Person) -> None:
    document = Document.objects.get()
    document.owner = owner
    document.save()


def fails(version: Version, monkeypatch: pytest.MonkeyPatch, fault: Exception | None = None) -> None:
    """One try that does not succeed."""

    def broken(file: object, extension: str) -> str:
        raise fault or OSError("The storage does not answer")

    FileText.objects.filter(version=version).update(claimable_at=timezone.now())
    with monkeypatch.context() as patched:
        patched.setattr(file_text, "extract", broken)
        assert text_read(version_id=version.pk) is False


def succeeds(version: Version) -> None:
    FileText.objects.filter(version=version).update(claimable_at=timezone.now())
    assert text_read(version_id=version.pk)


def waiting() -> list[Task]:
    return list(Task.objects.open().filter(kind="mend_words"))


def test_its_owner_has_it_on_the_list_and_in_the_days_mail_and_a_button(held, owner, monkeypatch, sign_in):
    for _try in range(3):
        fails(held, monkeypatch)
    [task] = waiting()
    assert (task.assignee, task.due, task.record_id) == (owner, None, held.document_id)
    assert task.note.startswith("Version 1. It is tried again by itself")
    assert Notification.objects.filter(person=owner, event="task").count() == 1  # told once
    assert urgent_mails() == 0 and digests() == 1
    browser = sign_in(owner)
    assert "See to the file" in browser.get(reverse("home:work")).content.decode()
    page = browser.get(held.document.get_absolute_url()).content.decode()
    assert "The storage does not answer" in page and "Read it again now" in page
    again = browser.post(reverse("documents:text_retry", args=[held.reference]))
    assert again["Location"] == held.document.get_absolute_url()
    assert FileText.objects.get().state == State.PENDING
    assert len(waiting()) == 1  # until they are there
    assert "is being read" in browser.get(held.document.get_absolute_url()).content.decode()
    succeeds(held)
    assert waiting() == [] and Task.objects.get(kind="mend_words").outcome == Task.Outcome.DONE


def test_who_neither_owns_nor_writes_it_reads_who_may_and_sees_no_button(held, town, monkeypatch, sign_in):
    fails(held, monkeypatch)
    with pytest.raises(NotYours):
        text_retry(version_id=held.pk, access=town.access("employee"))
    page = sign_in(town.employee).get(held.document.get_absolute_url()).content.decode()
    assert "could not be read" in page and "Read it again now" not in page
    task_hand_over(task_id=waiting()[0].pk, to=town.employee, access=access_for(waiting()[0].assignee))
    text_retry(version_id=held.pk, access=town.access("employee"))
    with pytest.raises(RuleViolation, match="nothing to read again"):
        text_retry(version_id=held.pk, access=town.access("employee"))


def test_a_new_owner_gets_it_and_where_the_owner_has_left_the_manager(held, owner, town, monkeypatch):
    fails(held, monkeypatch)
    record_change(record_id=held.document_id, changes={"owner": town.care_head}, access=SystemAccess("new"))
    assert [task.assignee for task in waiting()] == [town.care_head]
    succeeds(held)
    town.care_head.is_active = False
    town.care_head.save()
    FileText.objects.update(state=State.PENDING)
    fails(held, monkeypatch)
    assert [task.assignee for task in waiting()] == [town.manager]


def test_of_a_draft_its_writer_has_it_until_another_file_is_read_or_it_is_text_again(
    draft, town, monkeypatch, sign_in
):
    fails(draft, monkeypatch, RuleViolation("The file is damaged: it cannot be opened."))
    [task] = waiting()
    assert task.assignee == town.handler
    assert (
        task.note
        == "Version 1. The file is damaged: it cannot be opened. Open it, save it anew and send it again."
    )
    page = sign_in(town.handler).get(draft.get_absolute_url()).content.decode()
    assert "send it again" in page and "Read it again now" in page
    as_file(town, draft, "Tvätta händerna.")
    assert len(waiting()) == 1  # whether that one can be read is not known yet
    succeeds(draft)
    assert waiting() == []
    as_file(town, draft)
    fails(draft, monkeypatch)
    draft.refresh_from_db()
    version_file_set(version_id=draft.pk, file=None, token=edit_token(draft), access=town.access("handler"))
    assert waiting() == []


def test_what_no_longer_holds_or_was_given_up_is_nobodys_to_see_to(held, town, monkeypatch):
    fails(held, monkeypatch)
    second = version_start(document_id=held.document_id, access=town.access("handler"))
    as_file(town, second)
    fails(second, monkeypatch)
    assert len(waiting()) == 1  # one task for a document
    move(record_id=second.pk, name="abandon", access=town.access("handler"), comment="Not now")
    assert len(waiting()) == 1  # what is in force cannot be read still
    third = version_start(document_id=held.document_id, access=town.access("handler"))
    written(town, third, "<p>Skrivet här.</p>")
    ready_to_approve(town, third)
    approved(town, third)
    assert waiting() == []


def test_of_a_repealed_document_nobody_need_see_to_the_file(held, town, monkeypatch):
    fails(held, monkeypatch)
    data = {"decided_by": "The manager", "paragraph": "", "registry_number": "", "decided_on": day(0)}
    move(record_id=held.document_id, name="repeal", access=town.access("manager"), comment="Old", data=data)
    assert waiting() == []


def test_one_that_kills_every_worker_is_told_too(held, owner):
    FileText.objects.update(attempts=MOST_LOST, claimable_at=timezone.now())
    assert text_read(version_id=held.pk) is False
    assert [task.assignee for task in waiting()] == [owner]
