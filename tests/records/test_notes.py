"""Messages and notes: two places, two forms, two services; and calling on somebody by @ and name."""

import pytest
from django.core import mail
from django.urls import reverse

from qms.exceptions import NotYours, RuleViolation
from qms.records.models import Comment, Notification, Record
from qms.records.services import comment_add, note_add
from tests.conftest import Town
from tests.factories import improvement

CALLED = Notification.Event.CALLED


@pytest.fixture
def record(town: Town) -> Record:
    return improvement(town.north, town.employee)


def called() -> list[str]:
    return [line.person.name for line in Notification.objects.filter(event=CALLED).order_by("pk")]


def test_a_note_is_written_by_those_who_handle_the_record(town: Town, record: Record):
    assert note_add(record_id=record.pk, text="Ask the lawyer", access=town.access("handler")).internal
    for who in ("employee", "reader", "auditor"):
        with pytest.raises(NotYours):
            note_add(record_id=record.pk, text="Me too", access=town.access(who))
    with pytest.raises(Record.DoesNotExist):
        note_add(record_id=record.pk, text="Me too", access=town.access("outsider"))


def test_what_is_written_in_the_one_form_cannot_be_sent_by_the_other(town: Town, record: Record, sign_in):
    """Even a form that is led to the wrong address says nothing: its field has another name."""
    browser = sign_in(town.manager)
    note = browser.post(reverse("records:comment", args=[record.reference]), {"note-text": "Between us"})
    message = browser.post(reverse("records:note", args=[record.reference]), {"text": "To everyone"})
    assert (note.status_code, message.status_code) == (422, 422)
    assert not Comment.objects.exists()


def test_the_page_says_in_words_who_reads_what(town: Town, record: Record, sign_in):
    page = sign_in(town.manager).get(record.get_absolute_url()).content.decode()
    assert "Save note. Only those who handle it see it" in page
    assert "Everyone who sees this record sees the comment." in page
    for who in (town.employee, town.reader):
        assert "Save note" not in sign_in(who).get(record.get_absolute_url()).content.decode()


def test_a_refused_note_keeps_its_text(town: Town, record: Record, sign_in):
    address = reverse("records:note", args=[record.reference])
    page = sign_in(town.manager).post(address, {"note-text": "@Reader has a say"})
    assert page.status_code == 422
    assert "Reader is not among those who handle this" in page.content.decode()
    assert "@Reader has a say" in page.content.decode()


def test_who_is_called_on_is_told_once_and_at_once(town: Town, record: Record):
    comment_add(record_id=record.pk, text="@Manager, can you ask @handler?", access=town.access("care_head"))
    assert called() == ["Handler", "Manager"]
    assert all(line.urgent for line in Notification.objects.filter(event=CALLED))
    assert not Notification.objects.filter(person=town.manager, event="commented").exists()
    assert Notification.objects.filter(person=town.employee, event="commented").exists()


def test_the_longest_name_is_meant_and_an_address_is_no_call(town: Town, record: Record):
    text = "@Care Head thinks so too, write to care@manager.example"
    comment_add(record_id=record.pk, text=text, access=town.access("manager"))
    assert called() == ["Care Head"]


def test_nobody_is_called_to_what_they_do_not_see(town: Town, record: Record):
    with pytest.raises(RuleViolation, match="Outsider does not see this record"):
        comment_add(record_id=record.pk, text="@Outsider look", access=town.access("manager"))
    assert not Comment.objects.exists() and not mail.outbox


def test_a_name_that_nobody_bears_is_only_a_word(town: Town, record: Record):
    comment_add(record_id=record.pk, text="@everyone look", access=town.access("manager"))
    assert called() == []


def test_the_toast_says_who_was_told(town: Town, record: Record, sign_in):
    address = reverse("records:comment", args=[record.reference])
    page = sign_in(town.manager).post(address, {"text": "@Handler look"}, follow=True)
    assert "Handler: told at once." in page.content.decode()


def test_a_note_reaches_no_reader_by_notification(town: Town, record: Record):
    comment_add(record_id=record.pk, text="Which lamp?", access=town.access("reader"))
    Notification.objects.all().delete()
    note_add(record_id=record.pk, text="Between us @Handler", access=town.access("manager"))
    assert {line.person for line in Notification.objects.all()} == {town.handler}
