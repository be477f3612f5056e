"""Back after signing out, in a browser that keeps whole pages for it as people's browsers do."""

from typing import Any

import pytest
from playwright.sync_api import BrowserType, expect

from tests.browser.fixtures import sign_in
from tests.conftest import Town
from tests.factories import improvement

pytestmark = pytest.mark.browser
KEEPS_PAGES = ["--disable-back-forward-cache"]  # which Playwright says else


def test_after_signing_out_back_shows_nothing_of_what_was_read(
    town_live: Town, site: str, browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
):
    record = improvement(town_live.north, town_live.employee, "Greta fell out of bed")
    browser = browser_type.launch(**browser_type_launch_args, ignore_default_args=KEEPS_PAGES)
    try:
        context = browser.new_context(base_url=site)
        sign_in(context, site, town_live.employee)
        page = context.new_page()
        page.goto(record.get_absolute_url())
        page.goto("/help/")
        page.evaluate("history.back()")
        expect(page.get_by_role("heading", name="Greta fell out of bed")).to_be_visible()

        page.goto("/accounts/logout/")
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/accounts/login/**")
        for _ in range(3):
            page.evaluate("history.back()")
            page.wait_for_timeout(700)
            assert "Greta" not in page.content()
    finally:
        browser.close()
