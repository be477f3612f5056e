"""No mark in a page stands twice: whoever is led to a heading comes to one place, and to the right one."""

import re
from collections import Counter
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from documents.models import Version
from documents.services import version_start
from qms.organisation.models import Person
from tests.conftest import Town
from tests.documents.steps import in_force, sent_to_review, written

SignIn = Callable[[Person], Client]
AFTER = "<h2>Who</h2><p>Whoever was there, and the one who comes.</p><h2>When</h2><p>Write at once.</p>"


def twice(html: str) -> list[str]:
    """The ids that stand more than once."""
    return [mark for mark, times in Counter(re.findall(r'\sid="([^"]*)"', html)).items() if times > 1]


def test_on_the_pages_of_a_version_that_says_what_is_new_each_heading_is_pointed_at_once(
    town: Town, sign_in: SignIn
):
    document = in_force(town)
    version = version_start(document_id=document.pk, access=town.access("handler"))
    version = sent_to_review(town, written(town, version, AFTER), "employee")
    held = Version.objects.get(document=document, is_in_force=True)
    browser = sign_in(town.employee)
    for address in (
        version.get_absolute_url(),
        document.get_absolute_url(),
        reverse("documents:answer", args=[version.reference]),
        reverse("documents:compare", args=[held.reference, version.reference]),
    ):
        page = browser.get(address).content.decode()
        assert "s-when" in page, address
        assert twice(page) == [], address
    whole = browser.get(version.get_absolute_url()).context["text"]
    assert "<h2>Who</h2>" in whole and "the one who comes" in whole
