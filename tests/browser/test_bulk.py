"""Many cases at once in a real browser: by keyboard, with and without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from improvements.models import Improvement
from tests.browser.fixtures import DESKTOP, PHONE, OpenAs
from tests.conftest import Town
from tests.factories import improvement

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_several_are_sorted_with_the_keyboard_alone(town_live: Town, open_as: OpenAs, script: bool):
    one, two, other = (improvement(town_live.north, town_live.employee, f"Lamp {n}") for n in range(3))
    page = open_as(town_live.manager, width=DESKTOP if script else PHONE, java_script_enabled=script)
    page.goto(reverse("improvements:list"))
    for record in (one, two):
        page.get_by_role("checkbox", name=f"Mark {record.reference}").press("Space")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_text("2 are chosen.")).to_be_visible()
    page.get_by_label("What sort of case are they?").select_option("deviation")
    page.get_by_role("button", name="See what will happen").press("Enter")
    expect(page.get_by_text("Proposal → Deviation")).to_have_count(2)
    page.get_by_role("button", name="Do it with these 2").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Done with 2.")).to_be_visible()
    sorts = dict(Improvement.objects.values_list("pk", "category"))
    assert sorts == {one.pk: "deviation", two.pk: "deviation", other.pk: "proposal"}
