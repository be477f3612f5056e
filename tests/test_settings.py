"""The environment: what cannot be worked with is named before anybody does."""

import os
import subprocess
import sys

import pytest
from django.core.checks import Error

from qms.checks_settings import check_settings


def said() -> list[str]:
    found = check_settings()
    assert all(isinstance(fault, Error) for fault in found)
    return [str(fault.msg) for fault in found]


def test_as_delivered_nothing_is_wrong():
    assert said() == []


@pytest.mark.parametrize("letter", ["", "a/b", "f", "F2", "KVALITETSLEDNING"])
def test_a_series_has_a_letter_that_stands_in_an_address(settings, letter: str):
    settings.SERIES_LETTERS = {**settings.SERIES_LETTERS, "improvement": letter}
    assert said() == [f"SERIES_IMPROVEMENT is {letter!r} but must be one to ten capital letters."]


def test_two_series_cannot_share_a_letter(settings):
    settings.SERIES_LETTERS = {"improvement": "F", "action": "Å", "document": "F"}
    assert said() == [
        "SERIES_IMPROVEMENT, SERIES_DOCUMENT are all 'F': two series cannot share their references."
    ]


@pytest.mark.parametrize(
    ("setting", "value", "name"),
    [
        ("SESSION_COOKIE_AGE", 0, "SESSION_HOURS"),
        ("ATTACHMENT_MAX_BYTES", 0, "ATTACHMENT_MAX_MB"),
        ("ANSWER_PROMISE_DAYS", -1, "ANSWER_PROMISE_DAYS"),
        ("COUNTED_MINUTES", -5, "COUNTED_MINUTES"),
        ("ACCOUNT_RATE_LIMITS", {"login": "lots", "login_failed": "5/m/key"}, "LOGIN_RATE_LIMIT"),
        ("CLAMD_URL", "scanner:3310", "CLAMD_URL"),
        ("CLAMD_URL", "tcp://scanner:x", "CLAMD_URL"),
        ("SITE_URL", "kvalitet.example.se", "SITE_URL"),
        ("SITE_URL", "https://example.se/kvalitet", "SITE_URL"),
    ],
)
def test_what_would_do_harm_later_is_named(settings, setting: str, value: object, name: str):
    setattr(settings, setting, value)
    [fault] = said()
    assert fault.startswith(name)


@pytest.mark.parametrize("address", ["tcp://scanner", "tcp://scanner:3310", "unix:///run/clamd.sock"])
def test_a_virus_scanner_is_reached_by_network_or_socket(settings, address: str):
    settings.CLAMD_URL = address
    assert said() == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("DIGEST_HOUR", "25", "DIGEST_HOUR is 25 but must be one of: 0, 1, 2"),
        ("HOLIDAY_COUNTRY", "XX", "HOLIDAY_COUNTRY is 'XX' but must be one of: SE, NO"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL is 'LOUD' but must be one of: DEBUG"),
        ("TIME_ZONE", "Mars/North", "TIME_ZONE is 'Mars/North', which is no time zone"),
        ("READ_DAYS", "soon", "READ_DAYS cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named_where_the_program_stops(name: str, value: str, fault: str):
    environment = {**os.environ, name: value}
    told = subprocess.run(
        [sys.executable, "-c", "import qms.settings"], env=environment, capture_output=True, text=True
    )
    assert told.returncode and fault in told.stderr.splitlines()[-1]


def test_two_installations_on_one_broker_share_neither_jobs_nor_what_was_counted():
    said = "import qms.settings as s; print(s.CELERY_TASK_DEFAULT_QUEUE, s.CACHES['default']['KEY_PREFIX'])"
    environment = {**os.environ, "QUEUE": "another"}
    told = subprocess.run([sys.executable, "-c", said], env=environment, capture_output=True, text=True)
    assert told.stdout.split() == ["another", "another"]
