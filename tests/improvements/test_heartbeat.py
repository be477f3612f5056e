"""Each way in has a heartbeat, and a silent one is seen.

Today is Tuesday 17 November 2026.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from improvements.models import Channel, Heartbeat, Improvement
from improvements.selectors.heartbeat import ways_in_card
from improvements.services.heartbeat import Beat, heartbeats_check, pulse
from improvements.services.voices import improvement_submit_unnamed
from qms.organisation.access import SystemAccess, VisitorAccess
from qms.organisation.models import Person
from qms.organisation.services import unit_close
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.moments import at
from tests.improvements.steps import decide

NOON = at("2026-11-17 12:00")
LONG_AGO = NOON - timedelta(20)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Tuesday noon."""
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


def looks(sign_in: Callable[[Person], Client], who: Person, record: Improvement) -> None:
    assert sign_in(who).get(record.get_absolute_url()).status_code == 200
    record.refresh_from_db()


def check() -> int:
    """How many ways in were found silent."""
    return heartbeats_check(access=SystemAccess("ways in"))


def pulse_of(unit: object) -> str:
    return Heartbeat.objects.get(unit=unit).pulse


def test_opened_is_when_somebody_who_handles_it_first_looks(town: Town, clock, sign_in):
    record = improvement(town.north, town.employee)
    for who in (town.employee, town.reader, town.auditor):
        looks(sign_in, who, record)
    assert record.opened_at is None
    looks(sign_in, town.handler, record)
    assert record.opened_at == NOON
    clock.move_to(NOON + timedelta(hours=3))
    looks(sign_in, town.manager, record)
    assert record.opened_at == NOON, "once"
    assert record.history.count() == 1, "no change of the case"


def test_the_sender_does_not_open_their_own_even_where_they_handle(town: Town, clock, sign_in):
    record = improvement(town.north, town.manager)
    looks(sign_in, town.manager, record)
    assert record.opened_at is None


def test_who_answers_without_looking_has_opened_it(town: Town, clock):
    record = decide(town, improvement(town.north, town.employee), "not_now")
    assert record.opened_at == record.answered_at == NOON


@pytest.mark.parametrize(
    ("beat", "found"),
    [
        (Beat(), "unknown"),
        (Beat(NOON - timedelta(30), NOON, count=4), "unknown"),
        (Beat(NOON - timedelta(40), NOON, count=5), "well"),
        # Usually ten days apart: twenty are not yet silence, twenty-one are.
        (Beat(NOON - timedelta(60), NOON - timedelta(20), count=5), "well"),
        (Beat(NOON - timedelta(61), NOON - timedelta(21), count=5), "quiet"),
        # Every day: a fortnight is waited.
        (Beat(NOON - timedelta(54), NOON - timedelta(14), count=41), "well"),
        (Beat(NOON - timedelta(55), NOON - timedelta(15), count=41), "quiet"),
        (Beat(NOON - timedelta(900), NOON - timedelta(700), count=99, comes_by_itself=False), "unknown"),
        (Beat(NOON, NOON, count=1, unread_since=NOON - timedelta(9)), "unread"),
        (Beat(NOON, NOON, LONG_AGO - timedelta(1), count=1, unread_since=LONG_AGO), "unread"),
        # Others that came after were opened: one case lies, the way in is open.
        (Beat(NOON, NOON, LONG_AGO + timedelta(1), count=1, unread_since=LONG_AGO), "unknown"),
        (Beat(NOON, NOON, count=1, stuck_since=LONG_AGO), "unanswered"),
        (Beat(NOON, NOON, answered_at=LONG_AGO - timedelta(1), count=1, stuck_since=LONG_AGO), "unanswered"),
        (Beat(NOON, NOON, answered_at=LONG_AGO + timedelta(1), count=1, stuck_since=LONG_AGO), "unknown"),
    ],
)  # fmt: skip
def test_the_rules_of_silence(beat: Beat, found: str):
    assert pulse(beat, NOON) == found


def test_what_nobody_has_opened_by_its_day_is_a_silent_way_in(town: Town, clock, sign_in):
    clock.move_to(at("2026-11-11 09:00"))
    record = improvement(town.north, town.employee)
    clock.move_to(at("2026-11-13 09:00"))
    check()
    assert pulse_of(town.north) == "unknown", "its day is today"
    clock.move_to(NOON)
    check()
    row = Heartbeat.objects.get(unit=town.north)
    assert (row.pulse, row.waits_since, row.opened_at) == ("unread", at("2026-11-11 09:00"), None)
    looks(sign_in, town.manager, record)
    check()
    assert pulse_of(town.north) == "unknown"


def test_what_is_long_late_while_nothing_is_answered_is_a_silent_way_in(town: Town, clock, sign_in):
    clock.move_to(at("2026-11-01 09:00"))
    record = improvement(town.north, town.employee)
    clock.move_to(NOON)
    looks(sign_in, town.manager, record)
    check()
    assert pulse_of(town.north) == "unanswered"
    decide(town, improvement(town.north, town.employee), "not_now")
    check()
    assert pulse_of(town.north) == "unknown", "something has been answered since"


def test_what_was_opened_again_and_lies_since_is_a_silent_way_in_whatever_was_answered_before(
    town: Town, clock
):
    clock.move_to(at("2026-09-01 09:00"))
    record = improvement(town.north, town.employee)
    decide(town, record, "not_now")
    clock.move_to(at("2026-10-01 09:00"))
    decide(town, improvement(town.north, town.employee), "not_now")
    clock.move_to(at("2026-10-20 09:00"))
    decide(town, record, "reopen", by="employee")
    clock.move_to(NOON)
    check()
    row = Heartbeat.objects.get(unit=town.north)
    assert (row.pulse, row.waits_since) == ("unanswered", at("2026-10-20 09:00"))


def test_a_unit_that_nothing_comes_to_any_more_has_gone_quiet(town: Town, clock):
    for n in range(5):
        clock.move_to(at("2026-06-01 09:00") + timedelta(days=20 * n))
        decide(town, improvement(town.north, town.employee), "not_now")
    clock.move_to(NOON)
    check()
    row = Heartbeat.objects.get(unit=town.north)
    assert (row.pulse, row.count, round(row.usual_days or 0), row.waits_since) == (
        "quiet", 5, 20, at("2026-08-20 09:00"),
    )  # fmt: skip


def test_a_check_says_what_it_found_and_a_second_one_finds_the_same(town: Town, clock):
    improvement(town.north, town.employee)
    clock.move_to(NOON + timedelta(days=7))
    assert check() == check() == 1
    assert Heartbeat.objects.count() == 5


def test_each_channel_has_a_beat_of_its_own(town: Town, clock, sign_in):
    looks(sign_in, town.manager, improvement(town.north, town.employee))
    sent = improvement_submit_unnamed(
        text="The gate", unit=town.north, channel=Channel.RESIDENTS, access=VisitorAccess()
    )
    clock.move_to(NOON + timedelta(days=7))
    check()
    assert dict(Heartbeat.objects.filter(unit=town.north).values_list("channel", "pulse")) == {
        "staff": "unknown",
        "residents": "unread",
    }
    looks(sign_in, town.manager, sent.record)
    check()
    assert set(Heartbeat.objects.values_list("pulse", flat=True)) == {"unknown"}


def test_a_unit_that_has_closed_is_no_way_in(town: Town, clock):
    unit_close(unit_id=town.south.pk, access=town.access("admin"))
    check()
    assert not Heartbeat.objects.filter(unit=town.south).exists()


def test_what_is_kept_closer_than_restricted_leaves_no_beat(town: Town, clock, monkeypatch):
    improvement(town.north, town.employee)
    monkeypatch.setattr("improvements.services.heartbeat.SPREADS", ("public",))
    check()
    assert Heartbeat.objects.get(unit=town.north).count == 0


def test_the_card_says_how_many_of_those_we_know_about(town: Town, clock):
    improvement(town.north, town.employee)
    clock.move_to(NOON + timedelta(days=7))
    check()
    found = ways_in_card(town.access("quality"))
    assert (found.value, found.of, found.tone) == (1, 1, "danger")
    assert found.note == "about 4 more nothing can be known"
    assert ways_in_card(town.access("outsider")).value == 0, "another department"


def test_before_the_first_check_and_after_an_old_one_the_card_is_unknown(town: Town, clock):
    assert ways_in_card(town.access("quality")).value is None
    check()
    clock.move_to(NOON + timedelta(days=3))
    found = ways_in_card(town.access("quality"))
    assert (found.value, found.note) == (None, "Was last looked at 17 Nov 12:00.")


def test_the_page_shows_the_silent_ones_first_and_explains_the_rule(town: Town, clock, sign_in):
    improvement(town.south, town.employee)
    clock.move_to(NOON + timedelta(days=7))
    improvement(town.north, town.employee)
    check()
    page = sign_in(town.care_head).get("/improvements/ways-in/").content.decode()
    assert page.index("Nobody opens") < page.index(
        "Unknown</span>" if "Unknown</span>" in page else "Unknown"
    )
    assert "1 of 1 is silent." in page and "twice" not in page
    assert "Has gone quiet: nothing has come for 2 times as long as usual" in page


def test_only_those_who_follow_a_unit_see_its_ways_in(town: Town, clock, sign_in):
    assert sign_in(town.employee).get("/improvements/ways-in/").status_code == 403
    assert sign_in(town.manager).get(f"/improvements/ways-in/?unit={town.south.pk}").status_code == 404
    assert sign_in(town.care_head).get(f"/improvements/ways-in/?unit={town.south.pk}").status_code == 200
    assert sign_in(town.manager).get("/improvements/ways-in/?unit=x").status_code == 404
