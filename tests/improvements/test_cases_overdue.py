"""What was promised to be done long ago is brought up with the managers above, each step once.

November 2026: the 16th is a Monday.
"""

import pytest
import time_machine

from improvements.models import Improvement
from improvements.services.flags import flag_set
from improvements.services.overdue import actions_move_up
from improvements.services.overdue_cases import cases_move_up
from qms.organisation.access import SystemAccess
from qms.records.models import Notification, Record, Visibility
from qms.records.selectors.sentences import said
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.moments import at, day
from tests.improvements.steps import ask, carried_out, decide, handled, plan, put_to_test, rooted

SYSTEM = SystemAccess("cases past their date")


@pytest.fixture
def case(tall: Town, clock: time_machine.Traveller) -> Improvement:
    """The manager's to do by Friday the 20th."""
    return decide(tall, improvement(tall.north, tall.employee), "just_do", due=day("2026-11-20"))


def run(clock: time_machine.Traveller, on: str) -> int:
    """What the job does at six on that day."""
    clock.move_to(at(f"{on} 06:00"))
    return cases_move_up(access=SYSTEM)


def seeing_to(case: Improvement) -> list[str]:
    return list(case.tasks.open().order_by("pk").values_list("assignee__name", flat=True))


def test_after_a_working_week_the_next_manager_is_to_see_to_it_and_each_week_the_next(case, clock):
    made = {n: run(clock, f"2026-{n}") for n in ("11-23", "11-26", "11-27", "11-28", "11-30", "12-04")}
    assert {on for on, steps in made.items() if steps} == {"11-27", "12-04"}
    assert seeing_to(case) == ["Manager", "Care Head", "Exec"]
    assert run(clock, "2027-02-01") == 0, "at the top there is nobody left to ask"


def test_a_scheduler_that_stood_still_makes_up_for_each_step_once(case, clock):
    assert (run(clock, "2026-12-07"), run(clock, "2026-12-07")) == (2, 0)


def test_the_sender_is_told_at_once_and_in_plain_words(case, clock, town: Town):
    run(clock, "2026-11-27")
    told = Notification.objects.get(person=town.employee, decision__name="see_done")
    assert told.urgent
    assert (
        "It was to be done by 20 November and is not. Care Head, the next manager above, has been asked"
        in (said(told).text)
    )


def test_a_new_day_begins_anew_and_what_is_done_is_done(case, clock, tall: Town):
    run(clock, "2026-11-27")
    decide(tall, case, "postpone", due=day("2026-12-11"))
    assert seeing_to(case) == ["Manager"]
    assert run(clock, "2026-12-17") == 0
    assert run(clock, "2026-12-18") == 1
    decide(tall, case, "done")
    assert run(clock, "2027-02-01") == 0


def test_whoever_it_was_brought_up_with_by_their_role_sees_it_no_longer_once_it_is_sealed(tall: Town, clock):
    """The case, and an action of it; what is being tested likewise."""
    clock.move_to(at("2026-11-16 08:00"))
    case = handled(tall, improvement(tall.north, tall.employee))
    plan(tall, case, tall.handler, days=4)
    tested = put_to_test(
        tall, rooted(tall, handled(tall, improvement(tall.north, tall.employee))), tall.reader
    )
    clock.move_to(at("2027-02-01 06:00"))
    assert cases_move_up(access=SYSTEM) and actions_move_up(access=SYSTEM)
    brought_up = Record.objects.visible_to(tall.access("care_head")).filter(tasks__assignee=tall.care_head)
    assert brought_up.count() == 2
    for record in (case, tested):
        flag_set(
            record_id=record.pk,
            kind="lex_sarah",
            why="A fall",
            known_at=at("2027-01-31 08:00"),
            access=tall.access("manager"),
        )
    for above in ("care_head", "exec"):
        assert not Record.objects.visible_to(tall.access(above)).filter(visibility="sealed")
    assert Record.objects.visible_to(tall.access("handler")).filter(kind="action", visibility="sealed")


def test_what_waits_for_a_late_action_waits_for_that_one(clock, tall: Town):
    record = decide(tall, improvement(tall.north, tall.employee), "handle", due=day("2026-11-20"))
    action = plan(tall, record, tall.handler, days=4)
    assert run(clock, "2026-12-04") == 0
    decide(tall, action, "done", by="handler")
    assert run(clock, "2026-12-04") == 0, "now it is its owner's to finish, with a day of its own"
    assert run(clock, "2026-12-15") == 1


def test_an_action_with_a_later_day_does_not_hide_that_the_promised_one_has_passed(clock, tall: Town):
    record = decide(tall, improvement(tall.north, tall.employee), "handle", due=day("2026-11-20"))
    plan(tall, record, tall.handler, days=90)
    assert run(clock, "2026-11-27") == 1


def test_a_judgement_that_does_not_come_is_asked_of_the_managers_too(clock, tall: Town):
    record = put_to_test(
        tall, rooted(tall, handled(tall, improvement(tall.north, tall.employee))), tall.reader
    )
    assert record.due == day("2026-12-16")
    assert run(clock, "2026-12-22") == 0
    assert run(clock, "2026-12-30") == 1
    assert seeing_to(record) == ["Reader", "Manager"]
    assert decide(tall, record, "effect_worked", by="reader").tasks.open().get().kind == "close"


def test_what_is_sealed_is_not_brought_up(case, clock):
    Improvement.objects.filter(pk=case.pk).update(visibility=Visibility.SEALED)
    assert run(clock, "2026-12-07") == 0


def test_it_costs_the_same_however_many_are_late(clock, tall: Town, django_assert_num_queries):
    for _number in range(3):
        decide(tall, improvement(tall.north, tall.employee), "just_do", due=day("2026-11-20"))
    run(clock, "2026-11-27")
    with django_assert_num_queries(4):
        assert run(clock, "2026-11-27") == 0


def test_a_manager_who_is_asked_something_else_about_it_is_brought_it_up_with_all_the_same(clock, tall: Town):
    record = carried_out(tall, improvement(tall.north, tall.employee))
    ask(tall, record, tall.care)
    record = decide(tall, decide(tall, record, "reopen"), "just_do", due=day("2026-11-20"))
    assert seeing_to(record) == ["Care Head", "Manager"], "whether it applies to care is still asked"
    assert run(clock, "2026-11-27") == 1
    assert record.tasks.open().latest("pk").assignee == tall.care_head
