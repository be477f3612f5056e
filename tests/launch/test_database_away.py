"""PostgreSQL is stopped while somebody writes: a calm page, then everything works, nothing is lost."""

import os
import signal
import socket
import subprocess
import sys
from typing import Any

import psycopg2
import pytest
from playwright.sync_api import Browser, expect

from script.launch import servers
from script.launch.checkout import this_checkout
from script.launch.packages import Packages
from script.launch.probes import page_answers
from script.launch.processes import Program, start
from script.launch.programs import WEB
from script.launch.progress import Progress
from tests.browser.fixtures import PHONE, view
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

BUILD = "import django; django.setup(); from tests.conftest import build_town; build_town()"
TEXT = "Lampan vid entrén är trasig."


@pytest.fixture
def product(place, supervisor, monkeypatch, tmp_path) -> str:
    """The product with servers of its own and the small town in it; its address."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    packages = Packages(this_checkout(), Progress(), tmp_path / "setup.log")
    urls = servers.start(place, packages, supervisor, Progress())
    own = {"DJANGO_SETTINGS_MODULE": "qms.settings", "SECRET_KEY": "only here", "EMAIL_URL": "dummymail://"}
    settings = {**os.environ, **urls, **own, "HTTPS": "0"}
    root = this_checkout().root
    for command in (["manage.py", "migrate", "-v0"], ["-c", BUILD]):
        subprocess.run([sys.executable, *command], env=settings, cwd=root, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = Program(
        name="web server",
        command=(sys.executable, *WEB, "--bind", f"127.0.0.1:{port}"),
        environment=settings,
        folder=root,
        layer=1,
        ready=lambda: page_answers("127.0.0.1", port, "/health/ready"),
    )
    supervisor.start(web)
    supervisor.wait_ready("web server")
    return f"http://127.0.0.1:{port}"


def cases(place: Any) -> list[tuple[str]]:
    """The texts of all cases."""
    connection = psycopg2.connect(host=str(place.sockets), dbname="qms", user="qms")
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT text FROM improvements_improvement")
        found: list[tuple[str]] = cursor.fetchall()
    connection.close()
    return found


def test_while_the_database_is_away_there_is_a_calm_page_and_afterwards_nothing_is_lost(
    product: str, place, supervisor, browser: Browser
):
    page = browser.new_page(base_url=product, locale="sv", **view(PHONE))
    page.goto("/improvements/propose/")
    page.locator("input[name=login]").fill("employee@town.test")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("textarea[name=text]").fill(TEXT)
    expect(page.locator("[data-draft-status]")).to_be_visible()

    database = next(kept for kept in supervisor.kept if kept.program.name == "database")
    database.process.send_signal(signal.SIGINT)
    database.process.wait(30)
    with page.expect_response("**/propose/send/") as sent:
        page.locator(".form-end button").click()
    assert sent.value.status == 503 and sent.value.headers["retry-after"] == "30"
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    said = page.locator("main").inner_text()
    assert "Traceback" not in said and page.locator("main .small .num").inner_text().strip()

    database.process = start(database.program, supervisor.log("database"))
    supervisor.wait_ready("database")
    page.locator("main .ds-button").first.click()
    expect(page.locator("textarea[name=text]")).to_have_value(TEXT)
    page.locator(".form-end button").click()
    expect(page.locator("[data-draft-clear]")).to_be_visible()
    assert cases(place) == [(TEXT,)]
    page.close()
