"""A restricted record: nothing of it, anywhere, for those who do not handle it."""

import pytest
from django.urls import reverse

from tests.nets.conftest import browser_of
from tests.nets.pages import PAGES
from tests.nets.world import SECRET, SECRET_WORD, World

KEPT_OUT = ("outsider", "reader", "auditor", "exec", "admin", "south_head")
HANDLES = ("employee", "manager", "handler", "care_head", "quality")
GETS = [page for page in PAGES if not page.posts]


@pytest.mark.parametrize("who", KEPT_OUT)
def test_no_page_shows_a_word_of_it(who: str, world: World):
    """Every page as it is, asked for the secret word, and asked for the record itself."""
    browser = browser_of(world, who)
    seen = []
    for entry in GETS:
        addresses = [reverse(entry.name, args=entry.args(world)) + entry.query]
        if entry.args(world) == (world.case.reference,):
            addresses.append(reverse(entry.name, args=(world.restricted.reference,)))
        for address in addresses:
            for query in ({}, {"q": SECRET_WORD, "n": 200, "state": "all"}):
                text = _text(browser.get(address, query) if query else browser.get(address))
                if SECRET in text or world.restricted.reference in text.replace(address, ""):
                    seen.append(address)
    assert not seen


@pytest.mark.parametrize("who", HANDLES)
def test_those_who_handle_it_or_sent_it_see_it(who: str, world: World):
    page = browser_of(world, who).get(reverse("records:detail", args=[world.restricted.reference]))
    assert SECRET in page.content.decode()


@pytest.mark.parametrize("who", KEPT_OUT)
def test_it_is_not_there_for_the_others(who: str, world: World):
    browser = browser_of(world, who)
    assert browser.get(reverse("records:detail", args=[world.restricted.reference])).status_code == 404


def _text(answer) -> str:
    if answer.streaming:
        return b"".join(answer.streaming_content).decode(errors="replace")
    return answer.content.decode(errors="replace")
