"""An action that is long past its date is brought up with the managers above, each step once.

November 2026: the 16th is a Monday.
"""

import pytest
import time_machine

from improvements.services.overdue import actions_move_up
from qms.organisation.access import SystemAccess
from qms.records.models import Notification, Reminder, Visibility
from qms.records.selectors.timeline import timeline
from qms.records.services.reminders import reminders_write
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.moments import at, day
from tests.improvements.steps import decide, handled, plan

SYSTEM = SystemAccess("actions past their date")


@pytest.fixture
def action(tall: Town, clock):
    """The handler's, to be done by Friday the 20th."""
    return plan(tall, handled(tall, improvement(tall.north, tall.employee)), tall.handler, days=4)


def run(clock: time_machine.Traveller, on: str) -> int:
    """What the job does at six on that day."""
    clock.move_to(at(f"{on} 06:00"))
    return actions_move_up(access=SYSTEM)


def seeing_to(action) -> list[str]:
    return list(action.tasks.open().order_by("pk").values_list("assignee__name", flat=True))


def test_its_owner_is_reminded_once_when_its_date_has_passed(action, clock):
    clock.move_to(at("2026-11-23 06:00"))
    reminders_write(access=SYSTEM)
    assert reminders_write(access=SYSTEM) == 0
    assert Reminder.objects.get(task__record=action, person__name="Handler").reason == "overdue"


def test_after_a_working_week_the_head_of_the_unit_is_to_see_to_it_and_each_week_the_next(action, clock):
    made = {n: run(clock, f"2026-{n}") for n in ("11-23", "11-26", "11-27", "11-30", "12-04", "12-11")}
    assert {on for on, steps in made.items() if steps} == {"11-27", "12-04", "12-11"}
    assert seeing_to(action) == ["Handler", "Manager", "Care Head", "Exec"]
    assert run(clock, "2027-02-01") == 0, "at the top there is nobody left to ask"


def test_one_of_the_heads_own_goes_to_the_next_above(tall: Town, clock):
    action = plan(tall, handled(tall, improvement(tall.north, tall.employee)), tall.manager, days=4)
    run(clock, "2026-11-27")
    assert seeing_to(action) == ["Manager", "Care Head"]


def test_a_scheduler_that_stood_still_makes_up_for_each_step_once(action, clock):
    assert run(clock, "2026-12-07") == 2
    assert run(clock, "2026-12-07") == 0
    told = action.decisions.filter(name="escalate")
    assert [d.details["sees_to_it"] for d in told] == ["Manager", "Care Head"]


def test_weekends_and_holidays_do_not_count(tall: Town, clock):
    clock.move_to(at("2026-12-14 08:00"))
    case = handled(tall, improvement(tall.north, tall.employee))
    action = plan(tall, case, tall.handler, days=7)
    assert action.due == day("2026-12-21")
    # 22, 23, 28, 29, 30: the eves and the days of Christmas are none.
    assert run(clock, "2026-12-29") == run(clock, "2026-12-31") == 0
    assert run(clock, "2027-01-02") == 0, "a Saturday"
    assert run(clock, "2027-01-04") == 1


def test_over_the_night_the_clocks_change_a_week_is_a_week(tall: Town, clock):
    clock.move_to(at("2027-03-15 08:00"))
    case = handled(tall, improvement(tall.north, tall.employee))
    plan(tall, case, tall.handler, days=3)  # Thursday the 18th; clocks go forward on the 28th
    assert run(clock, "2027-03-24") == 0
    assert run(clock, "2027-03-25") == 1


def test_a_new_date_begins_anew(action, clock, tall: Town):
    run(clock, "2026-11-27")
    decide(tall, action, "postpone", by="handler", due=day("2026-12-11"))
    assert seeing_to(action) == ["Handler"]
    assert run(clock, "2026-12-17") == 0
    assert run(clock, "2026-12-18") == 1


def test_what_is_done_or_waits_or_is_sealed_is_not_brought_up(action, clock, tall: Town):
    case = action.source.improvement
    done, waits, sealed = (plan(tall, case, tall.employee, days=3) for _ in range(3))
    decide(tall, done, "done", by="employee")
    decide(tall, waits, "wait", after=action)
    sealed.visibility = Visibility.SEALED
    sealed.save()
    assert run(clock, "2026-11-27") == 1
    assert [seeing_to(one) for one in (done, waits, sealed)] == [[], [], ["Employee"]]


def test_they_are_told_at_once_and_the_timeline_says_it(action, clock, tall: Town):
    run(clock, "2026-11-27")
    assert Notification.objects.get(record=action, person=tall.manager, event="task").urgent
    entry = timeline(action, tall.access("manager")).entries[0]
    assert entry.text == "asked the next manager above: its date passed long ago"
    said = "It was to be by 20 November. Manager too is asked to see that it is done, by 4 December"
    assert entry.detail == said


def test_it_costs_the_same_however_many_are_late(action, clock, tall: Town, django_assert_max_num_queries):
    run(clock, "2026-11-27")
    with django_assert_max_num_queries(5):
        assert run(clock, "2026-11-30") == 0
