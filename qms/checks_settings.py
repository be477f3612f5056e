"""System checks on what the environment says: a mistake is named before anybody works with it.

What cannot be read at all (`qms.settings.Environment`) stops the program where it is read; here stands what
can be read and would do harm later, in somebody's work.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.ratelimit import parse_rates
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LETTERS = re.compile(r"[^\W\d_]{1,10}")  # as a reference is read (qms.records.search)
# The variable, what it became, and the least that it can be.
LEAST = (
    ("SESSION_HOURS", "SESSION_COOKIE_AGE", 1),
    ("ATTACHMENT_MAX_MB", "ATTACHMENT_MAX_BYTES", 1),
    ("ATTACHMENT_MAX_COUNT", "ATTACHMENT_MAX_COUNT", 1),
    ("ATTACHMENT_MAX_MEGAPIXELS", "ATTACHMENT_MAX_PIXELS", 1),
    ("ANSWER_PROMISE_DAYS", "ANSWER_PROMISE_DAYS", 1),
    ("READ_DAYS", "READ_DAYS", 1),
    ("COUNTED_MINUTES", "COUNTED_MINUTES", 0),
)


@register()
def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """What the environment says can be worked with."""
    faults = [*_series(), *_numbers(), *_limits(), *_addresses()]
    return [Error(fault, id="qms.E002") for fault in faults]


def _series() -> Iterator[str]:
    letters = settings.SERIES_LETTERS
    for series, letter in letters.items():
        name = f"SERIES_{series.upper()}"
        if not LETTERS.fullmatch(letter) or letter != letter.upper():
            yield f"{name} is {letter!r} but must be one to ten capital letters."
    twice = [letter for letter, count in Counter(letters.values()).items() if count > 1]
    for letter in twice:
        named = ", ".join(f"SERIES_{series.upper()}" for series, own in letters.items() if own == letter)
        yield f"{named} are all {letter!r}: two series cannot share their references."


def _numbers() -> Iterator[str]:
    for name, setting, least in LEAST:
        if getattr(settings, setting) < least:
            yield f"{name} must be at least {least}."


def _limits() -> Iterator[str]:
    for name, key in (("LOGIN_RATE_LIMIT", "login"), ("LOGIN_FAILED_LIMIT", "login_failed")):
        try:
            parse_rates(settings.ACCOUNT_RATE_LIMITS[key])
        except ValueError:
            yield f"{name} is {settings.ACCOUNT_RATE_LIMITS[key]!r} but must read like 60/m/ip."


def _addresses() -> Iterator[str]:
    site = urlsplit(settings.SITE_URL)
    if site.scheme not in ("http", "https") or not site.hostname or site.path:
        yield f"SITE_URL is {settings.SITE_URL!r} but must read like https://kvalitet.example.se."
    if settings.CLAMD_URL and not _is_clamd(settings.CLAMD_URL):
        yield f"CLAMD_URL is {settings.CLAMD_URL!r} but must read like tcp://host:3310 or unix:///path."


def _is_clamd(address: str) -> bool:
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:  # it is no number
        return False
    if url.scheme == "unix":
        return bool(url.path)
    return url.scheme == "tcp" and bool(url.hostname) and port != 0
