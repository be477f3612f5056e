"""Whoever sent a case is told of a day what it was and what it is: in the notice, by mail, by the link.

November 2026: the 16th is a Monday.
"""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from improvements.models import Channel, Improvement
from improvements.selectors.plain import plain
from improvements.services import improvement_submit_unnamed
from improvements.services.overdue_cases import cases_move_up
from improvements.services.voices import SentUnnamed
from qms.mail.models import Mail
from qms.organisation.access import SystemAccess, VisitorAccess
from qms.records.models import Decision, Notification
from qms.records.selectors.sentences import said
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.moments import at, day
from tests.improvements.steps import decide, judged

SYSTEM = SystemAccess("cases past their date")


@pytest.fixture
def case(tall: Town, clock: time_machine.Traveller) -> Improvement:
    return improvement(tall.north, tall.employee)


@pytest.fixture
def tested(tall: Town, case: Improvement) -> Improvement:
    """Done, and to be looked at by the reader on 16 December."""
    return put(tall, decide(tall, case, "just_do", due=day("2026-11-20")))


def put(tall: Town, record: Improvement) -> Improvement:
    return decide(tall, record, "test", judge=tall.reader, due=day("2026-12-16"))


@pytest.fixture
def unnamed(tall: Town, clock: time_machine.Traveller) -> SentUnnamed:
    return improvement_submit_unnamed(
        text="The lamp is dark",
        unit=tall.north,
        channel=Channel.RESIDENTS,
        access=VisitorAccess(),
        email="a@example.test",
        language="en",
    )


def last(tall: Town) -> str:
    """What the employee was told last, and that it was told at once."""
    line = Notification.objects.filter(person=tall.employee, event="moved").latest("pk")
    assert line.urgent
    return said(line).text


def by_link(sent: SentUnnamed) -> str:
    return Client().get(reverse("voices:follow", args=[sent.token]) + "?lang=en").content.decode()


def test_what_is_decided_says_by_when(tall: Town, case: Improvement):
    decide(tall, case, "just_do", due=day("2026-11-20"))
    assert "Yes: it will be done by 20 November, without more ado." in last(tall)
    decide(tall, case, "postpone", due=day("2026-12-04"))
    assert "It takes longer than was said: by 4 December instead of 20 November." in last(tall)


def test_a_stopped_clock_says_what_was_promised_and_what_is(tall: Town, case: Improvement):
    decide(tall, case, "pause", until=day("2026-11-23"))
    assert "until 23 November, and the answer is promised by 25 November instead of 18 November" in last(tall)
    decide(tall, case, "resume")
    assert "The clock goes again. The answer is promised by 18 November." in last(tall)


def test_a_judgement_put_off_says_both_days(tall: Town, tested: Improvement):
    assert "Reader, who did not do it, looks on 16 December at whether it helped." in last(tall)
    decide(tall, tested, "postpone_test", by="reader", due=day("2027-01-13"))
    assert "That is looked at on 13 January 2027 instead of 16 December." in last(tall)


def test_a_judgement_that_does_not_come_is_told_to_the_sender_as_to_the_managers(
    tall: Town, tested: Improvement, clock: time_machine.Traveller
):
    clock.move_to(at("2026-12-30 06:00"))
    assert cases_move_up(access=SYSTEM) == 1
    text = last(tall)
    assert "It was to be looked at by 16 December whether it helped, and nobody has yet." in text
    assert "Manager, the next manager above, has been asked to see that it is done by" in text
    assert Notification.objects.filter(person=tall.manager, event="task", record=tested).exists()


def test_what_is_not_done_by_its_day_says_which_day_it_was(
    tall: Town, case: Improvement, clock: time_machine.Traveller
):
    decide(tall, case, "just_do", due=day("2026-11-20"))
    clock.move_to(at("2026-11-27 06:00"))
    assert cases_move_up(access=SYSTEM) == 1
    assert "It was to be done by 20 November and is not. Care Head, the next manager above" in last(tall)


@pytest.mark.parametrize(
    ("name", "data", "late", "in_time"),
    [
        (
            "effect_worked",
            {},
            "later than said: that was to be done by 16 December.",
            "who has looked at it.",
        ),
        (
            "effect_failed",
            {"due": day("2027-02-26")},
            "It was looked at later than said: it was to be by 16 December.",
            "That is to be done by 26 February 2027.",
        ),
    ],
)
def test_a_judgement_that_came_late_says_when_it_was_to_be(
    tall: Town, tested: Improvement, clock: time_machine.Traveller, name, data, late, in_time
):
    twin = put(tall, decide(tall, improvement(tall.north, tall.employee), "just_do", due=day("2026-11-20")))
    clock.move_to(at("2026-12-16 15:00"))
    judged(tall, twin, name, by="reader", **data)
    assert in_time in last(tall) and "later than said" not in last(tall)
    clock.move_to(at("2026-12-17 08:00"))
    judged(tall, tested, name, by="reader", **data)
    assert late in last(tall)


def test_whoever_reads_the_case_reads_both_days(
    tall: Town, tested: Improvement, clock: time_machine.Traveller, sign_in
):
    """Its sender too, who has signed in."""
    clock.move_to(at("2026-12-30 06:00"))
    cases_move_up(access=SYSTEM)
    page = sign_in(tall.employee).get(tested.get_absolute_url()).content.decode()
    assert "It was to be by 16 December. Manager too is asked to see that it is judged, by" in page
    assert "14 days late" in page
    judged(tall, tested, "effect_failed", by="reader", due=day("2027-02-26"))
    page = sign_in(tall.employee).get(tested.get_absolute_url()).content.decode()
    assert "It was to be by 16 December. By 26 February 2027" in page


def test_by_the_link_and_by_mail_the_same_is_said(
    tall: Town, unnamed: SentUnnamed, clock: time_machine.Traveller
):
    record = put(tall, decide(tall, unnamed.record, "just_do", due=day("2026-11-20")))
    assert "Whether it helped is looked at by" in by_link(unnamed)
    clock.move_to(at("2026-12-30 06:00"))
    cases_move_up(access=SYSTEM)
    said_so = "It was to be looked at by 16 December whether it helped, and nobody has yet."
    page = by_link(unnamed)
    assert said_so in page and "14 days late" in page
    assert said_so in Mail.objects.filter(to="a@example.test").latest("pk").text
    judged(tall, record, "effect_worked", by="reader")
    assert "Whether it helped is looked at by" not in by_link(unnamed)


def test_by_the_link_the_day_it_is_to_be_done_by_stands_beside_the_promise(
    tall: Town, unnamed: SentUnnamed, clock: time_machine.Traveller
):
    assert "To be done by" not in by_link(unnamed)
    decide(tall, unnamed.record, "just_do", due=day("2026-11-20"))
    page = by_link(unnamed)
    assert "To be done by" in page and "Fri 20 Nov" in page


def test_an_old_decision_without_the_days_is_told_as_before(tall: Town, case: Improvement):
    decision = Decision(
        record=case, name="see_judged", before="testing", after="testing", details={"due": ""}
    )
    assert plain(decision) == ""
