"""Security settings, headers and cookies, as they reach the browser."""

import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse

from tests.factories import PASSWORD
from tests.nets.conftest import browser_of
from tests.nets.pages import PAGES
from tests.nets.world import World

PRODUCTION = {
    "SECRET_KEY": "a-long-and-random-looking-key-7#" * 2,
    "HTTPS": "1",
    "ALLOWED_HOSTS": "kvalitet.example.se",
    "SITE_URL": "https://kvalitet.example.se",
    "DATABASE_URL": "postgres://u:p@127.0.0.1:1/none",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with nothing but this environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def test_the_deployment_check_is_clean():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_there_is_no_secret_key_but_the_given_one():
    done = manage("check", **{name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"})
    assert done.returncode != 0 and "SECRET_KEY" in done.stderr


def test_a_secret_may_stand_in_a_file(tmp_path):
    (tmp_path / "key").write_text("k3y" * 30)
    given = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    done = manage(
        "shell", "-v0", "-c", "from django.conf import settings; print(settings.SECRET_KEY)",
        SECRET_KEY_FILE=str(tmp_path / "key"), **given,
    )  # fmt: skip
    assert done.stdout.strip() == "k3y" * 30


def test_every_page_has_a_strict_content_policy(world: World):
    browser, loose = browser_of(world, "quality"), []
    for entry in PAGES:
        if entry.posts:
            continue
        answer = browser.get(reverse(entry.name, args=entry.args(world)) + entry.query)
        policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy and "sandbox" not in policy:
            loose.append(entry.id)
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert not loose


def test_a_strange_host_is_refused(world: World, settings):
    settings.ALLOWED_HOSTS = ["kvalitet.example.se"]
    browser = Client(raise_request_exception=False)
    assert browser.get("/", headers={"host": "evil.example"}).status_code == 400


def test_cookies_are_secure_and_hidden_from_scripts(world: World, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    browser = Client()
    browser.get(reverse("account_login"))
    browser.post(reverse("account_login"), {"login": world.town.employee.email, "password": PASSWORD})
    for name in ("sessionid", "csrftoken"):
        cookie = browser.cookies[name]
        assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax", name


@pytest.mark.parametrize("entry", [page for page in PAGES if page.posts], ids=lambda entry: entry.id)
def test_a_form_from_elsewhere_is_refused(entry, world: World):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.town.quality, backend="qms.organisation.backends.PersonBackend")
    address = reverse(entry.name, args=entry.args(world))
    assert browser.post(address, entry.data(world)).status_code == 403


def test_no_page_for_everyone_sets_a_cookie_nor_does_any_page_that_says_what_went_wrong(world: World):
    with_cookies = []
    for name, args in _for_everyone(world):
        for method in ("get", "post"):
            browser = Client(raise_request_exception=False)
            for address in (reverse(name, args=args), reverse(name, args=args) + "?lang=nb"):
                getattr(browser, method)(address)
                if browser.cookies:
                    with_cookies.append(f"{method} {address}")
    assert not with_cookies


def test_a_page_for_everyone_that_is_not_there_says_so_in_the_language_of_its_address(db: None):
    answer = Client().get("/follow/nothing/?lang=nb")
    assert (answer.status_code, answer.headers["Content-Language"]) == (404, "nb")
    assert "Det fant vi ikke" in answer.content.decode() and "no-store" in answer.headers["Cache-Control"]


def _for_everyone(world: World) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The pages without login as they are, and the same with an address that leads nowhere."""
    strange = {"uuid": uuid4(), "str": "nothing"}
    for name in ("ui:help", "ui:accessibility", "ui:personal_data"):
        yield name, ()
    for entry in PAGES:
        if entry.name.partition(":")[0] in ("voices", "register"):
            yield entry.name, entry.args(world)
    for namespace in ("voices", "register"):
        for name, pattern in get_resolver().namespace_dict[namespace][1].reverse_dict.items():
            if isinstance(name, str):
                converters = pattern[3]
                yield (
                    f"{namespace}:{name}",
                    tuple(
                        strange["uuid" if "UUID" in type(one).__name__ else "str"]
                        for one in converters.values()
                    ),
                )
