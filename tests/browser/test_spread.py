"""Spread to three units, and shown in the gallery: on phones, with and without script."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from improvements.models import Improvement, SpreadQuestion
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.services import attachments_add
from tests.browser.fixtures import PHONE, OpenAs
from tests.browser.looks import axe, overflow
from tests.browser.watch import Watch
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import carried_out
from tests.records.files import picture, upload

pytestmark = pytest.mark.browser


def reply(page: Page, case: Improvement, choice: str, words: str, *, script: bool) -> None:
    """Open the case from the work list and answer for the unit."""
    page.goto(reverse("home:work"))
    page.get_by_role("link", name=case.title).first.click()
    page.get_by_role("link", name="Answer").first.click()
    expect(page.locator("main")).to_contain_text("What was done there")
    assert overflow(page) == []
    assert not script or axe(page) == []
    page.get_by_label(choice, exact=True).check()
    page.locator("main [name=said]").fill(words)
    page.get_by_role("button", name="Answer", exact=True).click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_spread_to_three_units_one_yes_one_already_one_not_for_us(
    town_live: Town, open_as: OpenAs, watch: Watch, script: bool
):
    watch.allow("status of 422")  # a no without its reason
    town = town_live
    case = carried_out(town, improvement(town.north, town.employee, "The lamp by the gate is dark"))
    manager = open_as(town.manager, width=PHONE, java_script_enabled=script)
    manager.goto(case.get_absolute_url())
    manager.get_by_role("link", name="Ask other units").click()
    manager.get_by_label("South", exact=True).check()
    manager.get_by_label("A word along").fill("Look at your gates")
    for name in ("Care", "School"):
        manager.get_by_label("Look for a unit").fill(name)
        manager.get_by_role("button", name="Look", exact=True).click()
        manager.get_by_label(name, exact=True).check()
    expect(manager.get_by_label("South", exact=True)).to_be_checked()
    expect(manager.get_by_label("A word along")).to_have_value("Look at your gates")
    assert overflow(manager) == []
    manager.get_by_role("button", name="Ask them").click()
    expect(manager.locator("#spread li")).to_have_count(3)

    south = open_as(town.south_head, width=PHONE, java_script_enabled=script)
    reply(south, case, "Yes, we do it", "At both gates", script=script)
    expect(south.get_by_role("heading", level=1)).to_have_text(case.title)
    own = Improvement.objects.exclude(pk=case.pk).get()
    assert (own.unit, own.owner, own.state) == (town.south, town.south_head, "doing")
    care = open_as(town.care_head, width=PHONE, java_script_enabled=script)
    reply(care, case, "We do it already", "Since 2024", script=script)
    school = open_as(town.outsider, width=PHONE, java_script_enabled=script)
    school.goto(case.get_absolute_url())
    school.get_by_role("link", name="Answer").first.click()
    school.get_by_label("Not for us", exact=True).check()
    school.get_by_role("button", name="Answer", exact=True).click()
    expect(school.locator("main")).to_contain_text("Write why it is not for you")
    school.locator("main [name=said]").fill("We have no gates")
    school.get_by_role("button", name="Answer", exact=True).click()

    sender = open_as(town.employee, width=PHONE, java_script_enabled=script)
    sender.goto(case.get_absolute_url())
    spread = sender.locator("#spread")
    expect(spread).to_contain_text("One more unit does it")
    for said in ("South: Yes, we do it", "Care: We do it already", "School: Not for us", "We have no gates"):
        expect(spread).to_contain_text(said)
    expect(sender.locator(".timeline")).to_contain_text("answered for South: yes, we do it")
    assert overflow(sender) == []
    sender.goto(reverse("records:notifications"))
    expect(sender.locator("main")).to_contain_text("Your idea is now used in one more unit.")
    assert {one.answer for one in SpreadQuestion.objects.all()} == {"adopted", "already", "not_for_us"}


def test_the_gallery_on_a_phone_shows_before_and_now_and_another_unit_asks_for_it(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("status of 422")  # pictures without words
    town = town_live
    case = carried_out(town, improvement(town.north, town.employee, "The lamp by the gate is dark"))
    files = [receive(upload(name, picture())) for name in ("dark.jpg", "lit.jpg")]
    with stored(files) as kept:
        attachments_add(record_id=case.pk, files=kept, access=town.access("manager"))
    manager = open_as(town.manager, width=PHONE)
    manager.goto(case.get_absolute_url())
    manager.get_by_role("link", name="Show in the gallery").click()
    manager.get_by_label("What was it like?").fill("Nobody saw the steps")
    expect(manager.get_by_label("What is it like now?")).to_have_value("New lamps all the way")
    manager.locator("[name=before]").select_option(label="dark.jpg")
    manager.locator("[name=after]").select_option(label="lit.jpg")
    manager.get_by_label("Everyone who works here").check()
    manager.get_by_role("button", name="Show it").click()
    expect(manager.locator("main")).to_contain_text("Write what the picture shows")
    manager.get_by_label("What the picture of before shows").fill("Dark steps")
    manager.get_by_label("What the picture of now shows").fill("Lit steps")
    assert overflow(manager) == [] and axe(manager) == []
    manager.get_by_role("button", name="Show it").click()

    outsider = open_as(town.outsider, width=PHONE)
    outsider.goto(reverse("improvements:gallery"))
    card = outsider.locator(".gallery > li")
    expect(card).to_contain_text("Nobody saw the steps")
    boxes = [card.get_by_alt_text(alt).bounding_box() for alt in ("Dark steps", "Lit steps")]
    assert boxes[0] and boxes[1]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"], "side by side"
    expect(card.get_by_alt_text("Lit steps")).to_have_js_property("complete", True)
    assert card.get_by_alt_text("Lit steps").evaluate("image => image.naturalWidth") > 0
    assert overflow(outsider) == [] and axe(outsider) == []
    card.get_by_role("link", name="Something for us?").click()
    outsider.get_by_role("button", name="Look closer").click()
    expect(outsider.get_by_role("heading", level=1)).to_have_text("Does it apply to School?")
    outsider.get_by_label("Yes, we do it", exact=True).check()
    outsider.get_by_role("button", name="Answer", exact=True).click()
    expect(outsider.locator("main")).to_contain_text(re.compile("We do as North has done|Vi gör som North"))
    outsider.goto(reverse("improvements:gallery"))
    expect(card).to_contain_text("Used in 1 more unit")
