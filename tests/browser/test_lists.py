"""A list in a browser: its address carries the filter, and Back brings it again."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.fixtures import DESKTOP, PHONE, OpenAs
from tests.browser.steps import words
from tests.conftest import Town
from tests.factories import improvement

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_back_keeps_the_filter_of_a_list(town_live: Town, open_as: OpenAs, script: bool):
    say = words("sv")
    improvement(town_live.north, town_live.employee, "Lampan vid entrén är trasig.")
    improvement(town_live.south, town_live.employee, "Dörren vid köket kärvar.")
    page = open_as(town_live.quality, language="sv", width=DESKTOP, java_script_enabled=script)
    page.goto(reverse("improvements:list"))
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("searchbox", name=say("Search in the list")).fill("lampan")
    page.locator("#filter").get_by_role("button", name=say("Show"), exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=lampan"))
    page.get_by_role("link", name="Lampan vid entrén").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lampan")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("searchbox", name=say("Search in the list"))).to_have_value("lampan")


def test_on_a_phone_the_filter_is_a_drawer(town_live: Town, open_as: OpenAs):
    say = words("sv")
    improvement(town_live.north, town_live.employee, "Lampan vid entrén är trasig.")
    page = open_as(town_live.quality, language="sv", width=PHONE)
    page.goto(reverse("improvements:list"))
    page.get_by_role("button", name=say("Filter and sort")).tap()
    page.get_by_role("searchbox", name=say("Search in the list")).fill("dörren")
    page.locator("#filter").get_by_role("button", name=say("Show"), exact=True).tap()
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator("main")).to_contain_text(say("Nothing matches. Take away a filter to see more."))
