"""Whoever sent without login a case that was joined with another is told what becomes of it there."""

import pytest
from django.test import Client
from django.urls import reverse

from improvements.models import Channel, Improvement
from improvements.services import improvement_restrict, improvement_submit_unnamed
from improvements.services.voices import SentUnnamed, link_open, sender_writes
from qms.organisation.access import VisitorAccess
from qms.records.models import Notification
from qms.records.selectors.notifications import notifications
from qms.records.selectors.sentences import said, speech
from qms.records.services import comment_add, note_add, record_owner_set
from qms.ui.dates import day_text
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import carried_out, decide, soon
from tests.improvements.test_merge import join


@pytest.fixture
def sent(town: Town) -> SentUnnamed:
    return improvement_submit_unnamed(
        text="The lamp is dark", unit=town.north, channel=Channel.ANONYMOUS, access=VisitorAccess()
    )


@pytest.fixture
def into(town: Town) -> Improvement:
    return improvement(town.north, town.employee, "Leila cannot see the gate at night")


def page_of(sent: SentUnnamed) -> str:
    url = reverse("voices:follow", args=[sent.token]) + "?lang=en"
    return Client().get(url).content.decode()


def test_what_is_decided_there_is_told_in_plain_words(town: Town, sent: SentUnnamed, into: Improvement):
    join(town, sent.record, into)
    decide(town, into, "just_do", comment="A new lamp on Friday", due=soon())
    page = page_of(sent)
    assert "Whatever is decided there is your answer too." in page
    assert f"Yes: it will be done by {day_text(soon())}, without more ado." in page
    assert "A new lamp on Friday" in page
    assert "In progress" in page


def test_nothing_else_of_it_is_shown(town: Town, sent: SentUnnamed, into: Improvement):
    into = decide(town, into, "handle", comment="Thank you Leila", due=soon())
    join(town, sent.record, into)
    comment_add(record_id=into.pk, text="I fell there", access=town.access("employee"))
    note_add(record_id=into.pk, text="Ask the caretaker", access=town.access("manager"))
    page = page_of(sent)
    for hidden in ("Leila", "I fell there", "Ask the caretaker", into.title):
        assert hidden not in page


def test_of_a_restricted_one_only_that_it_goes_on_or_has_ended(
    town: Town, sent: SentUnnamed, into: Improvement
):
    improvement_restrict(record_id=into.pk, reason="OSL 26", access=town.access("manager"))
    join(town, sent.record, into, by="manager")
    decide(town, into, "just_do", comment="Not for others", due=soon())
    assert "They are still working on it." in page_of(sent)
    decide(town, decide(town, into, "done"), "close", no_registry_reason="Kept in order")
    page = page_of(sent)
    assert "That one is finished." in page and "Not for others" not in page


def test_it_is_told_of_the_one_it_goes_on_in_at_last(town: Town, sent: SentUnnamed, into: Improvement):
    last = improvement(town.north, town.manager)
    join(town, sent.record, into)
    join(town, into, last)
    decide(town, last, "not_now", by="quality", comment="Next year")
    assert "Next year" in page_of(sent)


def test_what_was_said_in_the_last_one_before_it_came_there_by_way_of_another_was_for_others(
    town: Town, sent: SentUnnamed, into: Improvement
):
    """Words written for whoever sent the third case, between the two steps."""
    last = improvement(town.north, town.manager, "The path is dark")
    join(town, sent.record, into)
    decide(town, into, "just_do", comment="We look at it", due=soon())
    carried_out(town, last, "Dear Leila, we have moved your desk", by="quality")
    join(town, into, last)
    page = page_of(sent)
    assert "Leila" not in page and "Did it get better?" in page
    assert "We look at it" in page, "what was answered on the way is still its sender's answer"
    assert page.index("Goes on in another case") < page.index("We look at it")


def test_it_is_said_to_be_with_whom_it_is_by_now_and_with_nobody_where_that_is_not_told(
    town: Town, into: Improvement
):
    south = improvement_submit_unnamed(
        text="The lamp is dark", unit=town.south, channel=Channel.RESIDENTS, access=VisitorAccess()
    )
    assert "South Head, South" in page_of(south)
    join(town, south.record, into)
    assert "Manager, North" in page_of(south) and "South Head" not in page_of(south)
    improvement_restrict(record_id=into.pk, reason="OSL 26", access=town.access("manager"))
    assert "Manager, North" not in page_of(south) and "South Head" not in page_of(south)


def test_whoever_sent_it_signed_in_and_may_not_read_where_it_goes_on_is_told_as_much(
    town: Town, into: Improvement, sign_in
):
    record = improvement(town.north, town.reader)
    improvement_restrict(record_id=into.pk, reason="OSL 26", access=town.access("manager"))
    join(town, record, into, by="manager")
    decide(town, into, "just_do", comment="Not for others", due=soon())
    browser = sign_in(town.reader)
    assert "They are still working on it." in browser.get(record.get_absolute_url()).content.decode()
    decide(town, decide(town, into, "done"), "close", no_registry_reason="Kept in order")
    page = browser.get(record.get_absolute_url()).content.decode()
    assert "That one is finished." in page and "Not for others" not in page and into.title not in page
    assert "Where it goes on" not in sign_in(town.handler).get(record.get_absolute_url()).content.decode()


def test_whoever_sent_it_signed_in_is_told_that_it_has_ended_where_they_may_not_read_and_nothing_else(
    town: Town, into: Improvement
):
    record = improvement(town.north, town.reader)
    improvement_restrict(record_id=into.pk, reason="OSL 26", access=town.access("manager"))
    join(town, record, into, by="manager")
    Notification.objects.all().delete()
    decide(town, into, "just_do", comment="Not for others", due=soon())
    assert list(notifications(town.access("reader"))) == []
    decide(town, decide(town, into, "done"), "close", no_registry_reason="Kept in order")
    (line,) = notifications(town.access("reader"))
    assert (line.record.pk, said(line).text) == (record.pk, "Where it goes on, it has ended now.")
    assert (speech(line, town.access("reader")), line.urgent) == ("", True)
    decide(town, into, "reopen", comment="Dark again, says Leila")
    assert [said(line).text for line in notifications(town.access("reader"))] == [
        "Where it goes on, they are working on it again.", "Where it goes on, it has ended now.",
    ]  # fmt: skip


def test_whoever_sees_where_it_goes_on_is_not_told_twice(town: Town, into: Improvement):
    record = improvement(town.north, town.reader)
    join(town, record, into)
    improvement_restrict(record_id=into.pk, reason="OSL 26", access=town.access("manager"))
    ours = improvement(town.north, town.care_head)
    join(town, ours, into, by="manager")
    decide(town, into, "not_now", comment="Next year")
    events = Notification.objects.filter(decision__isnull=True, event="elsewhere")
    assert [(line.person, line.record_id) for line in events] == [(town.reader, record.pk)]


def test_what_its_sender_writes_later_reaches_whoever_has_the_one_it_goes_on_in_by_then(town: Town):
    south = improvement_submit_unnamed(
        text="The lamp is dark", unit=town.south, channel=Channel.RESIDENTS, access=VisitorAccess()
    )
    between, last = improvement(town.north, town.employee), improvement(town.north, town.employee)
    join(town, south.record, between)
    join(town, between, last)
    record_owner_set(record_id=last.pk, owner=town.handler, access=town.access("manager"))
    Notification.objects.all().delete()
    _link, sender = link_open(token=south.token)
    sender_writes(record_id=south.record.pk, text="Still dark", access=sender)
    told = Notification.objects.filter(record=south.record, event="commented")
    assert {line.person for line in told} == {town.south_head, town.handler}
    assert "Still dark" in [line.comment.text for line in notifications(town.access("handler"))]


def test_a_case_by_itself_has_no_such_part(sent: SentUnnamed):
    assert "Where it goes on" not in page_of(sent)
