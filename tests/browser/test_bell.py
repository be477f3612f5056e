"""The bell in a real browser: what is new comes when it is opened, also after the net was away."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import PHONE, OpenAs
from tests.browser.watch import Watch
from tests.conftest import Town
from tests.factories import improvement

pytestmark = pytest.mark.browser


def test_the_bell_opens_to_what_is_new_and_asks_again_when_the_net_is_back(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("ERR_FAILED")
    record = improvement(town_live.north, town_live.employee, "The door sticks")
    page = open_as(town_live.manager, width=PHONE)
    page.goto("/")
    bell, opened = page.get_by_role("button", name="Notices, 1 new"), page.locator("#notices")
    page.route("**/notifications/newest/", lambda route: route.abort())
    bell.press("Enter")
    expect(opened.get_by_text("1 new notice.")).to_be_visible()
    expect(page.locator("#trouble")).to_be_visible()
    bell.press("Enter")
    expect(opened).to_be_hidden()

    page.unroute("**/notifications/newest/")
    bell.press("Enter")
    expect(opened.get_by_text("Newly yours: Answer")).to_be_visible()
    expect(page.locator("#trouble")).to_be_hidden()
    opened.get_by_role("link", name="The door sticks").press("Enter")
    expect(page).to_have_url(re.compile(record.reference))
    expect(page.get_by_role("button", name="Notices, 0 new")).to_be_visible()


def test_without_script_the_bell_says_how_many_and_leads_to_all(town_live: Town, open_as: OpenAs):
    improvement(town_live.north, town_live.employee, "The door sticks")
    page = open_as(town_live.manager, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("button", name="Notices, 1 new").click()
    expect(page.locator("#notices").get_by_text("1 new notice.")).to_be_visible()
    page.locator("#notices").get_by_role("link", name="Show all").click()
    expect(page.get_by_text("The door sticks")).to_be_visible()
