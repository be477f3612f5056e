"""Whatever stands in an address or in what is sent: no page breaks by it."""

from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.nets.conftest import browser_of
from tests.nets.page import Page
from tests.nets.pages import PAGES
from tests.nets.world import World

ODD = ("a\x00b", "9" * 30, "²\u202e😀", "x" * 300)
# What pages read from their address beside the fields of their own forms.
READ = ("about", "at", "back", "code", "inside", "kind", "lang", "n", "next", "outcome", "page", "period",
        "person", "place", "q", "state", "text", "type", "under", "unit")  # fmt: skip


class Forms(HTMLParser):
    """The forms of a page: (address, whether it is posted, names of its fields)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, bool, set[str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            posted = (given.get("method") or "").lower() == "post"
            self.found.append((given.get("action") or "", posted, set()))
        elif self.found and tag in ("input", "textarea", "select", "button") and given.get("name"):
            self.found[-1][2].add(str(given["name"]))


def browser_for(entry: Page, world: World) -> Client:
    """The browser of somebody who may; a crash is an answer too."""
    may = [who for who, code in entry.who.items() if code in (200, 302) and who != "visitor"]
    browser = browser_of(world, may[0] if entry.posts and may else entry.viewer)
    browser.raise_request_exception = False
    return browser


def broken_by(browser: Client, to: str, fields: set[str], entry: Page, world: World, *, posted: bool) -> list:
    """The odd values that break `to` when all `fields` hold them; what is sent is undone."""
    broken = []
    for value in ODD:
        given = {**entry.data(world), **dict.fromkeys(fields - {"csrfmiddlewaretoken"}, value)}
        with transaction.atomic():
            answer = browser.post(to, given) if posted else browser.get(to, given)
            if _status(answer) >= 500:
                broken.append((to, value))
            transaction.set_rollback(True)
    return broken


@pytest.mark.parametrize("entry", [page for page in PAGES if not page.posts], ids=lambda entry: entry.id)
def test_no_page_breaks_by_what_is_asked_or_sent(entry: Page, world: World):
    browser, address = browser_for(entry, world), reverse(entry.name, args=entry.args(world)) + entry.query
    page = browser.get(address)
    if _is_paper(page):
        return
    forms = _forms(page)
    asked = {*READ}.union(*(fields for _to, posted, fields in forms if not posted))
    broken = broken_by(browser, address.partition("?")[0], asked, entry, world, posted=False)
    for to, posted, fields in forms:
        if posted and not to:  # the others belong to pages of their own
            broken += broken_by(browser, address, fields, entry, world, posted=True)
    assert not broken


@pytest.mark.parametrize("entry", [page for page in PAGES if page.posts], ids=lambda entry: entry.id)
def test_no_act_breaks_by_what_is_sent(entry: Page, world: World):
    browser, address = browser_for(entry, world), reverse(entry.name, args=entry.args(world))
    own = set(entry.data(world))
    parts = [{*READ} - own, *({name} for name in own)]
    assert not [
        found for part in parts for found in broken_by(browser, address, part, entry, world, posted=True)
    ]


def _is_paper(answer: HttpResponse) -> bool:
    """A PDF takes seconds and asks nothing."""
    return answer.headers.get("Content-Type", "") == "application/pdf"


def _forms(answer: HttpResponse) -> list[tuple[str, bool, set[str]]]:
    is_page = not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html")
    return Forms(answer.content.decode()).found if is_page else []


def _status(answer: HttpResponse) -> int:
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code
