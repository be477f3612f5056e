"""Every page in real Chromium: accessible, silent, and no wider than the screen. Those too that only a form
leads to, and those on which a form comes back with what is to be mended.

With `--shots FOLDER` each page is also written there as a picture, in both widths and colour schemes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Value
from django.db.models.functions import Concat
from django.urls import reverse
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage

from qms.organisation.models import Person, Unit
from tests.browser.fixtures import DESKTOP, PHONE, sign_in, speak, view
from tests.browser.looks import axe, overflow, overflow_with_large_text, unlabelled
from tests.browser.watch import Watch
from tests.nets.page import Page
from tests.nets.pages import PAGES
from tests.nets.pages_refusing import REFUSING
from tests.nets.world import World, build_world

pytestmark = pytest.mark.browser

SMALLEST = 320  # CSS pixels: 1280 at 400 % zoom (WCAG 1.4.10)
WALKED = [page for page in PAGES if page.walk and not page.posts and page.who[page.viewer] == 200]
SENT = [page for page in PAGES if page.walk and page.posts and page.who[page.viewer] in (200, 422)]
REFUSED = [page for page in WALKED if page.id in REFUSING]
# A form with these fields, sent from the page one is on: its token goes along, its policy holds.
_SEND = """([address, fields]) => {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = address;
  const token = document.querySelector('[name=csrfmiddlewaretoken]');
  if (token) form.append(token.cloneNode());
  for (const [name, value] of fields) {
    const input = document.createElement('input');
    input.type = 'hidden';
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture(scope="module")
def swedish_world(rows_until_module_ends: None) -> World:
    """The world of the nets, committed, everyone reading Swedish, with names as long as names are."""
    world = build_world(6)
    Person.objects.update(language="sv", name=Concat("name", Value(" von Lindgren-Söderström")))
    Unit.objects.update(name=Concat("name", Value(" med beställningsverksamhet")))
    return world


class Windows:
    """One browser page per viewer, kept for the whole walk: to open one takes as long as to look at it."""

    def __init__(self, browser: Browser, site: str, world: World) -> None:
        self._browser, self._site, self._world = browser, site, world
        self._open: dict[str, tuple[BrowserPage, Watch]] = {}

    @contextmanager
    def page(self, viewer: str) -> Iterator[tuple[BrowserPage, Watch]]:
        """An empty page as wide as a phone, and what watches it."""
        page, watch = self._page(viewer)
        watch.found.clear()
        try:
            yield page, watch
        finally:
            page.goto("about:blank")  # what is under way ends here, and not in the next test
            page.set_viewport_size(view(PHONE)["viewport"])
            page.emulate_media(color_scheme="light")

    def _page(self, viewer: str) -> tuple[BrowserPage, Watch]:
        if viewer not in self._open:
            context = self._browser.new_context(base_url=self._site, **view(PHONE))
            watch = Watch()
            watch.context(context)
            speak(context, self._site, "sv")
            if viewer != "visitor":
                sign_in(context, self._site, getattr(self._world.town, viewer))
            self._open[viewer] = context.new_page(), watch
        return self._open[viewer]

    def close(self) -> None:
        """Close them all."""
        for page, _watch in self._open.values():
            page.context.close()


@pytest.fixture(scope="module")
def windows(browser: Browser, site: str, swedish_world: World) -> Iterator[Windows]:
    """The windows of this walk."""
    opened = Windows(browser, site, swedish_world)
    yield opened
    opened.close()


@pytest.mark.parametrize("entry", WALKED, ids=lambda entry: entry.id)
def test_a_page_is_accessible_silent_and_fits(
    entry: Page, windows: Windows, swedish_world: World, pytestconfig: pytest.Config
):
    with windows.page(entry.viewer) as (page, watch):
        answer = page.goto(reverse(entry.name, args=entry.args(swedish_world)) + entry.query)
        assert answer is not None and answer.status == 200
        page.evaluate("document.fonts.ready")
        remarks = _look_at_all_widths(page, pytestconfig.getoption("shots"), entry)
        assert not remarks + watch.remarks, "\n".join(remarks + watch.remarks)


@pytest.mark.parametrize("entry", SENT, ids=lambda entry: entry.id)
def test_a_page_that_a_form_leads_to_is_as_good(
    entry: Page, windows: Windows, swedish_world: World, pytestconfig: pytest.Config
):
    with windows.page(entry.viewer) as (page, watch):
        address = reverse(entry.name, args=entry.args(swedish_world)) + entry.query
        _send(page, reverse("ui:help"), address, entry.data(swedish_world), entry.who[entry.viewer])
        remarks = _look_at_all_widths(page, pytestconfig.getoption("shots"), entry)
        assert not remarks + _unforced(watch), "\n".join(remarks + _unforced(watch))


@pytest.mark.parametrize("entry", REFUSED, ids=lambda entry: entry.id)
def test_a_form_that_comes_back_is_as_good(
    entry: Page, windows: Windows, swedish_world: World, pytestconfig: pytest.Config
):
    with windows.page(entry.viewer) as (page, watch):
        address = reverse(entry.name, args=entry.args(swedish_world)) + entry.query
        _send(page, address, address, {}, 422)
        _unfold(page, PHONE)
        remarks = _look(page, PHONE, pytestconfig.getoption("shots"), entry, "-refused")
        assert not remarks + _unforced(watch), "\n".join(remarks + _unforced(watch))


def _send(page: BrowserPage, here: str, address: str, data: dict[str, Any], status: int) -> None:
    page.goto(here)
    fields = [
        (name, str(one))
        for name, many in data.items()
        for one in (many if isinstance(many, list) else [many])
    ]
    with page.expect_navigation() as sent:
        page.evaluate(_SEND, [address, fields])
    assert sent.value.status == status
    page.evaluate("document.fonts.ready")


def _unforced(watch: Watch) -> list[str]:
    """What the browser complains of beside the answer itself, which it calls failed."""
    return [remark for remark in watch.remarks if "status of 422" not in remark]


def _look_at_all_widths(page: BrowserPage, shots: Path | None, entry: Page) -> list[str]:
    """On a phone and on a desk, on the smallest screen, there and on a desk with the largest text.
    The page is loaded once: nothing but the style sheets asks how wide the screen is."""
    _unfold(page, PHONE)
    remarks = _look(page, PHONE, shots, entry)
    page.set_viewport_size({"width": SMALLEST, "height": 640})
    remarks += [f"{SMALLEST}: {found}" for found in overflow(page)]
    remarks += [f"{SMALLEST} at 200 %: {found}" for found in overflow_with_large_text(page)]
    page.set_viewport_size({"width": DESKTOP, "height": 800})
    remarks += _look(page, DESKTOP, shots, entry)
    return remarks + [f"200 %: {found}" for found in overflow_with_large_text(page)]


def _look(page: BrowserPage, width: int, shots: Path | None, entry: Page, more: str = "") -> list[str]:
    """Light, then dark (where only colours differ)."""
    remarks = [
        f"language: {found}" for found in [page.locator("html").get_attribute("lang")] if found != "sv"
    ]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        if shots:
            name = entry.id.replace(":", "-").replace("?", "-")
            _shoot(page, shots / f"{name}{more}-{width}-{scheme}.png")
        rules = ["color-contrast"] if scheme == "dark" else None
        remarks += [f"{width} {scheme}: {found}" for found in axe(page, rules=rules)]
    return remarks + [f"{width}: {found}" for found in (*overflow(page), *unlabelled(page))]


def _unfold(page: BrowserPage, width: int) -> None:
    """All of the page at once: nothing lies below what sticks."""
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(tall, 740)})


def _shoot(page: BrowserPage, file: Path) -> None:
    size: Any = page.viewport_size
    _unfold(page, size["width"])
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)
    page.set_viewport_size(size)
