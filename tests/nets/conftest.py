"""What the nets share: the addresses as they are, a world built once for a module, browsers of the cast."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.nets.world import World, build_world

# A redirect from an address of before names no page of its own.
NAMELESS = "django.views.generic.base"
# Where a page shows more to whoever asks for it: by words, by "more", by what has changed.
ASKS = ('name="q"', "changes=1", "everything=1", "n=")


def walk(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The names of every route; one without a name is itself a fault, shown as its pattern."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from walk(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.callback.__module__ != NAMELESS:
            yield namespace + (pattern.name or f"unnamed {pattern.pattern}")


@pytest.fixture(scope="session")
def routes() -> set[str]:
    """Every route of the system by name."""
    return set(walk(get_resolver()))


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    """A small world, built once for the module in a transaction that is rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world(3)
        transaction.set_rollback(True)


@pytest.fixture
def world(built: World, db: None) -> World:
    """The module's world; what a test changes is undone after it."""
    return built


def browser_of(world: World, who: str) -> Client:
    """A browser in which a member of the cast is signed in; a visitor is not."""
    client = Client(raise_request_exception=True)
    if who != "visitor":
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[who]
    return client


def text_of(answer: Any) -> str:
    """What an answer says, streamed or not."""
    return bytes_of(answer).decode(errors="replace")


def bytes_of(answer: Any) -> bytes:
    """The same as it comes."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def asked_for(browser: Client, address: str, words: Iterable[str]) -> Iterator[str]:
    """What the page says as it is and, where words can be looked for or more be shown, asked for each of
    `words` with all there is. They can be where the page has a field for them, and in what is no whole page.
    """
    answer = browser.get(address)
    text = text_of(answer)
    yield text
    main = text.partition("<main")[2]
    if answer.status_code == 200 and (not main or any(sign in main for sign in ASKS)):
        everything = {"n": 200, "state": "all", "changes": 1, "everything": 1}
        yield from (text_of(browser.get(address, {"q": word, **everything})) for word in words)
