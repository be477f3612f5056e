"""Working days in the municipality's country: promises are counted in them."""

from datetime import date, timedelta
from functools import cache

import holidays
from django.conf import settings

# Days on which Swedish and Norwegian municipalities keep closed though the calendar calls them workdays.
_EVES = {"SE": ((12, 24), (12, 31)), "NO": ((12, 24), (12, 31))}


@cache
def _public_holidays(country: str, year: int) -> frozenset[date]:
    # Swedish law counts every Sunday as a holiday; weekends are counted apart here.
    return frozenset(holidays.country_holidays(country, years=year))


def is_working_day(day: date) -> bool:
    """Whether `day` is neither weekend, public holiday nor an eve that is kept as one."""
    country = settings.HOLIDAY_COUNTRY
    return (
        day.weekday() < 5
        and day not in _public_holidays(country, day.year)
        and (day.month, day.day) not in _EVES.get(country, ())
        and not (country == "SE" and _is_midsummer_eve(day))
    )


def _is_midsummer_eve(day: date) -> bool:
    """A Friday that moves, and that Sweden keeps as a holiday though the calendar does not."""
    return day.month == 6 and 19 <= day.day <= 25 and day.weekday() == 4


def add_working_days(start: date, days: int) -> date:
    """The date `days` working days after `start`; the day itself does not count.

    Monday plus 2 is Wednesday; Friday plus 2 is Tuesday; Tuesday minus 2 is Friday.
    """
    day, step = start, timedelta(days=1 if days > 0 else -1)
    left = abs(days)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def on_working_day(day: date) -> date:
    """`day` itself, or the next working day after it."""
    return day if is_working_day(day) else add_working_days(day, 1)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; 0 when `end` is not later.

    Monday to Wednesday is 2; Friday to Monday is 1.
    """
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=day)) for day in range(1, days + 1))
