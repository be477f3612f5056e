"""Forms on a page, and those opened over it, share no id: else a label would belong to another's field."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from documents.models import Version
from improvements.models import Improvement
from qms.organisation.models import Person
from qms.records.models import Record
from tests.conftest import Town
from tests.documents.steps import begun
from tests.factories import grant, improvement
from tests.improvements.steps import handled


def case(town: Town) -> Improvement:
    """Handled in full: what was put right at once is written in a dialog."""
    return handled(town, improvement(town.north, town.employee))


def draft(town: Town) -> Version:
    grant(town.manager, "author", town.north)
    return begun(town, by="manager")


@pytest.mark.parametrize("make", [case, draft])
def test_no_field_has_the_id_of_another_on_the_page_or_behind_its_dialog(
    make: Callable[[Town], Record], town: Town, sign_in: Callable[[Person], Client]
):
    browser = sign_in(town.manager)
    page = browser.get(make(town).get_absolute_url()).content.decode()
    behind = fields(page)
    opened = {
        address: fields(browser.get(address, headers={"HX-Request": "true"}).content.decode())
        for address in set(re.findall(r'<a [^>]*hx-get="([^"?]+)"', page))
    }
    assert len(behind) == len(set(behind)) and any(opened.values())
    assert not {address: set(ids) & set(behind) for address, ids in opened.items() if set(ids) & set(behind)}


def fields(html: str) -> list[str]:
    """The ids of what is filled in."""
    found = re.findall(r"<(?:input|select|textarea)\b[^>]*>", html)
    return [mark for tag in found for mark in re.findall(r'\bid="([^"]+)"', tag)]
