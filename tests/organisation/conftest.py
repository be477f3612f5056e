"""An administrator who has signed in, and an identity provider on this machine."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import oidc_provider_mock
import pytest
import requests
from csp.constants import SELF
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from qms.settings import origin
from tests.conftest import Town


@dataclass
class Provider:
    """The municipality's sign-in service."""

    url: str

    def knows(self, sub: str, **claims: object) -> None:
        """Somebody who can sign in there."""
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=5).raise_for_status()

    def sign_in(self, client: Client, sub: str) -> HttpResponse:
        """The button on our page, the form on theirs, the way back."""
        begun = client.post(reverse("openid_connect_login", args=["sso"]))
        answer = requests.post(begun.url, data={"sub": sub}, allow_redirects=False, timeout=5)
        back = urlsplit(answer.headers["Location"])
        return client.get(f"{back.path}?{back.query}", follow=True)


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """A provider that answers on a free port for as long as the tests run."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with oidc_provider_mock.run_server_in_thread() as server:
        yield Provider(f"http://localhost:{server.server_port}")


@pytest.fixture
def single_sign_on(provider: Provider, settings) -> None:
    """As the environment variables OIDC_… configure it."""
    cache.clear()
    app = {
        "provider_id": "sso",
        "name": "Town account",
        "client_id": "kvalitet",
        "secret": "secret",
        "settings": {"server_url": provider.url, "verified_email": []},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
        "form-action": [SELF, origin(provider.url)]
    }
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}


@pytest.fixture
def admin(town: Town, sign_in) -> Client:
    browser: Client = sign_in(town.admin)
    return browser
