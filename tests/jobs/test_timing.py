"""Slots of the timetable: weekdays, clock changes, odd moments."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest

from qms.jobs.timing import Daily, Every


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_daily_job_is_due_at_its_local_time_winter_and_summer():
    six = Daily(time(6))
    assert six.latest(utc("2026-01-15 05:00")) == utc("2026-01-15 05:00")
    assert six.latest(utc("2026-07-15 04:00")) == utc("2026-07-15 04:00")


def test_before_its_time_the_latest_slot_is_yesterdays():
    assert Daily(time(6)).latest(utc("2026-11-17 04:59:59")) == utc("2026-11-16 05:00")


@pytest.mark.parametrize("at", [time(2, 30), time(0), time(6), time(23, 59)])
@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_every_local_day_has_exactly_one_slot_also_when_the_clocks_change(at: time, change: str):
    daily, start = Daily(at), utc(change) - timedelta(days=2)
    minutes = (start + timedelta(minutes=5 * step) for step in range(4 * 24 * 12))
    slots = sorted({daily.latest(minute) for minute in minutes})
    gaps = {later - earlier for earlier, later in pairwise(slots)}
    assert len(slots) in (4, 5)
    assert gaps <= {timedelta(hours=hours) for hours in (23, 24, 25)}


def test_a_time_that_does_not_exist_in_spring_is_an_hour_later():
    assert Daily(time(2, 30)).latest(utc("2026-03-29 12:00")) == utc("2026-03-29 01:30")


def test_of_two_equal_times_in_autumn_the_first_counts():
    assert Daily(time(2, 30)).latest(utc("2026-10-25 12:00")) == utc("2026-10-25 00:30")


@pytest.mark.parametrize("timing", [Daily(time(6)), Every(1), Every(15)])
def test_the_following_slot_is_the_first_that_is_later(timing):
    moment = utc("2026-03-28 23:17:31")
    for _ in range(5):
        following = timing.following(moment)
        assert following > moment
        assert timing.latest(following) == following
        assert timing.latest(following - timedelta(seconds=1)) < following
        moment = following


def test_every_quarter_of_an_hour_begins_on_the_quarter():
    assert Every(15).latest(utc("2026-11-17 10:59:59")) == utc("2026-11-17 10:45")
