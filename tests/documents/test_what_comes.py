"""What is approved for a later day and what is restricted: who sees it, and who is asked to read it."""

import pytest
from django.urls import reverse

from documents.models import ReadDuty, Weight
from documents.services import remark_add, version_file_set, version_start
from qms.exceptions import RuleViolation
from qms.organisation.access import VisitorAccess
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import Record, Visibility
from qms.records.services import comment_add, follow_set, move
from qms.records.services.change import edit_token, record_change
from tests.conftest import Town
from tests.documents import files
from tests.documents.steps import (
    answered,
    approved,
    begun,
    day,
    in_force,
    ready_to_approve,
    sent_to_approval,
    sent_to_review,
    written,
)
from tests.records.files import upload


def test_what_will_hold_is_seen_by_those_it_holds_for_with_its_day(town: Town, sign_in):
    document = in_force(town)
    version = version_start(document_id=document.pk, access=town.access("handler"))
    written(town, version, "<p>Write it within the hour.</p>")
    browser = sign_in(town.outsider)
    assert browser.get(version.get_absolute_url()).status_code == 404
    ready_to_approve(town, version)
    assert browser.get(version.get_absolute_url()).status_code == 404
    version = approved(town, version, valid_from=day(3))
    page = browser.get(document.get_absolute_url()).content.decode()
    assert "A new version holds from" in page and "Write the note before" in page
    assert "within the hour" in browser.get(version.get_absolute_url()).content.decode()
    assert not Record.objects.visible_to(VisitorAccess()).filter(pk=version.pk).exists()
    move(record_id=version.pk, name="call_off", access=town.access("manager"), comment="Not yet.")
    assert browser.get(version.get_absolute_url()).status_code == 404
    assert "A new version holds from" not in browser.get(document.get_absolute_url()).content.decode()


def test_what_will_hold_first_or_is_restricted_is_nobody_elses_before_its_day(town: Town, sign_in):
    first = approved(town, ready_to_approve(town, begun(town)), valid_from=day(3))
    assert first.visibility == Visibility.INTERNAL
    assert (
        "This is approved and holds from"
        in sign_in(town.manager).get(first.document.get_absolute_url()).content.decode()
    )
    hidden = begun(town, "Keys", restricted_why="OSL 18:8")
    sent_to_review(town, hidden, "employee")
    answered(town, hidden, "employee")
    approved(town, sent_to_approval(town, hidden))
    again = version_start(document_id=hidden.document_id, access=town.access("handler"))
    approved(town, ready_to_approve(town, again), valid_from=day(3))
    assert sign_in(town.outsider).get(again.get_absolute_url()).status_code == 404


def test_an_abandoned_draft_is_never_shown_outside_its_unit(town: Town):
    document = in_force(town)
    version = version_start(document_id=document.pk, access=town.access("handler"))
    move(record_id=version.pk, name="abandon", access=town.access("handler"), comment="No.")
    for visibility, why in ((Visibility.RESTRICTED, "OSL 18:8"), (Visibility.STAFF, "")):
        changes = {"visibility": visibility, "confidential_reason": why}
        record_change(record_id=document.pk, changes=changes, access=town.access("manager"))
    version.refresh_from_db()
    assert version.visibility == Visibility.INTERNAL


def test_nobody_is_asked_to_read_what_only_those_who_handle_it_see(town: Town, sign_in):
    hidden = begun(town, "Keys", restricted_why="OSL 18:8")
    sent_to_review(town, hidden, "employee")
    answered(town, hidden, "employee")
    sent_to_approval(town, hidden)
    with pytest.raises(RuleViolation, match="only for those who handle it") as refused:
        approved(town, hidden, weight=Weight.NEW_DUTY)
    assert refused.value.field == "weight"


def test_what_is_restricted_while_it_is_read_asks_nobody_until_it_is_open_again(town: Town, sign_in):
    document = in_force(town, weight=Weight.NEW_DUTY)
    access, asked = town.access("manager"), ReadDuty.objects.missing().filter(document=document)
    before = asked.count()
    assert asked.filter(person=town.employee).exists()
    record_change(
        record_id=document.pk,
        changes={"visibility": Visibility.RESTRICTED, "confidential_reason": "OSL 18:8"},
        access=access,
    )
    assert not asked.exists() and not document.tasks.open().filter(kind="read").exists()
    assert {duty.closed_why for duty in document.read_duties.all()} == {"restricted"}
    browser = sign_in(town.employee)
    assert document.title not in browser.get("/documents/to-read/").content.decode()
    changes = {"visibility": Visibility.STAFF, "confidential_reason": ""}
    record_change(record_id=document.pk, changes=changes, access=access)
    assert asked.count() == before
    assert "I have read this" in browser.get(document.get_absolute_url()).content.decode()


def test_who_only_sees_what_will_hold_makes_no_remarks_on_it(town: Town, sign_in):
    document = in_force(town)
    version = version_start(document_id=document.pk, access=town.access("handler"))
    approved(town, ready_to_approve(town, version), valid_from=day(3))
    for who, may in (("outsider", False), ("employee", True)):
        page = sign_in(getattr(town, who)).get(version.get_absolute_url()).content.decode()
        assert ("Send the remark" in page) is may
    with pytest.raises(RuleViolation, match="suggest a change"):
        remark_add(
            version_id=version.pk, heading_id="", heading="", text="No!", access=town.access("outsider")
        )


def test_a_file_that_was_the_draft_once_is_not_shown_with_what_was_decided(town: Town, sign_in):
    version = begun(town)
    for content in (files.word("Wrong"), None):
        received = [] if content is None else [receive(upload("fel.docx", content))]
        with stored(received) as kept:
            version.refresh_from_db()
            version_file_set(
                version_id=version.pk,
                file=kept[0] if kept else None,
                token=edit_token(version),
                access=town.access("handler"),
            )
    [once] = version.attachments.all()
    assert (once.removed_by_name, once.removed_why) == ("Handler", "It is no longer the text of the draft.")
    approved(town, ready_to_approve(town, version))
    assert sign_in(town.outsider).get(once.get_absolute_url()).status_code == 404


def test_who_follows_what_will_hold_is_not_told_what_was_said_when_it_was_written_again(town: Town, sign_in):
    document = in_force(town)
    version = version_start(document_id=document.pk, access=town.access("handler"))
    approved(town, ready_to_approve(town, version), valid_from=day(3))
    for who in ("outsider", "employee"):
        follow_set(record_id=version.pk, access=town.access(who), on=True)
    access = town.access("manager")
    move(record_id=version.pk, name="call_off", access=access, comment="Full of holes.")
    written(town, version, "<p>Mended.</p>")
    approved(town, ready_to_approve(town, version), valid_from=day(3))
    comment_add(record_id=version.pk, text="So it is.", access=access)
    for who, may in (("outsider", False), ("employee", True)):
        page = sign_in(getattr(town, who)).get(reverse("records:notifications")).content.decode()
        assert "So it is." in page and ("Full of holes." in page) is may, who


def test_what_was_said_while_it_was_written_is_not_for_all_who_read_it_later(town: Town, sign_in):
    version = sent_to_review(town, begun(town), "employee", "outsider")
    remark_add(
        version_id=version.pk,
        heading_id="",
        heading="",
        text="Who wrote this?",
        access=town.access("employee"),
    )
    answered(town, version, "employee", comment="Rather clumsy.")
    answered(town, version, "outsider")
    approved(town, sent_to_approval(town, version))
    for who, may in (("admin", False), ("employee", True), ("auditor", True), ("outsider", True)):
        page = sign_in(getattr(town, who)).get(version.get_absolute_url()).content.decode()
        assert town.employee.name in page
        assert ("Rather clumsy." in page) is may and ("Who wrote this?" in page) is may, who
