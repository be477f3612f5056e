"""Redis is away: people still sign in, and guessing is still slow."""

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client
from django.urls import reverse

from tests.conftest import Town
from tests.factories import PASSWORD

CLOSED_PORT = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _redis_is_away(settings):
    settings.CACHES = {name: {**cache, "LOCATION": CLOSED_PORT} for name, cache in settings.CACHES.items()}
    LocMemCache("steady", {}).clear()


def sign_in(client: Client, password: str):
    return client.post(reverse("account_login"), {"login": "employee@town.test", "password": password})


def test_one_signs_in_and_out(town: Town, client: Client):
    assert sign_in(client, PASSWORD).status_code == 302
    assert client.get(reverse("home:start")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302


def test_a_wrong_password_is_answered_as_always_and_a_new_one_can_be_asked_for(town: Town, client: Client):
    assert "are not correct" in sign_in(client, "wrong").content.decode()
    asked = client.post(reverse("account_reset_password"), {"email": "employee@town.test"})
    assert asked.status_code == 302


def test_the_limit_on_guessing_holds_on(town: Town, client: Client):
    for _guess in range(5):
        sign_in(client, "wrong")
    assert "Too many failed" in sign_in(client, PASSWORD).content.decode()


def test_the_cache_comes_back_with_redis(town: Town, settings):
    cache = caches["default"]
    cache.set("here", 1)
    assert cache.get("here") == 1
    assert cache.incr("here") == 2
    cache.delete("here")
    assert cache.get("here") is None
