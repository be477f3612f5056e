"""The duty to answer moves up the tree, each step once, over weekends, holidays and standstills.

November 2026: the 16th is a Monday. What comes that day is to be answered on Wednesday the 18th.
"""

import threading

import pytest
import time_machine
from django.db import connection

from improvements.models import Improvement, UnitPromise
from improvements.services.escalation import duties_move_up, steps_owed
from qms.organisation.access import SystemAccess, VisitorAccess
from qms.organisation.models import Deputy, Person
from qms.organisation.services import person_deactivate, unit_merge, unit_move
from qms.records.models import Notification, Record, Reminder, Task
from qms.records.selectors.sentences import said
from qms.records.selectors.timeline import timeline
from qms.records.services import record_create, task_hand_over
from qms.records.services.reminders import reminders_write
from qms.workdays import add_working_days
from tests.conftest import Town, build_town
from tests.factories import improvement
from tests.improvements.moments import at, day
from tests.improvements.steps import decide

SYSTEM = SystemAccess("the answer clock")


def run(clock: time_machine.Traveller, on: str) -> int:
    """What the job does at six on that day."""
    clock.move_to(at(f"{on} 06:00"))
    return duties_move_up(access=SYSTEM)


def owing(record: Improvement) -> list[str]:
    """Who owes the answer, in the order in which they came to it."""
    return list(record.tasks.open().order_by("pk").values_list("assignee__name", flat=True))


def test_the_day_after_the_promise_the_manager_above_owes_the_answer_too(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    assert run(clock, "2026-11-18") == 0, "not on the promised day itself"
    assert run(clock, "2026-11-19") == 1
    assert owing(record) == ["Manager", "Care Head"]
    task = record.tasks.open().get(assignee=tall.care_head)
    assert (task.kind, task.due) == ("answer_above", day("2026-11-20"))
    record.refresh_from_db()
    assert (record.state, record.due) == ("received", day("2026-11-18")), "the promise stands"


def test_after_each_further_promise_period_the_next_one_up_to_the_top(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    steps = {f"2026-11-{n}": run(clock, f"2026-11-{n}") for n in (19, 20, 21, 22, 23, 24, 25, 26, 27, 30)}
    assert {on for on, made in steps.items() if made} == {"2026-11-19", "2026-11-23"}
    assert owing(record) == ["Manager", "Care Head", "Exec"]
    assert run(clock, "2027-11-30") == 0, "at the top there is nobody left to ask"


def test_a_second_run_does_nothing(tall: Town, clock):
    improvement(tall.north, tall.employee)
    assert [run(clock, "2026-11-19") for _ in range(3)] == [1, 0, 0]


def test_a_scheduler_that_stood_still_for_three_days_makes_up_for_each_step_once(tall: Town, clock):
    """Nothing runs from Thursday to Sunday; on Monday both steps owed are made, each once."""
    late = improvement(tall.north, tall.employee)
    clock.move_to(at("2026-11-17 08:00"))
    answered = improvement(tall.north, tall.employee)
    decide(tall, answered, "not_now")
    assert run(clock, "2026-11-23") == 2
    assert run(clock, "2026-11-23") == run(clock, "2026-11-24") == 0
    assert owing(late) == ["Manager", "Care Head", "Exec"]
    assert [d.details["answers_too"] for d in late.decisions.filter(name="escalate")] == ["Care Head", "Exec"]
    assert not answered.decisions.filter(name="escalate").exists()
    assert late.tasks.get(assignee=tall.care_head).due == day("2026-11-23"), "never a day that has passed"


@pytest.mark.parametrize(
    ("sent", "still", "first"),
    [
        ("2026-11-19", "2026-11-23", "2026-11-24"),  # Thursday: promised on Monday, over a weekend
        ("2026-12-21", "2026-12-23", "2026-12-28"),  # Christmas Eve and Christmas Day are no working days
        ("2026-12-30", "2027-01-05", "2027-01-07"),  # nor New Year's Eve, nor Epiphany
        ("2027-03-24", "2027-03-30", "2027-03-31"),  # Easter, when the clocks change too
        ("2027-06-23", "2027-06-28", "2027-06-29"),  # Midsummer Eve
        ("2027-05-03", "2027-05-05", "2027-05-07"),  # Ascension Day
        ("2026-03-26", "2026-03-30", "2026-03-31"),  # over the night the clocks go forward
        ("2026-10-22", "2026-10-26", "2026-10-27"),  # and back
    ],
)
def test_weekends_holidays_and_changed_clocks_are_no_delay(tall: Town, clock, sent, still, first):
    clock.move_to(at(f"{sent} 23:30"))
    record = improvement(tall.north, tall.employee)
    assert record.promised_by == day(still)
    for shift in range((day(first) - day(sent)).days):
        assert run(clock, day(sent).fromordinal(day(sent).toordinal() + shift).isoformat()) == 0
    assert run(clock, first) == 1


@pytest.mark.parametrize("on", ["2026-11-21", "2026-11-22", "2026-12-24", "2026-12-25", "2027-01-06"])
def test_nothing_moves_on_a_day_when_nobody_works(tall: Town, clock, on: str):
    improvement(tall.north, tall.employee)
    assert run(clock, on) == 0


def test_the_units_own_promise_is_the_period(tall: Town, clock):
    UnitPromise.objects.create(unit=tall.care, days=5)
    improvement(tall.north, tall.employee)
    made = [on for on in ("2026-11-23", "2026-11-24", "2026-11-30", "2026-12-01") if run(clock, on)]
    assert made == ["2026-11-24", "2026-12-01"]


def test_steps_owed_are_counted_in_working_days():
    promised = day("2026-11-18")
    later = [steps_owed(promised, add_working_days(promised, n), 2) for n in range(7)]
    assert later == [0, 1, 1, 2, 2, 3, 3]


def test_the_sender_is_told_at_once_in_plain_words_and_the_timeline_shows_it(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    run(clock, "2026-11-19")
    told = Notification.objects.get(person=tall.employee, event="moved")
    assert told.urgent
    plain = "You have not had your answer by the promised day. The next manager above has been asked."
    assert said(told).text == f"Kvalitet (the answer clock): {plain}"
    words = "asked the next manager above to answer: the promised day had passed"
    entry = timeline(record, tall.access("employee")).entries[0]
    assert (entry.text, entry.detail) == (words, "Care Head too is asked to answer, by 20 November")
    mine = Notification.objects.get(person=tall.care_head, event="task")
    assert said(mine).text == "Newly yours: Answer what is past its day"


def test_the_manager_above_may_answer_and_then_nobody_owes_anything(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    run(clock, "2026-11-19")
    decide(tall, record, "not_now", by="care_head")
    assert not Task.objects.open().filter(record=record).exists()
    assert run(clock, "2026-11-23") == 0


def test_who_stands_in_for_the_manager_above_is_told_and_has_it_on_the_list(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    Deputy.objects.create(
        person=tall.care_head, deputy=tall.handler, starts=day("2026-11-17"), ends=day("2026-11-30")
    )
    run(clock, "2026-11-19")
    told = Notification.objects.filter(event="task", task__assignee=tall.care_head)
    assert {(one.person.name, one.mail_skipped) for one in told} == {("Care Head", "away"), ("Handler", "")}
    assert Task.objects.open().of(tall.access("handler")).filter(record=record).exists()


def test_a_unit_without_head_begins_with_the_one_above(tall: Town, clock):
    tall.north.head = None
    tall.north.save()
    record = improvement(tall.north, tall.employee)
    assert owing(record) == ["Care Head"]
    run(clock, "2026-11-19")
    assert owing(record) == ["Care Head", "Exec"]
    assert run(clock, "2026-11-23") == 0


def test_a_head_who_has_left_is_passed_over(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    Person.objects.filter(pk=tall.care_head.pk).update(is_active=False)
    run(clock, "2026-11-19")
    assert owing(record) == ["Manager", "Exec"]


def test_when_the_head_leaves_the_manager_above_has_one_task_for_what_is_late(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    run(clock, "2026-11-19")
    person_deactivate(person_id=tall.manager.pk, access=tall.access("admin"))
    assert [(task.assignee.name, task.kind) for task in record.tasks.open()] == [("Care Head", "answer")]
    run(clock, "2026-11-23")
    assert owing(record) == ["Care Head", "Exec"]


def test_when_a_manager_above_leaves_the_head_has_one_task_for_what_is_late(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    run(clock, "2026-11-19")
    person_deactivate(person_id=tall.care_head.pk, access=tall.access("admin"))
    assert [(task.assignee.name, task.kind) for task in record.tasks.open()] == [("Manager", "answer")]
    run(clock, "2026-11-23")
    assert owing(record) == ["Manager", "Exec"]


def test_who_takes_over_the_answer_need_not_see_to_it_as_well(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    run(clock, "2026-11-19")
    answer = record.tasks.open().get(kind="answer")
    task_hand_over(task_id=answer.pk, to=tall.care_head, access=tall.access("manager"))
    assert [(task.assignee.name, task.kind) for task in record.tasks.open()] == [("Care Head", "answer")]


def test_where_nobody_heads_anything_nothing_moves_until_somebody_does(town: Town, clock):
    for unit in (town.care, town.north):
        unit.head = None
        unit.save()
    record = improvement(town.north, town.employee)
    assert run(clock, "2026-11-19") == 0
    town.care.head = town.care_head
    town.care.save()
    assert run(clock, "2026-11-20") == 1
    assert owing(record) == [None, "Care Head"]


def test_a_task_given_to_somebody_else_goes_back_to_the_manager_who_gave_it(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    task_hand_over(task_id=record.tasks.get().pk, to=tall.handler, access=tall.access("manager"))
    run(clock, "2026-11-19")
    assert owing(record) == ["Handler", "Manager"]
    run(clock, "2026-11-23")
    assert owing(record) == ["Handler", "Manager", "Care Head"]


def test_a_unit_that_is_moved_has_other_managers_above(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    clock.move_to(at("2026-11-17 10:00"))
    unit_move(unit_id=tall.north.pk, parent_id=tall.school.pk, access=tall.access("admin"))
    run(clock, "2026-11-19")
    assert owing(record) == ["Manager", "Outsider"]


def test_a_unit_that_is_merged_takes_the_duty_along(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    clock.move_to(at("2026-11-17 10:00"))
    unit_merge(unit_id=tall.north.pk, into_id=tall.school.pk, access=tall.access("admin"))
    assert owing(record) == ["Outsider"]
    run(clock, "2026-11-19")
    assert owing(record) == ["Outsider", "Exec"]


def test_sent_on_the_promise_stands_and_the_managers_there_are_asked(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    run(clock, "2026-11-19")
    decide(tall, record, "send_on", unit=tall.school)
    assert owing(record) == ["Outsider"]
    run(clock, "2026-11-20")
    assert owing(record) == ["Outsider", "Exec"]


def test_opened_again_the_clock_begins_anew(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    run(clock, "2026-11-19")
    decide(tall, record, "not_now")
    clock.move_to(at("2026-12-07 10:00"))
    decide(tall, record, "reopen", by="employee")
    assert run(clock, "2026-12-09") == 0
    assert run(clock, "2026-12-10") == 1
    assert owing(record) == ["Manager", "Care Head"]


def test_a_case_from_nobody_named_moves_up_too(tall: Town, clock):
    record = record_create(
        record=Improvement(
            title="The gate",
            text="The gate",
            unit=tall.north,
            owner=tall.manager,
            promised_by=day("2026-11-18"),
        ),
        access=VisitorAccess("Anonymous"),
    )
    assert run(clock, "2026-11-19") == 1
    assert owing(record) == ["Manager", "Care Head"]


def test_what_is_kept_closer_than_restricted_is_not_spread_by_the_clock(tall: Town, clock, monkeypatch):
    improvement(tall.north, tall.employee)
    monkeypatch.setattr("improvements.services.escalation.SPREADS", ("public",))
    assert run(clock, "2026-11-19") == 0


def test_a_reminder_does_not_tell_the_manager_above_what_the_clock_has_asked_already(tall: Town, clock):
    record = improvement(tall.north, tall.employee)
    run(clock, "2026-11-19")
    reminders_write(access=SystemAccess("reminders"))
    late = Reminder.objects.filter(reason__in=("overdue", "escalated"))
    assert [row.person.name for row in late] == ["Manager"]
    assert Record.objects.visible_to(tall.access("care_head")).filter(pk=record.pk).exists()


def test_a_run_asks_few_questions_however_many_are_late(tall: Town, clock, django_assert_max_num_queries):
    for _ in range(5):
        improvement(tall.north, tall.employee)
    run(clock, "2026-11-19")
    with django_assert_max_num_queries(4):
        assert run(clock, "2026-11-19") == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_each_step_once():
    with time_machine.travel(at("2026-11-16 08:00"), tick=False) as clock:
        town = build_town()
        for _ in range(4):
            improvement(town.north, town.employee)
        clock.move_to(at("2026-11-19 06:00"))
        barrier, made = threading.Barrier(2), []

        def work() -> None:
            try:
                barrier.wait()
                made.append(duties_move_up(access=SYSTEM))
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert sum(made) == Task.objects.filter(kind="answer_above").count() == 4
