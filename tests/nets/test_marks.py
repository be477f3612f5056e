"""On no page does a mark stand twice: a label or a link that names it would lead to the wrong place."""

import re
from collections import Counter

import pytest
from django.urls import reverse

from tests.nets.conftest import browser_of
from tests.nets.page import Page
from tests.nets.pages import PAGES
from tests.nets.world import World

SHOWN = [page for page in PAGES if not page.posts and page.who[page.viewer] == 200]
_MARK = re.compile(r'\sid="([^"]*)"')


@pytest.mark.parametrize("entry", SHOWN, ids=lambda entry: entry.id)
def test_each_mark_stands_once(entry: Page, world: World):
    answer = browser_of(world, entry.viewer).get(reverse(entry.name, args=entry.args(world)) + entry.query)
    if answer.streaming or not answer["Content-Type"].startswith("text/html"):
        return
    marks = Counter(_MARK.findall(answer.content.decode()))
    assert [mark for mark, times in marks.items() if times > 1 or not mark] == []
