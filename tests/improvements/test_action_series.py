"""Actions that come again: the next one opens when one is done, once, on a working day.

November 2026: the 16th is a Monday.
"""

import threading
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from improvements.models import Action, ActionSeries, Improvement
from improvements.services import (
    Rhythm,
    action_add,
    series_change,
    series_end,
    series_pause,
    series_resume,
)
from improvements.services.flag_settings import flag_handler_add
from improvements.services.flags import flag_set
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.models import Unit
from qms.organisation.services import person_deactivate, unit_close, unit_merge
from qms.records.models import Decision, Task
from qms.records.services import move
from qms.workdays import is_working_day
from tests.conftest import Town, build_town
from tests.factories import improvement
from tests.improvements.moments import at, day
from tests.improvements.steps import decide, handled, plan
from tests.improvements.test_merge import sees


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at("2026-11-16 08:00"), tick=False) as travelling:
        yield travelling


@pytest.fixture
def case(town: Town, clock):
    return handled(town, improvement(town.north, town.employee))


def repeat(town: Town, case, due: str, every: int = 1, period: str = "months", until: str = "") -> Action:
    return action_add(
        source_id=case.pk,
        title="Test the smoke detector",
        owner=town.handler,
        due=day(due),
        rhythm=Rhythm(every, period, day(until) if until else None),
        access=town.access("manager"),
    )


def do(town: Town, action: Action, by: str = "handler") -> Action | None:
    """It is done; the one that follows, if any."""
    decide(town, action, "done", by=by, comment="It rings")
    return Action.objects.filter(previous=action).first()


def test_when_one_is_done_the_next_opens_linked_to_it_and_its_owners_task(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20", every=2, period="weeks")
    following = do(town, first)
    assert (following.due, following.owner, following.source_id) == (day("2026-12-04"), town.handler, case.pk)
    assert (following.previous, following.occurrence) == (first, 1)
    assert Task.objects.open().get(record=following).assignee == town.handler
    assert first.decisions.last().details == {"next": following.reference, "next_due": "2026-12-04"}
    assert following.created_by == town.manager, "whoever planned it, not whoever did the one before"


def test_where_its_owner_has_left_the_next_is_whoever_answers_for_the_unit(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20")
    town.handler.is_active = False
    town.handler.save()
    following = do(town, first, by="manager")
    assert following.owner == town.manager == Task.objects.open().get(record=following).assignee


def closes(town: Town, how: str) -> Unit:
    """North is no more; the unit that goes on."""
    access = town.access("admin")
    if how == "merged":
        unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=access)
        return town.south
    unit_close(unit_id=town.north.pk, access=access)
    return town.care


@pytest.mark.parametrize("how", ["merged", "closed"])
def test_where_its_unit_is_no_more_the_next_is_for_the_one_that_goes_on(town: Town, case, clock, how: str):
    first = repeat(town, case, "2026-11-20")
    series_pause(action_id=first.pk, access=town.access("manager"))
    do(town, first)
    into = closes(town, how)
    following = series_resume(action_id=first.pk, access=town.access("quality"))
    assert following is not None
    assert (following.unit, following.owner) == (into, town.handler)


@pytest.mark.parametrize("how", ["merged", "closed"])
def test_what_is_opened_again_after_its_unit_is_no_more_is_for_the_one_that_goes_on(
    town: Town, case, clock, how: str
):
    action = plan(town, case, town.handler)
    decide(town, action, "done", by="handler", comment="It rings")
    ended = decide(town, improvement(town.north, town.employee), "not_now")
    into = closes(town, how)
    head = into.head
    ended = decide(town, ended, "reopen", by="employee", comment="It is worse")
    assert (ended.unit, ended.owner, Task.objects.open().get(record=ended).assignee) == (into, head, head)
    person_deactivate(person_id=town.handler.pk, access=town.access("admin"))
    action = decide(town, action, "reopen", by="quality", comment="It is silent", due=day("2026-11-27"))
    assert (action.unit, action.owner, Task.objects.open().get(record=action).assignee) == (into, head, head)
    names = {"unit": "North", "into": into.name}
    assert [row.details for row in action.decisions.filter(name=Decision.WENT_ALONG)] == [names]


def test_the_next_of_what_is_sealed_goes_to_nobody_but_those_named_on_it(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20")
    Improvement.objects.filter(pk=case.pk).update(owner=town.handler)
    access = town.access("quality")
    flag_handler_add(kind="lex_sarah", person=town.quality, access=access)
    flag_set(record_id=case.pk, kind="lex_sarah", why="Grave", known_at=at("2026-11-15 10:00"), access=access)
    town.handler.is_active = False
    town.handler.save()
    following = do(town, first, by="quality")
    assert following is not None
    assert following.owner == town.quality == Task.objects.open().get(record=following).assignee
    assert not sees(town, "manager", following)


@pytest.mark.parametrize(
    ("period", "every", "first", "then"),
    [
        ("weeks", 1, "2026-12-17", "2026-12-28"),  # the 24th and the days after are kept free
        ("weeks", 1, "2026-12-30", "2027-01-07"),  # the 6th is Epiphany
        ("months", 1, "2027-05-17", "2027-06-17"),
        ("months", 1, "2027-05-25", "2027-06-28"),  # Midsummer Eve
        ("months", 1, "2027-01-29", "2027-03-01"),  # the 29th of February is a 28th, a Sunday
        ("months", 3, "2026-11-30", "2027-03-01"),  # over a year's end to the end of February
        ("years", 1, "2026-11-20", "2027-11-22"),  # a Saturday the year after
        ("weeks", 1, "2027-03-24", "2027-03-31"),  # over the night the clocks go forward
        ("weeks", 1, "2027-10-29", "2027-11-05"),  # and over the one they go back
    ],
)
def test_the_next_falls_on_a_working_day(town: Town, case, clock, period, every, first, then):
    action = repeat(town, case, first, every, period)
    clock.move_to(at(f"{action.due} 23:30"))
    following = do(town, action)
    assert following.due == day(then)
    assert is_working_day(following.due)


def test_the_rhythm_is_counted_from_its_first_day_so_that_it_never_drifts(town: Town, case, clock):
    action = repeat(town, case, "2027-01-31")
    assert action.due == day("2027-02-01"), "the 31st is a Sunday"
    days = []
    for _time in range(4):
        clock.move_to(at(f"{action.due} 12:00"))
        action = do(town, action)
        days.append(action.due.isoformat())
    assert days == ["2027-03-01", "2027-03-31", "2027-04-30", "2027-05-31"]


def test_one_done_late_skips_the_days_that_have_passed(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20", period="weeks")
    clock.move_to(at("2026-12-11 09:00"))  # a Friday: the day of the fourth
    following = do(town, first)
    assert (following.occurrence, following.due) == (4, day("2026-12-18"))


def test_one_done_early_leaves_the_rhythm_as_it_is(town: Town, case, clock):
    assert do(town, repeat(town, case, "2026-12-16")).due == day("2027-01-18"), "the 16th is a Saturday"


def test_a_new_date_moves_only_the_one(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20")
    decide(town, first, "postpone", by="handler", due=day("2026-12-01"))
    assert do(town, first).due == day("2026-12-21"), "the 20th is a Sunday"


def test_the_series_ends_with_its_last_day(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20", period="weeks", until="2026-12-01")
    second = do(town, first)
    assert second.due == day("2026-11-27")
    assert do(town, second) is None
    assert ActionSeries.objects.get().ended_at


def test_what_comes_again_holds_its_case_only_until_the_first_is_done(town: Town, case, clock):
    following = do(town, repeat(town, case, "2026-11-20"))
    waiting = list(Task.objects.open().filter(record=case).values_list("kind", flat=True))
    assert waiting == ["finish"]
    decide(town, case, "withdraw", by="employee")
    following.refresh_from_db()
    assert following.state == "dropped", "a case that ends undone takes everything with it"


def test_it_goes_on_after_its_case_was_closed(town: Town, clock):
    case = improvement(town.north, town.employee)
    decide(town, case, "just_do", due=day("2026-11-30"))
    following = do(town, repeat(town, case, "2026-11-20"))
    decide(town, case, "done")
    decide(town, case, "close", no_registry_reason="Kept in order")
    assert do(town, following).is_open
    again = decide(town, following, "reopen", by="handler", due=day("2026-12-30"))
    assert again.is_open


def test_opened_again_and_done_again_it_opens_no_second_one(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20")
    do(town, first)
    decide(town, first, "reopen", by="handler", due=day("2026-11-25"))
    decide(town, first, "done", by="handler")
    assert Action.objects.filter(previous=first).count() == 1


def test_dropped_it_ends_unless_only_this_time_is_left_out(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20")
    decide(town, first, "drop", goes_on=True)
    second = Action.objects.get(previous=first)
    assert second.due == day("2026-12-21")
    decide(town, second, "drop")
    assert not Action.objects.filter(previous=second).exists()
    assert ActionSeries.objects.get().ended_at


def test_paused_it_opens_nothing_until_it_goes_on(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20", period="weeks")
    manager = town.access("manager")
    series_pause(action_id=first.pk, access=manager)
    assert do(town, first) is None
    clock.move_to(at("2026-12-09 08:00"))
    following = series_resume(action_id=first.pk, access=manager)
    assert (following.previous, following.due) == (first, day("2026-12-11"))
    assert series_resume(action_id=first.pk, access=manager) is None, "it goes on already"
    assert Action.objects.open().count() == 1


def test_going_on_while_one_is_open_opens_no_second_one(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20")
    series_pause(action_id=first.pk, access=town.access("manager"))
    assert series_resume(action_id=first.pk, access=town.access("manager")) is None
    assert Action.objects.count() == 1


def test_ended_it_can_neither_go_on_nor_be_changed(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20")
    series_end(action_id=first.pk, access=town.access("manager"))
    assert do(town, first) is None
    for act in (series_pause, series_resume, series_end):
        with pytest.raises(RuleViolation, match="has ended"):
            act(action_id=first.pk, access=town.access("manager"))


def test_only_those_who_plan_change_the_rhythm_and_it_holds_from_the_next_on(town: Town, case, clock):
    first = repeat(town, case, "2026-11-20")
    with pytest.raises(NotYours):
        series_change(action_id=first.pk, rhythm=Rhythm(1, "weeks"), access=town.access("employee"))
    series_change(action_id=first.pk, rhythm=Rhythm(1, "weeks"), access=town.access("manager"))
    assert do(town, first).due == day("2026-11-27")
    with pytest.raises(RuleViolation, match="after the first time") as refused:
        rhythm = Rhythm(1, "weeks", day("2026-11-01"))
        series_change(action_id=first.pk, rhythm=rhythm, access=town.access("manager"))
    assert refused.value.field == "until"


def test_the_page_pauses_changes_and_ends_it(town: Town, case, clock, client):
    first = repeat(town, case, "2026-11-20")
    client.force_login(town.manager)
    address = f"/improvements/{first.reference}/series/"
    assert "Every month" in client.get(address).content.decode()
    paused = client.post(address, {"act": "pause"}, follow=True).content.decode()
    assert "Manager paused it on" in paused
    page = client.post(address, {"every": "0", "period": "weeks"})
    assert (page.status_code, "Write a number from 1 to 60." in page.content.decode()) == (422, True)
    assert (
        "Every 6 weeks"
        in client.post(address, {"every": "6", "period": "weeks"}, follow=True).content.decode()
    )
    client.post(address, {"act": "end"})
    assert "Nothing more comes" in client.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_done_twice_at_once_it_opens_one():
    town = build_town()
    case = handled(town, improvement(town.north, town.employee))
    first = action_add(
        source_id=case.pk,
        title="Test the smoke detector",
        owner=town.handler,
        due=case.due,
        rhythm=Rhythm(1, "weeks"),
        access=town.access("manager"),
    )
    barrier, outcomes = threading.Barrier(2), []

    def finish(who: str) -> None:
        try:
            access = town.access(who)
            barrier.wait(20)
            move(record_id=first.pk, name="done", comment="It rings", access=access)
            outcomes.append("done")
        except RuleViolation as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=finish, args=(who,)) for who in ("handler", "manager")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert outcomes.count("done") == 1
    assert Action.objects.filter(series__isnull=False).count() == 2


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS, st.sampled_from(["weeks", "months", "years"]), st.integers(1, 60), st.integers(0, 40), DAYS)
def test_the_next_always_lies_ahead_of_today_and_of_the_one_before(starts, period, every, number, today):
    series = ActionSeries(starts=starts, period=period, every=every)
    found = series.following(number, today)
    assert found > number
    assert series.day(found) > series.day(number)
    assert found == number + 1 or series.day(found - 1) <= today
