"""Each reminder exactly once: the working day before the date, and when a promise has passed its date.

November 2026: the 17th is a Tuesday. Christmas Eve is a Thursday.
"""

import threading
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection

from improvements.models import Improvement
from qms.organisation.access import SystemAccess
from qms.organisation.models import Deputy, Person
from qms.records.contributions import daily_mail
from qms.records.models import Notification, Reminder, Task
from qms.records.services import comment_add, move
from qms.records.services.reminders import reminders_write
from tests.conftest import Town, build_town
from tests.factories import improvement

SYSTEM = SystemAccess("reminders")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Tuesday 17 November 2026, eight in the morning."""
    with time_machine.travel(at("2026-11-17 08:00"), tick=False) as travelling:
        yield travelling


def run(clock: time_machine.Traveller, day: str) -> int:
    """What the job does at six on that day."""
    clock.move_to(at(f"{day} 06:00"))
    return reminders_write(access=SYSTEM)


def case(town: Town, due: str = "2026-11-19") -> Improvement:
    """A case that waits for the manager of North, due on a day (Thursday)."""
    record = improvement(town.north, town.employee)
    Task.objects.update(due=date.fromisoformat(due))
    return record


def ledger() -> list[tuple[str, str]]:
    return sorted(Reminder.objects.values_list("reason", "person__name"))


def test_the_working_day_before_the_date_the_one_who_has_it_is_reminded(town: Town, clock):
    case(town)
    assert run(clock, "2026-11-17") == 0
    assert run(clock, "2026-11-18") == 1
    assert ledger() == [("due_soon", "Manager")]
    assert not Notification.objects.get(event="due_soon").urgent


def test_a_rerun_reminds_nobody_twice(town: Town, clock):
    case(town)
    assert [run(clock, "2026-11-18") for _ in range(3)] == [1, 0, 0]
    assert run(clock, "2026-11-19") == 0


@pytest.mark.parametrize(
    ("due", "remind_on"),
    [
        ("2026-11-23", "2026-11-20"),  # Monday: on Friday
        ("2026-11-21", "2026-11-20"),  # Saturday: on Friday
        ("2026-12-28", "2026-12-23"),  # Monday after Christmas: before Christmas Eve
        ("2027-01-07", "2027-01-05"),  # the day after Epiphany
        ("2026-03-30", "2026-03-27"),  # over the night the clocks change
        ("2026-10-26", "2026-10-23"),
    ],
)
def test_weekends_and_holidays_are_reminded_of_on_the_working_day_before(town: Town, clock, due, remind_on):
    clock.move_to(at(f"{remind_on} 00:00"))
    case(town, due)
    before = date.fromordinal(date.fromisoformat(remind_on).toordinal() - 1)
    assert run(clock, before.isoformat()) == 0
    assert run(clock, remind_on) == 1


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-22", "2026-12-24", "2026-12-25", "2027-01-06"])
def test_nobody_is_reminded_on_a_day_when_nobody_works(town: Town, clock, day: str):
    case(town, "2026-11-18")
    assert run(clock, day) == 0


def test_a_promise_past_its_date_is_told_to_the_one_who_has_it_and_the_manager_above(town: Town, clock):
    case(town)
    run(clock, "2026-11-18")
    assert run(clock, "2026-11-19") == 0, "not on the day itself"
    assert run(clock, "2026-11-20") == 2
    assert ledger() == [("due_soon", "Manager"), ("escalated", "Care Head"), ("overdue", "Manager")]
    assert all(line.urgent for line in Notification.objects.filter(event="overdue"))
    assert run(clock, "2026-11-23") == 0


def test_what_was_due_on_a_friday_is_late_on_monday(town: Town, clock):
    case(town, "2026-11-20")
    assert run(clock, "2026-11-21") == 0
    assert run(clock, "2026-11-23") == 2


def test_nobody_is_reminded_of_what_is_done(town: Town, clock):
    record = case(town)
    move(record_id=record.pk, name="not_now", access=town.access("manager"), comment="Later")
    assert run(clock, "2026-11-18") == run(clock, "2026-11-20") == 0


def test_a_scheduler_that_stood_still_for_three_days_owes_each_reminder_once(town: Town, clock):
    """Monday to Wednesday nothing runs; on Thursday all is caught up, and what was done is left alone."""
    late, soon, done = case(town, "2026-11-17"), case(town), case(town)
    for record, due in ((late, "2026-11-17"), (soon, "2026-11-20"), (done, "2026-11-18")):
        Task.objects.filter(record=record).update(due=date.fromisoformat(due))
    clock.move_to(at("2026-11-18 10:00"))
    move(record_id=done.pk, name="not_now", access=town.access("manager"), comment="Later")
    assert run(clock, "2026-11-19") == 3
    assert [run(clock, "2026-11-19") for _ in range(2)] == [0, 0]
    told = Reminder.objects.values_list("task__record_id", "reason")
    assert set(told) == {(late.pk, "overdue"), (late.pk, "escalated"), (soon.pk, "due_soon")}


def test_a_new_date_is_a_new_promise(town: Town, clock):
    case(town)
    run(clock, "2026-11-18")
    Task.objects.update(due=date(2026, 11, 26))
    assert run(clock, "2026-11-19") == 0
    assert run(clock, "2026-11-25") == 1


def test_someone_away_is_reminded_in_the_list_and_the_deputy_by_mail(town: Town, clock):
    case(town)
    Deputy.objects.create(
        person=town.manager, deputy=town.handler, starts=date(2026, 11, 18), ends=date(2026, 11, 30)
    )
    assert run(clock, "2026-11-18") == 2
    skipped = {row.person.name: row.notification.mail_skipped for row in Reminder.objects.all()}
    assert skipped == {"Manager": "away", "Handler": ""}


def test_a_manager_above_who_stands_in_is_told_once(town: Town, clock):
    case(town)
    Deputy.objects.create(
        person=town.manager, deputy=town.care_head, starts=date(2026, 11, 18), ends=date(2026, 11, 30)
    )
    assert run(clock, "2026-11-20") == 2
    assert ledger() == [("overdue", "Care Head"), ("overdue", "Manager")]


def test_who_has_left_is_not_told_but_the_ledger_says_why_and_the_manager_above_is(town: Town, clock):
    case(town)
    Person.objects.filter(pk=town.manager.pk).update(is_active=False)
    run(clock, "2026-11-20")
    assert Reminder.objects.get(person=town.manager).skipped == "inactive"
    assert not Notification.objects.filter(person=town.manager, event="overdue").exists()
    assert Reminder.objects.get(person=town.care_head).reason == "escalated"


def test_what_nobody_has_is_told_to_the_head_of_the_unit(town: Town, clock):
    case(town)
    Task.objects.update(assignee=None)
    assert run(clock, "2026-11-18") == 0
    assert run(clock, "2026-11-20") == 1
    assert ledger() == [("escalated", "Manager")]
    assert run(clock, "2026-11-23") == 0


def test_at_the_top_there_is_nobody_above_to_tell(town: Town, clock):
    improvement(town.kf, town.employee)
    Task.objects.update(assignee=town.quality, due=date(2026, 11, 19))
    assert run(clock, "2026-11-20") == 1


def test_the_ledger_itself_refuses_a_reminder_twice(town: Town, clock):
    case(town)
    run(clock, "2026-11-18")
    row = Reminder.objects.get()
    with pytest.raises(IntegrityError):
        Reminder.objects.create(
            task=row.task, person=row.person, reason=row.reason, due_on=row.due_on, skipped="inactive"
        )


def test_what_is_due_soon_stands_first_in_the_daily_mail(town: Town, clock):
    record = case(town)
    comment_add(record_id=record.pk, text="Well?", access=town.access("employee"))
    clock.move_to(at("2026-11-18 06:00"))
    assert daily_mail() == "1 reminders, 1 daily e-mails"
    assert Reminder.objects.get().notification.mail.subject == "1 task due soon, 1 piece of news"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_each_reminder_once():
    with time_machine.travel(at("2026-11-20 06:00"), tick=False):
        town = build_town()
        for _ in range(4):
            case(town, "2026-11-18")
        barrier, written = threading.Barrier(2), []

        def work() -> None:
            try:
                barrier.wait()
                written.append(reminders_write(access=SYSTEM))
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert sum(written) == Reminder.objects.count() == 8
