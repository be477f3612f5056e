"""Silence is followed up exactly once, over weekends, holidays and standstills; then it is no answer.

November 2026: the 16th is a Monday. Who is asked that day is to answer by Monday the 30th.
"""

from collections.abc import Iterator

import pytest
import time_machine

from improvements.models import Improvement, SpreadQuestion
from improvements.selectors.spread import sisters, spread_of
from improvements.services.spread_follow import spread_follow_up
from improvements.workflow import APPLIES
from qms.organisation.access import SystemAccess
from qms.records.models import Notification, Reminder, Task
from qms.records.selectors.timeline import timeline
from qms.records.services.reminders import reminders_write
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.moments import at, day
from tests.improvements.steps import answer, ask, carried_out, decide

SYSTEM = SystemAccess("questions to other units")
OVERDUE = Notification.Event.OVERDUE


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Monday 16 November 2026, eight in the morning."""
    with time_machine.travel(at("2026-11-16 08:00"), tick=False) as travelling:
        yield travelling


@pytest.fixture
def lamp(town: Town, clock: time_machine.Traveller) -> Improvement:
    """A case that is done and of which South has been asked."""
    record = carried_out(town, improvement(town.north, town.employee))
    ask(town, record, town.south)
    return record


def run(clock: time_machine.Traveller, on: str) -> int:
    """What the jobs of the morning do on that day."""
    clock.move_to(at(f"{on} 06:00"))
    followed = spread_follow_up(access=SYSTEM)
    reminders_write(access=SYSTEM)
    return followed


def asked_again(town: Town) -> list[str]:
    """Whom anything that waits has been brought to mind by now."""
    lines = Notification.objects.filter(task__kind=APPLIES).exclude(event="task").order_by("pk")
    return [f"{line.person.name}: {line.event}" for line in lines]


def test_whoever_has_not_answered_is_asked_once_more_and_nobody_above(town: Town, lamp, clock):
    assert [run(clock, f"2026-11-{n}") for n in (27, 30)] == [0, 0], "not on the day itself"
    assert run(clock, "2026-12-01") == 1
    assert asked_again(town) == ["South Head: overdue"]
    question, task = SpreadQuestion.objects.get(), Task.objects.get(kind=APPLIES)
    assert question.followed_up_at is not None
    assert question.due == task.due == day("2026-12-08")
    assert [row.reason for row in Reminder.objects.filter(task=task)] == ["overdue"]


def test_a_second_run_asks_nobody(town: Town, lamp, clock):
    assert [run(clock, "2026-12-01") for _ in range(3)] == [1, 0, 0]
    assert asked_again(town) == ["South Head: overdue"]


def test_after_that_it_stands_as_no_answer_and_nobody_is_asked_again(town: Town, lamp, clock):
    days = [f"2026-12-{n:02}" for n in range(1, 32)]
    assert [on for on in days if run(clock, on)] == ["2026-12-01", "2026-12-09"]
    assert asked_again(town) == ["South Head: overdue"]
    (shown,) = spread_of(lamp, town.access("manager")).others
    assert (shown.question.stands, shown.question.is_waiting) == ("No answer", False)
    assert not Task.objects.open().filter(kind=APPLIES).exists()
    lines = [one.text for one in timeline(lamp, town.access("manager")).entries]
    assert lines[:2] == ["noted that South has not answered", "asked South once more"]


def test_a_scheduler_that_stood_still_for_three_days_makes_up_for_it_once(town: Town, lamp, clock):
    assert run(clock, "2026-12-04") == 1, "owed since the first"
    assert run(clock, "2026-12-07") == 0
    assert SpreadQuestion.objects.get().due == day("2026-12-11"), (
        "they have their days from when they are asked"
    )
    assert run(clock, "2026-12-14") == 1
    assert asked_again(town) == ["South Head: overdue"]


def test_nobody_is_asked_on_a_day_when_nobody_works(town: Town, clock):
    record = carried_out(town, improvement(town.north, town.employee))
    ask(town, record, town.south, days=4)  # by Friday
    assert [run(clock, f"2026-11-{n}") for n in (21, 22, 23)] == [0, 0, 1]


def test_who_has_answered_is_not_asked_and_a_late_answer_counts(town: Town, lamp, clock):
    run(clock, "2026-12-01"), run(clock, "2026-12-09")
    question = answer(town, SpreadQuestion.objects.get())
    assert question.stands == "Yes, we do it"
    assert run(clock, "2027-01-20") == 0
    assert spread_of(lamp, town.access("manager")).adopted == 1


def test_an_answer_in_time_is_followed_by_nothing(town: Town, lamp, clock):
    answer(town, SpreadQuestion.objects.get(), "not_for_us", words="No gates")
    assert [run(clock, on) for on in ("2026-12-01", "2026-12-09")] == [0, 0]
    assert asked_again(town) == []


def test_nobody_is_asked_about_what_is_open_again_and_once_it_is_done_they_have_their_time_anew(
    town: Town, lamp, clock
):
    assert run(clock, "2026-12-01") == 1
    decide(town, lamp, "reopen", comment="It went dark again")
    assert [run(clock, f"2026-12-{n:02}") for n in (9, 10, 15)] == [0, 0, 0]
    carried_out(town, lamp, said="A better lamp")  # on Tuesday the 15th
    question, task = SpreadQuestion.objects.get(), Task.objects.open().get(kind=APPLIES)
    assert (question.due, task.due, question.followed_up_at) == (day("2026-12-29"), day("2026-12-29"), None)
    followed = [run(clock, f"2026-12-{n}") for n in (16, 29, 30)]
    assert followed == [0, 0, 1], "followed up once, as from the day it was done"
    assert asked_again(town) == ["South Head: overdue", "South Head: overdue"]


def test_a_unit_that_has_not_answered_can_be_asked_anew_and_is_followed_up_once_more(town: Town, lamp, clock):
    for on in ("2026-12-01", "2026-12-09"):
        run(clock, on)
    assert town.south in sisters(lamp).offered
    (question,) = ask(town, lamp, town.south, word="It saves an hour a week")
    assert (question.is_waiting, SpreadQuestion.objects.count()) == (True, 1)
    assert Task.objects.open().get(kind=APPLIES).assignee == town.south_head
    assert town.south not in sisters(lamp).offered
    clock.move_to(at("2026-12-23 06:00"))
    assert run(clock, "2026-12-28") == 1
