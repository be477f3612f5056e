"""Words as long as Swedish makes them, on a phone: they are broken, and no page scrolls sideways."""

import pytest
from django.urls import reverse

from tests.browser.fixtures import PHONE, OpenAs
from tests.conftest import Town
from tests.documents.steps import in_force, next_version
from tests.factories import grant

pytestmark = pytest.mark.browser

WORD = "Upphandlingsförfarandespecialistbefattningsbeskrivningen"
TEXT = (
    f"<h2>{WORD}</h2><p>{WORD}</p><ul><li>{WORD}<ol><li><p>{WORD}</p></li></ol></li></ul>"
    f"<blockquote><p>{WORD}</p></blockquote><table><tbody><tr><th>{WORD}</th></tr></tbody></table>"
)


def test_a_document_with_words_wider_than_the_phone_is_read_without_scrolling_sideways(
    town_live: Town, open_as: OpenAs
):
    grant(town_live.handler, "author", town_live.north)
    document = in_force(town_live, WORD, text=TEXT)
    later = next_version(town_live, document, text=TEXT + f"<ul><li>{WORD}</li></ul>")
    first = document.versions.get(major=1)
    page = open_as(town_live.employee, width=PHONE)
    compared = reverse("documents:compare", args=[first.reference, later.reference])
    register = reverse("register:document", args=[document.reference])
    for address in (document.get_absolute_url(), later.get_absolute_url(), compared, register):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE, address
