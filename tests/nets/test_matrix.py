"""Every address × every member of the cast → the expected answer. An unlisted address fails."""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.nets.conftest import browser_of
from tests.nets.page import CAST, Page
from tests.nets.pages import ELSEWHERE, PAGES
from tests.nets.pages_refusing import REFUSING
from tests.nets.world import World


def test_every_address_is_in_the_matrix(routes: set[str]):
    listed = {page.name for page in PAGES} | set(ELSEWHERE)
    assert sorted(routes - listed) == [], "add these to tests/nets/pages.py"
    assert sorted(listed - routes) == [], "these are gone"


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.id)
def test_each_gets_what_is_theirs(entry: Page, world: World):
    address = reverse(entry.name, args=entry.args(world)) + entry.query
    found = {}
    for who in CAST:
        with transaction.atomic():  # each meets the world as it was built
            browser = browser_of(world, who)
            answer = browser.post(address, entry.data(world)) if entry.posts else browser.get(address)
            found[who] = answer.status_code
            transaction.set_rollback(True)
    assert found == entry.who


@pytest.mark.parametrize("entry", [page for page in PAGES if not page.posts], ids=lambda entry: entry.id)
def test_an_empty_form_comes_back_from_the_pages_that_say_so(entry: Page, world: World):
    address = reverse(entry.name, args=entry.args(world)) + entry.query
    with transaction.atomic():
        answer = browser_of(world, entry.viewer).post(address, {})
        transaction.set_rollback(True)
    assert (answer.status_code == 422) == (entry.id in REFUSING), "tests/nets/pages_refusing.py"


@pytest.mark.parametrize("entry", [page for page in PAGES if page.posts], ids=lambda entry: entry.id)
def test_what_changes_something_cannot_be_reached_by_a_link(entry: Page, world: World):
    address = reverse(entry.name, args=entry.args(world))
    assert browser_of(world, entry.viewer).get(address).status_code == 405
