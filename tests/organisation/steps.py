"""What the tests of the administration do and read on its pages."""

import re

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


def url(name: str, *args: object) -> str:
    return reverse(f"organisation:{name}", args=args)


def page(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def send(browser: Client, address: str, **data: object) -> HttpResponse:
    """Post and follow; a form that is refused is answered with 422."""
    return browser.post(address, data, follow=True)


def beside(answer: HttpResponse, field: str) -> str:
    """The sentence beside a field."""
    found = re.search(rf'id="id_{field}_error".*?validation-message">([^<]+)', page(answer))
    return found.group(1) if found else ""
