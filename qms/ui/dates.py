"""Dates and times as people say them: "Today", "Fri 20 Nov", "3 days late", "yesterday 08:40".

All words go through gettext, also the formats: each language may order day and month its own way.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, pgettext

NEAR_DAYS = 7  # within a week a date is said with its weekday


@dataclass(frozen=True)
class Due:
    """A due date in words, and the same within a sentence ("today"): `late` is true when it has passed
    and the matter is still open."""

    text: str
    inside: str
    late: bool
    iso: str
    full: str


def as_day(value: date | datetime) -> date:
    """The local calendar day of a date or a point in time."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day_text(value: date | datetime) -> str:
    """A day that is neither near nor late: with its year only when that is not this year."""
    day = as_day(value)
    if day.year == timezone.localdate().year:
        return date_format(day, pgettext("day without year", "j F"))
    return date_format(day, pgettext("day with year", "j F Y"))


def span_text(start: date, end: date) -> str:
    """The time from one day to another, said truthfully: Monday to Wednesday is 2 days, and what has lain
    for a year and two days says "1 year 2 days". Days are calendar days; a year ends on its own date.
    """
    years, days = _years_and_days(start, max(start, end))
    told_years = ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    told_days = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    if not years:
        return told_days if days else gettext("less than a day")
    return f"{told_years} {told_days}" if days else told_years


def _years_and_days(start: date, end: date) -> tuple[int, int]:
    years = end.year - start.year
    if _anniversary(start, years) > end:
        years -= 1
    return years, (end - _anniversary(start, years)).days


def _anniversary(start: date, years: int) -> date:
    """The same date `years` later; the 29th of February falls on the 1st of March where there is none."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def short_day_text(value: date | datetime) -> str:
    """A day in a narrow column: "16 Nov", "16 Nov 2025"."""
    return _short_day(as_day(value), timezone.localdate().year, get_language() or "")


@lru_cache(maxsize=2048)
def _short_day(day: date, this_year: int, language: str) -> str:
    if day.year == this_year:
        return date_format(day, pgettext("short day", "j M"))
    return date_format(day, pgettext("short day with year", "j M Y"))


def weekday_text(value: date | datetime) -> str:
    """A day with its weekday: "Thursday 19 November", for a promise in a sentence."""
    day = as_day(value)
    if day.year == timezone.localdate().year:
        return date_format(day, pgettext("day with weekday", "l j F"))
    return date_format(day, pgettext("day with weekday and year", "l j F Y"))


def due_text(value: date | datetime, *, closed: bool = False) -> Due:
    """The next date that matters, as shown in lists and heads.

    A closed matter is never late: its date is then only told.
    """
    return _due(as_day(value), timezone.localdate(), closed, get_language() or "")


@lru_cache(maxsize=2048)
def _due(day: date, today: date, closed: bool, language: str) -> Due:
    """The answer of `due_text`, kept: lists say the same few dates again and again."""
    full = date_format(day, pgettext("day with year", "j F Y"))
    distance = (day - today).days
    if closed:
        text = day_text(day)
    elif distance < 0:
        text = gettext("%(span)s late") % {"span": span_text(day, today)}
    elif distance == 0:
        text = pgettext("in a sentence", "today")
    elif distance == 1:
        text = pgettext("in a sentence", "tomorrow")
    elif distance <= NEAR_DAYS:
        text = date_format(day, pgettext("day within a week", "D j M"))
    else:
        text = day_text(day)
    late = distance < 0 and not closed
    return Due(text=capfirst(text), inside=text, late=late, iso=day.isoformat(), full=full)


def moment_text(value: datetime) -> str:
    """When something happened: "today 09:22", "yesterday 08:40", "16 Nov 08:05", "16 Nov 2025"."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    today = timezone.localdate()
    clock = date_format(local, "H:i")
    if local.date() == today:
        return gettext("today %(time)s") % {"time": clock}
    if local.date() == today - timedelta(days=1):
        return gettext("yesterday %(time)s") % {"time": clock}
    if local.year == today.year:
        return date_format(local, pgettext("short day and time", "j M H:i"))
    return date_format(local, pgettext("short day with year", "j M Y"))
