"""The answer clock is stopped for a reason only, and the sender reads it.

November 2026: the 16th is a Monday. What comes that day is to be answered on Wednesday the 18th.
"""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from improvements.models import Improvement, Pause
from improvements.selectors.clock import clock as promise
from improvements.selectors.periods import IN_TIME
from improvements.services.escalation import duties_move_up
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import SystemAccess
from qms.organisation.models import Person
from qms.records.models import Notification
from qms.records.selectors.acts import now
from qms.records.selectors.timeline import timeline
from qms.records.services import move
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.moments import at, day
from tests.improvements.steps import decide

WHY = "We wait for the county's answer"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Tuesday 17 November 2026, ten in the morning."""
    with time_machine.travel(at("2026-11-17 10:00"), tick=False) as travelling:
        yield travelling


def sent(town: Town, clock: time_machine.Traveller, on: str = "2026-11-16") -> Improvement:
    """A case sent in that day; today is Tuesday again afterwards."""
    clock.move_to(at(f"{on} 08:00"))
    record = improvement(town.north, town.employee)
    clock.move_to(at("2026-11-17 10:00"))
    return record


def paused(town: Town, record: Improvement, until: str = "2026-11-24") -> Improvement:
    return decide(town, record, "pause", comment=WHY, until=day(until))


def offered(town: Town, record: Improvement) -> set[str]:
    """What the manager may do with it, in sight or folded beneath."""
    shown = now(record, town.access("manager"))
    return {act.transition.name for act in (*shown.acts, *shown.more)}


def fresh(record: Improvement) -> Improvement:
    found: Improvement = Improvement.objects.select_related("unit", "owner", "created_by").get(pk=record.pk)
    return found


def test_as_many_working_days_as_it_stands_are_added_to_the_promise(town: Town, clock):
    record = paused(town, sent(town, clock))
    assert record.promised_by == record.due == day("2026-11-25"), "Wednesday, five working days on"
    assert record.tasks.open().get().due == day("2026-11-25")
    kept = Pause.objects.get()
    assert (kept.starts, kept.until, kept.promised_before, kept.reason, kept.by) == (
        day("2026-11-17"), day("2026-11-24"), day("2026-11-18"), WHY, town.manager,
    )  # fmt: skip


def test_the_case_has_been_where_it_is_for_as_long_as_before(town: Town, clock):
    record = sent(town, clock)
    since = record.state_since
    paused(town, record)
    assert (fresh(record).state, fresh(record).state_since) == (record.state, since)


def test_weekends_and_holidays_that_it_stands_over_add_nothing(town: Town, clock):
    clock.move_to(at("2026-12-23 10:00"))
    record = improvement(town.north, town.employee)
    assert record.promised_by == day("2026-12-29")
    record = paused(town, record, "2026-12-28")
    assert record.promised_by == day("2026-12-30"), "only Monday the 28th is a working day"


def test_let_go_earlier_the_days_it_did_not_stand_are_taken_back(town: Town, clock):
    record = paused(town, sent(town, clock))
    clock.move_to(at("2026-11-19 10:00"))
    record = decide(town, fresh(record), "resume", comment="")
    assert record.promised_by == record.due == day("2026-11-20")
    assert record.tasks.open().get().due == day("2026-11-20")
    assert Pause.objects.get().until == day("2026-11-19")
    assert fresh(record).pause is None


def test_let_go_the_same_day_the_promise_is_as_it_was(town: Town, clock):
    record = decide(town, paused(town, sent(town, clock)), "resume")
    assert record.promised_by == day("2026-11-18")


def test_after_its_day_it_goes_by_itself_and_can_be_stopped_again(town: Town, clock):
    record = paused(town, sent(town, clock))
    clock.move_to(at("2026-11-24 00:00"))
    assert fresh(record).pause is None
    record = paused(town, fresh(record), "2026-11-26")
    assert (record.promised_by, Pause.objects.count()) == (day("2026-11-27"), 2)


def test_no_stop_without_a_reason(town: Town, clock):
    record = sent(town, clock)
    with pytest.raises(RuleViolation, match="Write the reason"):
        decide(town, record, "pause", comment=" ", until=day("2026-11-24"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(
            case=record, starts=day("2026-11-17"), until=day("2026-11-18"), promised_before=day("2026-11-18")
        )


@pytest.mark.parametrize("until", [None, "2026-11-17", "2026-11-16", "2027-02-16"])
def test_it_goes_again_on_a_later_day_within_a_quarter(town: Town, clock, until: str | None):
    with pytest.raises(RuleViolation) as refused:
        decide(town, sent(town, clock), "pause", until=day(until) if until else None)
    assert refused.value.field == "until"


def test_stopped_time_and_again_it_stands_for_a_quarter_in_all(town: Town, clock):
    record = paused(town, sent(town, clock), "2027-02-01")
    clock.move_to(at("2027-02-01 09:00"))
    with pytest.raises(RuleViolation, match="at most 90 days in all"):
        paused(town, fresh(record), "2027-03-01")
    record = paused(town, fresh(record), "2027-02-10")
    clock.move_to(at("2027-02-12 09:00"))
    record = decide(town, decide(town, record, "not_now"), "reopen")
    assert paused(town, fresh(record), "2027-03-01").pause, "opened again, it is another promise"


def test_it_is_not_stopped_twice_nor_let_go_when_it_runs(town: Town, clock):
    record = sent(town, clock)
    with pytest.raises(RuleViolation, match="The clock is running"):
        decide(town, record, "resume")
    paused(town, record)
    with pytest.raises(RuleViolation, match="stopped already, until 24 November"):
        paused(town, record)


def test_only_those_who_handle_it_stop_the_clock(town: Town, clock):
    record = sent(town, clock)
    with pytest.raises(NotYours):
        move(
            record_id=record.pk, name="pause", access=town.access("employee"), comment="Stop",
            data={"until": day("2026-11-24")},
        )  # fmt: skip


def test_the_sender_is_told_at_once_and_reads_why(town: Town, clock):
    record = paused(town, sent(town, clock))
    told = Notification.objects.get(person=town.employee, event="moved")
    assert (told.urgent, told.decision.comment) == (True, WHY)
    found = promise(fresh(record))
    assert found.sentence == "Answer promised by 25 November"
    assert found.stopped == f"The clock stands still until 24 November: {WHY}"
    entry = timeline(record, town.access("employee")).entries[0]
    assert (entry.text, entry.speech) == ("stopped the answer clock", WHY)
    assert entry.detail == "The clock goes again on 24 November. Answer promised by 25 November"


def test_one_of_the_two_is_offered_and_the_other_not_even_explained(town: Town, clock):
    record = sent(town, clock)
    assert {"pause", "resume"} & offered(town, record) == {"pause"}
    record = fresh(paused(town, record))
    assert {"pause", "resume"} & offered(town, record) == {"resume"}
    reasons = now(record, town.access("employee")).reasons
    assert not any("Stop the clock" in reason.label for reason in reasons)


def test_while_it_stands_the_duty_does_not_move_up_and_those_who_owe_it_keep_it(town: Town, clock):
    record = sent(town, clock)
    clock.move_to(at("2026-11-19 06:00"))
    assert duties_move_up(access=SystemAccess("the answer clock")) == 1
    record = paused(town, record, "2026-11-26")
    owing = dict(record.tasks.open().values_list("assignee__name", "due"))
    assert owing == {"Manager": day("2026-11-25"), "Care Head": day("2026-11-27")}
    for on in ("2026-11-23", "2026-11-25"):
        clock.move_to(at(f"{on} 06:00"))
        assert duties_move_up(access=SystemAccess("the answer clock")) == 0
    assert fresh(record).tasks.open().count() == 2


def test_opened_again_it_is_not_stopped_by_an_old_pause(town: Town, clock):
    record = decide(town, paused(town, sent(town, clock)), "not_now")
    record = decide(town, fresh(record), "reopen", by="employee")
    assert (fresh(record).pause, record.promised_by) == (None, day("2026-11-19"))


def test_answered_after_days_are_counted_from_when_it_was_opened_again(town: Town, clock):
    record = decide(town, sent(town, clock), "not_now")
    clock.move_to(at("2027-11-16 10:00"))
    record = decide(town, fresh(record), "reopen", by="employee")
    clock.move_to(at("2027-11-17 10:00"))
    record = decide(town, fresh(record), "not_now")
    assert promise(fresh(record)).sentence == "Answered after 1 working day"


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        ("2026-11-20 15:00", "Answered the same day"),
        ("2026-11-22 15:00", "Answered before the next working day"),
        ("2026-11-23 15:00", "Answered after 1 working day"),
    ],
)
def test_what_is_answered_over_the_weekend_was_not_answered_the_same_day(
    town: Town, clock, answered: str, said: str
):
    record = sent(town, clock, on="2026-11-20")
    clock.move_to(at(answered))
    decide(town, record, "not_now")
    found = promise(fresh(record))
    assert found is not None and found.sentence == said


def test_over_the_weekend_after_its_day_it_is_late_and_by_no_working_day(town: Town, clock):
    record = sent(town, clock, on="2026-11-18")
    clock.move_to(at("2026-11-21 12:00"))
    found = promise(fresh(record))
    assert found is not None and found.late
    assert found.sentence == "Answer promised by 20 November: the day has passed"


def test_a_case_untouched_for_a_year_says_a_year(town: Town, clock):
    record = sent(town, clock)
    clock.move_to(at("2027-11-20 10:00"))
    assert promise(record).sentence == "Answer promised by 18 November 2026: 1 year 2 days late"


def test_the_page_asks_until_when_and_why(town: Town, clock, sign_in: Callable[[Person], Client]):
    record = sent(town, clock)
    browser = sign_in(town.manager)
    page = browser.get(f"/r/{record.reference}/move/pause/").content.decode()
    assert "Why must the sender wait?" in page and 'min="2026-11-18"' in page
    answer = browser.post(
        f"/r/{record.reference}/move/pause/", {"comment": WHY, "until": "2026-11-24"}, follow=True
    )
    assert "The clock stands still until 24 November" in answer.content.decode()
    assert f"Stop the clock: done for {record.reference}. Employee, who sent it" in answer.content.decode()
    refused = browser.post(f"/r/{record.reference}/move/resume/", {}, follow=True)
    assert "Answer promised by 18 November" in refused.content.decode()


def test_what_was_late_when_the_clock_was_stopped_is_late_when_it_is_answered_while_it_stands(
    town: Town, clock
):
    record = sent(town, clock)
    clock.move_to(at("2026-11-20 10:00"))
    paused(town, record, "2026-12-18")
    record = decide(town, fresh(record), "not_now")
    assert record.promised_by == day("2026-11-18"), "it stood for no day"
    kept = Improvement.objects.filter(IN_TIME)
    assert not kept.exists() and promise(fresh(record)).late
    assert (fresh(record).pause, Pause.objects.get().until) == (None, day("2026-11-20"))


def test_the_days_it_stood_before_it_was_answered_still_count(town: Town, clock):
    record = paused(town, sent(town, clock), "2026-12-18")
    clock.move_to(at("2026-11-19 10:00"))
    record = decide(town, fresh(record), "just_do", due=day("2026-12-04"))
    assert (record.promised_by, record.due) == (day("2026-11-20"), day("2026-12-04"))
    assert Improvement.objects.filter(IN_TIME).get() == record
