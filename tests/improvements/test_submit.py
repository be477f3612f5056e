"""Sending in: number, promise, one case however often it is sent, and what is refused."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from improvements.models import MOST_TEXT, Improvement
from improvements.selectors.promise import promise_for
from improvements.services import AlreadySent, improvement_submit, unit_promise_set
from improvements.wording import title_of
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import VisitorAccess
from qms.records.models import Decision, Follow, Record, Task
from tests.conftest import Town, build_town

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def submit(town: Town, text: str = "The key is lost", key: UUID | None = None, by: str = "employee"):
    return improvement_submit(text=text, unit=town.north, access=town.access(by), submission=key)


def test_a_case_gets_number_owner_promise_task_and_follower(town: Town):
    with time_machine.travel(datetime(2026, 11, 17, 9, 44, tzinfo=STOCKHOLM), tick=False):
        record = submit(town)
    assert record.reference == "F-2026-0001"
    assert (record.owner, record.category) == (town.manager, "proposal")
    assert record.promised_by == record.due == date(2026, 11, 19)
    assert Task.objects.get(record=record).assignee == town.manager
    assert Follow.objects.filter(record=record, person=town.employee).exists()


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (datetime(2026, 11, 20, 16, 0), date(2026, 11, 24)),  # over a weekend
        (datetime(2026, 12, 22, 8, 0), date(2026, 12, 28)),  # over Christmas
        (datetime(2026, 3, 27, 23, 59), date(2026, 3, 31)),  # over the change to summer time
        (datetime(2026, 11, 21, 12, 0), date(2026, 11, 24)),  # on a Saturday
    ],
)
def test_the_promise_is_counted_in_working_days(town: Town, sent: datetime, answered: date):
    with time_machine.travel(sent.replace(tzinfo=STOCKHOLM), tick=False):
        assert submit(town).promised_by == answered


def test_a_unit_may_promise_otherwise_and_those_below_follow(town: Town):
    unit_promise_set(unit_id=town.care.pk, days=5, access=town.access("care_head"))
    assert promise_for(town.north, date(2026, 11, 16)).by == date(2026, 11, 23)
    unit_promise_set(unit_id=town.north.pk, days=1, access=town.access("manager"))
    assert promise_for(town.north, date(2026, 11, 16)).by == date(2026, 11, 17)
    assert promise_for(town.south, date(2026, 11, 16)).by == date(2026, 11, 23)
    assert promise_for(town.school, date(2026, 11, 16)).by == date(2026, 11, 18)
    unit_promise_set(unit_id=town.north.pk, days=None, access=town.access("manager"))
    assert promise_for(town.north, date(2026, 11, 16)).by == date(2026, 11, 23)


def test_a_promise_is_for_those_who_lead_the_unit(town: Town):
    with pytest.raises(NotYours, match="In North this is done by Manager"):
        unit_promise_set(unit_id=town.north.pk, days=1, access=town.access("handler"))
    with pytest.raises(RuleViolation, match="between 1 and 30"):
        unit_promise_set(unit_id=town.north.pk, days=31, access=town.access("manager"))


def test_where_a_unit_has_no_head_the_one_above_answers_and_where_nobody_is_it_is_said(town: Town):
    town.north.head = None
    town.north.save()
    above = promise_for(town.north, date(2026, 11, 16))
    assert (above.person, above.headed, above.is_above) == (town.care_head, town.care, True)
    town.care.head = None
    town.care.save()
    nobody = promise_for(town.north, date(2026, 11, 16))
    assert (nobody.person, nobody.headed, nobody.is_above) == (None, None, False)
    record = submit(town)
    assert record.owner is None
    assert Task.objects.get(record=record).assignee is None


def test_the_same_form_sent_twice_is_one_case(town: Town):
    key = uuid4()
    assert submit(town, key=key).pk == submit(town, key=key).pk
    assert Improvement.objects.count() == 1


def test_line_ends_of_another_system_make_no_other_text(town: Town):
    key = uuid4()
    assert submit(town, "One\r\nTwo", key).pk == submit(town, "One\nTwo ", key).pk


def test_the_same_form_with_other_words_is_never_swallowed(town: Town):
    key = uuid4()
    first = submit(town, key=key)
    with pytest.raises(AlreadySent, match=first.reference):
        submit(town, "Something quite different", key)


def test_anothers_key_opens_nothing_and_blocks_nothing(town: Town):
    key = uuid4()
    first = submit(town, key=key)
    second = submit(town, key=key, by="handler")
    assert (first.pk, second.created_by) != (second.pk, town.employee)


def test_a_case_may_come_from_nobody_named(town: Town):
    access = VisitorAccess("Anonymous")
    record = improvement_submit(text="The gate is broken", unit=town.north, access=access, submission=uuid4())
    assert record.created_by is None
    assert Decision.objects.get(record=record).actor_name == "Anonymous"
    assert not Follow.objects.filter(record=record).exists()
    assert not Record.objects.visible_to(access).exists()


@pytest.mark.parametrize("text", ["", "  \n ", "\u200f\u202e\u200b", "\x00"])
def test_a_text_in_which_nothing_can_be_seen_is_refused(town: Town, text: str):
    with pytest.raises(RuleViolation) as refused:
        submit(town, text)
    assert refused.value.field == "text"


def test_a_text_that_is_too_long_is_refused_with_both_numbers(town: Town):
    with pytest.raises(RuleViolation, match=r"at most 10000 characters\. This is 10001"):
        submit(town, "x" * (MOST_TEXT + 1))
    assert submit(town, "x" * MOST_TEXT).text == "x" * MOST_TEXT


def test_a_unit_that_closed_meanwhile_is_named(town: Town):
    town.north.valid_until = date(2026, 1, 1)
    town.north.save()
    with pytest.raises(RuleViolation, match="North has closed") as refused:
        submit(town)
    assert refused.value.field == "unit"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The key is lost. We look for it.", "The key is lost"),
        ("\n\n  First line\nsecond", "First line"),
        ("\u202eevil\u202c text", "evil text"),
        ("👩‍⚕️ needs a locker", "👩‍⚕️ needs a locker"),
        ("\u200b\nSeen", "Seen"),
        ("...", "..."),
        ("word " * 40, "word " * 12 + "word …"),
        ("x" * 500, "x" * 68 + " …"),
    ],
)
def test_a_title_is_the_first_sentence_cut_at_a_word(text: str, title: str):
    assert title_of(text) == title


def together(count: int, act: Callable[[int], None], at_once: int) -> None:
    """Run `act(0…count-1)` in threads that start at the same moment."""
    barrier = threading.Barrier(at_once)

    def one(number: int) -> None:
        try:
            if number < at_once:
                barrier.wait(20)
            act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_get_two_hundred_numbers_without_gaps_though_some_fail():
    town = build_town()
    access = town.access("employee")
    assert access.acts_for

    def send(number: int) -> None:
        if number % 10 == 3:
            with pytest.raises(RuleViolation):
                improvement_submit(text=" ", unit=town.north, access=access)
        improvement_submit(text=f"Number {number}", unit=town.north, access=access)

    together(200, send, at_once=40)
    year = timezone.localdate().year
    found = set(Improvement.objects.values_list("reference", flat=True))
    assert found == {f"F-{year}-{number:04d}" for number in range(1, 201)}


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_in_two_threads_is_one_case_with_one_answer():
    town = build_town()
    access = town.access("employee")
    assert access.acts_for
    key = uuid4()
    answers: list[str] = []
    together(
        8,
        lambda number: answers.append(
            improvement_submit(text="Once", unit=town.north, access=access, submission=key).reference
        ),
        at_once=8,
    )
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert submit(town).reference.endswith("-0002")
