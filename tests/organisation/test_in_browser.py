"""The organisation's pages in real Chromium: suggestions while writing, and everything without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from qms.organisation.models import Deputy, UnitUserGrant
from tests.browser.fixtures import DESKTOP, PHONE, OpenAs
from tests.browser.watch import Watch
from tests.conftest import Town
from tests.factories import person
from tests.organisation.conftest import Provider

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_names_are_suggested_while_one_writes(town_live: Town, open_as: OpenAs, width: int):
    page = open_as(town_live.manager, width=width, language="en")
    page.goto(f"/organisation/roles/give/?unit={town_live.north.pk}")
    who = page.get_by_label("Who", exact=True)
    who.press_sequentially("emplo", delay=20)
    suggested = page.locator("datalist option")
    expect(suggested).to_have_count(1)
    value = suggested.get_attribute("value")
    assert value == "Employee (employee@town.test)"
    who.fill(value)
    page.get_by_label("Author").check()
    page.get_by_role("button", name="Give the role").click()
    expect(page.locator(".toasts")).to_contain_text("Employee has the role.")
    assert UnitUserGrant.objects.get(user=town_live.employee).role.key == "author"


def test_without_script_one_chooses_among_those_who_fit(town_live: Town, open_as: OpenAs, watch: Watch):
    watch.allow("status of 422")
    for name in ("anna_ek", "anna_alm"):
        person(name, town_live.south)
    page = open_as(town_live.manager, width=PHONE, language="en", java_script_enabled=False)
    page.goto("/organisation/me/")
    page.get_by_role("link", name="Appoint a deputy").click()
    page.get_by_label("Who stands in").fill("anna")
    page.get_by_label("Last day").fill(page.get_by_label("First day").input_value())
    page.get_by_role("button", name="Appoint").click()
    expect(page.get_by_label("Who stands in")).to_have_value("anna")
    page.get_by_label("Anna Alm").check()
    page.get_by_role("button", name="Appoint").click()
    expect(page.get_by_role("main")).to_contain_text("Anna Alm is appointed.")
    assert Deputy.objects.get().deputy.name == "Anna Alm"


def folded(page: Page, name: str) -> bool:
    """Whether what lies below the unit is hidden."""
    return not page.get_by_role("link", name=name, exact=True).is_visible()


@pytest.mark.parametrize("script", [True, False])
def test_the_tree_is_unfolded_and_filtered_with_the_keyboard(town_live: Town, open_as: OpenAs, script: bool):
    page = open_as(town_live.outsider, width=PHONE, language="en", java_script_enabled=script)
    page.goto("/organisation/")
    assert folded(page, "North")
    page.get_by_role("link", name="Care", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="North", exact=True)).to_be_visible()
    page.get_by_label("Unit, code or head").fill("south")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="South", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="North", exact=True)).to_have_count(0)
    assert page.url.endswith("q=south")


@pytest.mark.usefixtures("single_sign_on")
def test_the_button_leads_to_the_sign_in_service_and_back(
    town_live: Town, open_as: OpenAs, provider: Provider
):
    provider.knows("browser", email="employee@town.test", email_verified=True)
    page = open_as(None, width=PHONE, language="en")
    # What the provider's own page asks for besides.
    page.route(re.compile(r"^https:|/favicon\.ico$"), lambda route: route.fulfill(body=""))
    page.goto(f"/organisation/units/{town_live.north.pk}/")
    page.get_by_role("button", name="Town account").click()
    page.wait_for_url(f"{provider.url}/**")
    page.locator("input[name=sub]").fill("browser")
    page.locator("button[type=submit], input[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1, name="North")).to_be_visible()
