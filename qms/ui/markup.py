"""The small components that lists repeat: markup made in Python, and kept, because a page has hundreds.

The template tags are these functions; a list that shows many rows may ask them itself.
"""

from datetime import date, datetime
from functools import lru_cache

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from qms.ui import dates, icons
from qms.ui.components import PersonLike, StateLike
from qms.ui.html import filled


def state(state: StateLike) -> SafeString:
    """A state in a list: coloured icon, plain word."""
    return _state(state.tone, state.icon, str(state.label))


@lru_cache(maxsize=500)
def _state(tone: str, icon: str, label: str) -> SafeString:
    return filled('<span class="state" data-color="{}">{}{}</span>', tone, icons.icon(icon), label)


def avatar(person: PersonLike) -> SafeString:
    """A person's initials, as decoration beside their name."""
    return _avatar(person.initials)


def _avatar(initials: str) -> SafeString:
    return filled(
        '<span class="ds-avatar" data-size="xs" data-initials="{}" aria-hidden="true"></span>', initials
    )


def person(person: PersonLike | None, url: str = "") -> SafeString:
    """Initials and name; nobody and somebody who has left are said in words."""
    if person is None:
        return filled('<span class="quiet">{}</span>', gettext("No one yet"))
    left = "" if person.is_active else gettext("(has left)")
    return _person(person.name, person.initials, left, url)


@lru_cache(maxsize=2000)
def _person(name: str, initials: str, left: str, url: str) -> SafeString:
    return filled(
        '<span class="person">{}<span>{}{}</span></span>',
        _avatar(initials),
        filled('<a class="ds-link" href="{}">{}</a>', url, name) if url else name,
        filled(' <span class="hint">{}</span>', left) if left else "",
    )


def due(value: date | datetime | None, *, closed: bool = False, inside: bool = False) -> SafeString:
    """A due date with what it means: late in words and with an icon, else just the date.

    `inside` a sentence it begins with a small letter.
    """
    if value is None:
        return filled('<span class="due">{}</span>', gettext("No date"))
    return _due(dates.due_text(value, closed=closed), inside)


@lru_cache(maxsize=2000)
def _due(due: dates.Due, inside: bool) -> SafeString:
    time = filled(
        '<time datetime="{}" title="{}">{}</time>', due.iso, due.full, due.inside if inside else due.text
    )
    if due.late:
        return filled('<span class="due" data-color="danger">{} {}</span>', icons.icon("late-fill"), time)
    return filled('<span class="due">{}</span>', time)


def short_day(value: date | datetime | None) -> SafeString:
    """A date that is no deadline, in a narrow column: "16 Nov", "16 Nov 2025"."""
    return _time(dates.as_day(value), dates.short_day_text(value)) if value else SafeString("")


@lru_cache(maxsize=2000)
def _time(day: date, text: str) -> SafeString:
    return filled('<time datetime="{}">{}</time>', day.isoformat(), text)
