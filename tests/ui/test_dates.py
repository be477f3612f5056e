"""Dates in words. Today is Tuesday 17 November 2026 in all of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from qms.ui.dates import day_text, due_text, moment_text, span_text

TODAY = date(2026, 11, 17)


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch):
    noon = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("shift", "text"),
    [
        (-367, "1 year 2 days late"),
        (-365, "1 year late"),
        (-364, "364 days late"),
        (-2, "2 days late"),
        (-1, "1 day late"),
        (0, "Today"),
        (1, "Tomorrow"),
        (3, "Fri 20 Nov"),
        (7, "Tue 24 Nov"),
        (8, "25 November"),
        (60, "16 January 2027"),
    ],
)
def test_a_due_date_is_said_as_people_say_it(shift, text):
    assert due_text(TODAY + timedelta(days=shift)).text == text


@pytest.mark.parametrize(
    ("language", "shift", "text"),
    [
        ("en", 0, "today"),
        ("en", 3, "Fri 20 Nov"),
        ("sv", 1, "i morgon"),
        ("sv", 3, "fre 20 nov"),
        ("nb", 3, "fre 20. nov"),
    ],
)
def test_within_a_sentence_a_due_date_begins_as_the_language_does(language, shift, text):
    with translation.override(language):
        assert due_text(TODAY + timedelta(days=shift)).inside == text


def test_a_due_date_is_late_only_while_the_matter_is_open():
    past = TODAY - timedelta(days=3)
    assert due_text(past).late
    assert not due_text(past, closed=True).late
    assert due_text(past, closed=True).text == "14 November"


def test_today_is_not_late():
    assert not due_text(TODAY).late


def test_a_point_in_time_counts_as_the_local_day_it_falls_on():
    before_midnight_utc = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)
    assert due_text(before_midnight_utc).text == "Today"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 17, 8, 22, tzinfo=UTC), "today 09:22"),
        (datetime(2026, 11, 16, 7, 40, tzinfo=UTC), "yesterday 08:40"),
        (datetime(2026, 11, 12, 7, 5, tzinfo=UTC), "12 Nov 08:05"),
        (datetime(2025, 11, 12, 7, 5, tzinfo=UTC), "12 Nov 2025"),
    ],
)
def test_a_moment_is_said_by_how_far_off_it_is(moment, text):
    assert moment_text(moment) == text


def test_a_day_has_its_year_only_when_it_is_another():
    assert day_text(date(2026, 3, 5)) == "5 March"
    assert day_text(date(2027, 3, 5)) == "5 March 2027"


def test_weekday_and_month_follow_the_language_of_the_page():
    with translation.override("sv"):
        assert due_text(date(2026, 11, 20)).text == "Fre 20 nov"


def render(source, **context: object):
    return Template(source).render(Context(context))


def test_a_late_date_has_an_icon_a_colour_and_the_full_date():
    html = render("{{ date|due }}", date=TODAY - timedelta(days=3))
    assert 'data-color="danger"' in html
    assert "#late-fill" in html
    assert '<time datetime="2026-11-14" title="14 November 2026">3 days late</time>' in html


def test_a_closed_matter_and_a_missing_date_are_quiet():
    closed = render("{% due date closed=at %}", date=TODAY - timedelta(days=3), at=timezone.now())
    assert "danger" not in closed
    assert "No date" in render("{% due None %}")


def test_a_moment_carries_the_machine_readable_time():
    html = render("{{ at|moment }}", at=datetime(2026, 11, 17, 8, 22, tzinfo=UTC))
    assert html == '<time datetime="2026-11-17T08:22:00+00:00">today 09:22</time>'


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2026-11-16", "2026-11-16", "less than a day"),
        ("2026-11-16", "2026-11-17", "1 day"),
        ("2026-11-16", "2026-11-18", "2 days"),
        ("2025-11-17", "2026-11-16", "364 days"),
        ("2025-11-17", "2026-11-17", "1 year"),
        ("2025-11-17", "2026-11-19", "1 year 2 days"),
        ("2023-11-17", "2026-11-18", "3 years 1 day"),
        ("2024-02-29", "2025-02-28", "365 days"),
        ("2024-02-29", "2025-03-01", "1 year"),
        ("2026-03-28", "2026-03-30", "2 days"),  # over the night the clocks change
        ("2026-10-24", "2026-10-26", "2 days"),
        ("2026-11-18", "2026-11-16", "less than a day"),
    ],
)
def test_a_span_of_days_is_said_truthfully(start, end, text):
    assert span_text(date.fromisoformat(start), date.fromisoformat(end)) == text


def test_a_span_of_days_is_said_in_the_readers_language():
    with translation.override("sv"):
        assert span_text(date(2025, 11, 17), date(2026, 11, 19)) == "1 år 2 dagar"
