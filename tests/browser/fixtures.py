"""Fixtures for tests in real Chromium: a plugin that tests/conftest.py loads.

    town_live   the fixed cast, seen by the server too; gone after the test
    open_as     open_as(town.employee, width=360): a page in which the person is signed in
    watch       what the browsers complain of; must be nothing when the test ends

A test in Chromium is long: a whole journey, for the set-up is dear.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import BrowserContext, Page, expect

from qms.organisation.models import Person
from script.launch.machine import HEADLESS_PACKAGES, find_chromium
from tests.browser.server import empty_tables, end_other_sessions, filled_tables, served
from tests.browser.watch import Watch
from tests.conftest import Town, build_town, session_key

PHONE, DESKTOP = 360, 1280
_ARGUMENTS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--font-render-hinting=none",  # letters as wide as on people's screens
]  # fmt: skip

OpenAs = Callable[..., Page]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --shots FOLDER and --scripts-after SECONDS."""
    parser.addoption(
        "--shots", type=Path, metavar="FOLDER", help="write a picture of every page into this folder"
    )
    parser.addoption(
        "--scripts-after",
        type=float,
        default=0,
        metavar="SECONDS",
        help="let every script come late: finds what breaks when somebody is quicker than the line",
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium. Missing: the test is skipped, in CI it fails."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing")
        pytest.skip(f"Chromium is missing. On Debian: sudo apt-get install {' '.join(HEADLESS_PACKAGES)}")
    sandbox = os.geteuid() != 0  # it refuses to run as root
    return {
        **browser_type_launch_args,
        "executable_path": path,
        "args": _ARGUMENTS,
        "chromium_sandbox": sandbox,
    }


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """The test database. pytest-django's own makes none when no test asks for `db` but all for a server."""
    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, keepdb=keep)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            end_other_sessions()
            teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def site(django_db_setup: None, pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of the running product."""
    with served(pytestconfig.getoption("--scripts-after")) as address:
        yield address


@pytest.fixture(scope="session")
def rows_of_migrations(django_db_setup: None, django_db_blocker: Any) -> set[str]:
    """Tables that migrations filled: they stay as they are."""
    with django_db_blocker.unblock():
        return filled_tables()


@pytest.fixture(scope="module")
def rows_until_module_ends(rows_of_migrations: set[str], django_db_blocker: Any) -> Iterator[None]:
    """Rows that are committed, so that the server sees them, and gone when the module ends."""
    with django_db_blocker.unblock():
        yield
        empty_tables(filled_tables() - rows_of_migrations)


@pytest.fixture
def town_live(rows_of_migrations: set[str], django_db_blocker: Any) -> Iterator[Town]:
    """The small town, committed, so that the server sees it; all rows are gone after the test."""
    with django_db_blocker.unblock():
        yield build_town()
        empty_tables(filled_tables() - rows_of_migrations)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Watches every page that the test opens; what is left at the end fails it."""
    found = Watch()
    yield found
    assert not found.remarks, "\n".join(found.remarks)


def sign_in(context: BrowserContext, site: str, who: Person) -> None:
    """Give the browser a session of the person's, past the sign-in page."""
    cookie = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": cookie, "value": session_key(who), "url": site}])


def speak(context: BrowserContext, site: str, language: str) -> None:
    """Let a browser in which nobody is signed in read that language."""
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}])


def view(width: int) -> dict[str, Any]:
    """How a screen of that width is opened: a narrow one is touched."""
    return {
        "viewport": {"width": width, "height": 800},
        "has_touch": width < 700,
        "timezone_id": settings.TIME_ZONE,
    }


@pytest.fixture
def open_as(site: str, new_context: Callable[..., BrowserContext], watch: Watch) -> OpenAs:
    """A page of a browser of their own for a person, or for a visitor (None).

    `language` becomes the person's own, and the browser's for when nobody is signed in. Further options
    are Playwright's, e.g. java_script_enabled.
    """

    def _open(who: Person | None, *, width: int = DESKTOP, language: str = "", **options: Any) -> Page:
        context = new_context(**{"base_url": site, **view(width), **options})
        watch.context(context)
        if language:
            speak(context, site, language)
        if who:
            Person.objects.filter(pk=who.pk).update(language=language or who.language)
            sign_in(context, site, who)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    return _open


def press_act(page: Page, name: str) -> None:
    """Press the act of that name on a record's page, also where it lies folded beneath the others."""
    acts = page.locator("section[aria-labelledby=now]")
    act, fold = acts.get_by_role("link", name=name, exact=True), acts.locator("details:not([open]) > summary")
    expect(act.or_(fold).first).to_be_visible()
    if not act.is_visible():
        fold.click()
    act.click()
