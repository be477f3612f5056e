"""Every page and every offer costs the same number of queries whatever there is, within its budget."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qms.contributions import cards, evidence_sources, news, panels, review_inputs, unit_settings
from qms.organisation.access import Access, access_for
from qms.organisation.models import Person, Unit
from qms.records.models import Record
from qms.records.selectors.beside import read_beside
from tests.nets.conftest import browser_of
from tests.nets.page import Page
from tests.nets.pages import PAGES
from tests.nets.world import World, build_world, grow

pytestmark = pytest.mark.xdist_group("nets-budgets")  # what they share is made once

GETS = [page for page in PAGES if not page.posts and page.who[page.viewer] == 200]


@dataclass
class Cost:
    """The queries of one page or offer at the small and the large size, and what was on the page."""

    small: list[str]
    large: list[str]
    text: str = ""

    def difference(self) -> str:
        """The queries that only the large size made."""
        known = {query[:120] for query in self.small}
        return "\n".join(query[:300] for query in self.large if query[:120] not in known)


def _offers() -> dict[str, tuple[Any, Callable[[World], tuple[Any, ...]]]]:
    """Every registered offer by a readable key, with what it is asked beside access."""
    today = timezone.localdate()
    period = (today.replace(month=1, day=1), today)
    found: dict[str, tuple[Any, Callable[[World], tuple[Any, ...]]]] = {}
    for registry in (cards, news, evidence_sources):
        found |= {f"{type(o).__name__} {o.key}": (o, lambda world: ()) for o in registry}
    found |= {f"ReviewInput {o.key}": (o, lambda world: period) for o in review_inputs}
    found |= {f"Panel {o.key}": (o, lambda world, o=o: (_subject(o.model, world),)) for o in panels}
    found |= {f"UnitSetting {o.key}": (o, lambda world: (_subject(Unit, world),)) for o in unit_settings}
    return found


OFFERS = _offers()


def _subject(model: type, world: World) -> Any:
    if issubclass(Unit, model):
        return Unit.objects.get(pk=world.town.north.pk)
    if issubclass(Person, model):
        return world.town.manager
    return Record.objects.select_related("unit", "owner").get(pk=world.case.pk)


def _queries_of_page(page: Page, world: World) -> tuple[list[str], str]:
    address = reverse(page.name, args=page.args(world)) + page.query
    browser = browser_of(world, page.viewer)
    browser.get(address)  # the first visit fills what a process keeps
    with CaptureQueriesContext(connection) as queries:
        text = b"".join(browser.get(address)).decode(errors="replace")
    return [query["sql"] for query in queries], text


def _queries_of_offer(key: str, world: World) -> list[str]:
    offer, arguments = OFFERS[key]
    person = Person.objects.select_related("home_unit").get(pk=world.town.quality.pk)
    access: Access = access_for(person)
    assert access.grants  # the reach is read once for a page, before its offers
    asked = arguments(world)
    with CaptureQueriesContext(connection) as queries:
        for thing in asked:
            if isinstance(thing, Record):  # what its page has read beside it
                read_beside(thing, offer.beside())
        offer.load(access, *asked)
    return [query["sql"] for query in queries]


@pytest.fixture(scope="module")
def costs(django_db_setup: None, django_db_blocker) -> Iterator[dict[str, Cost]]:
    """Every page and offer measured with 3 cases and with 33, in one world that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world(3)
        small = {page.id: _queries_of_page(page, world) for page in GETS}
        few = {key: _queries_of_offer(key, world) for key in OFFERS}
        grow(world, 30)
        large = {page.id: _queries_of_page(page, world) for page in GETS}
        many = {key: _queries_of_offer(key, world) for key in OFFERS}
        transaction.set_rollback(True)
    pages = {key: Cost(small[key][0], large[key][0], large[key][1]) for key in small}
    yield pages | {key: Cost(few[key], many[key]) for key in few}


@pytest.mark.parametrize("entry", GETS, ids=lambda entry: entry.id)
def test_a_page_costs_the_same_whatever_there_is(entry: Page, costs: dict[str, Cost]):
    cost = costs[entry.id]
    assert entry.shows in cost.text
    assert len(cost.small) == len(cost.large), cost.difference()
    assert len(cost.large) <= entry.budget


@pytest.mark.parametrize("key", sorted(OFFERS))
def test_an_offer_keeps_its_budget_at_both_sizes(key: str, costs: dict[str, Cost]):
    cost = costs[key]
    assert len(cost.small) == len(cost.large), cost.difference()
    assert len(cost.large) <= OFFERS[key][0].budget
