"""Sending a proposal: from a phone, with a slow hand, a bad network and a session that has ended."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from improvements.models import Improvement
from tests.browser.fixtures import PHONE, OpenAs
from tests.browser.looks import overflow
from tests.browser.steps import fields_shown, photo, sent_reference, words, write_proposal
from tests.browser.watch import Watch
from tests.conftest import Town
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

NOWHERE = re.compile("chrome-error")  # the browser's own page for "no network"
TEXT = "Lampan vid entrén är trasig och jag snubblade i morse."


def only_case() -> Improvement:
    """The one case there is."""
    return Improvement.objects.get()


def test_a_proposal_with_a_photo_is_sent_from_a_phone_with_at_most_three_fields(
    town_live: Town, open_as: OpenAs
):
    say = words("sv")
    page = open_as(town_live.employee, width=PHONE, language="sv")
    page.goto("/")
    page.locator("nav.bottom").get_by_role("link", name=say("Propose")).tap()
    page.get_by_role("textbox", name=say("What could be better?")).fill(TEXT)
    assert fields_shown(page) <= 3
    expect(page.locator("#promise")).to_contain_text("Manager")
    page.locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    page.get_by_role("button", name=say("Send the proposal")).tap()
    reference = sent_reference(page, say)
    assert not overflow(page)
    case = only_case()
    assert (case.reference, case.text, case.unit, case.owner) == (
        reference,
        TEXT,
        town_live.north,
        town_live.manager,
    )
    page.get_by_role("link", name=say("Follow your proposal")).tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lampan vid entrén")
    picture = page.locator("main img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_a_double_tap_sends_one_case(town_live: Town, open_as: OpenAs):
    say = words("sv")
    for script in (True, False):
        page = open_as(town_live.employee, language="sv", java_script_enabled=script)
        write_proposal(page, f"{TEXT} {script}", say).dblclick()
        sent_reference(page, say)
    assert Improvement.objects.count() == 2


def test_a_lost_answer_and_a_lost_network_still_make_one_case(town_live: Town, open_as: OpenAs, watch: Watch):
    say = words("sv")
    watch.allow("ERR_FAILED", "ERR_INTERNET_DISCONNECTED", "chrome-error", "Service Worker registration")
    # Without a service worker, which would keep it (test_offline.py): not every browser has one.
    page = open_as(town_live.employee, language="sv", width=PHONE, service_workers="block")

    def lose_the_answer(route):
        route.fetch(max_redirects=0)
        route.abort()

    # It arrives, but the phone never hears of it.
    button = write_proposal(page, TEXT, say)
    expect(page.locator("[data-draft-status]")).to_be_visible()
    page.route(reverse("improvements:send"), lose_the_answer)
    button.tap()
    expect(page).to_have_url(NOWHERE)
    page.unroute_all()
    assert only_case().text == TEXT

    # Tried again without any network: the page keeps it, and it becomes no second case when it goes.
    page.go_back()
    page.context.set_offline(True)
    page.get_by_role("button", name=say("Send the proposal")).tap()
    sent = page.locator("[data-outbox] li", has_text=TEXT)
    expect(sent).to_be_visible()
    page.context.set_offline(False)
    expect(sent).to_contain_text(say("Now it is sent."))
    sent.get_by_role("link", name=say("Open"), exact=True).tap()
    expect(page.locator("main")).to_contain_text(only_case().reference)


def test_the_draft_outlives_a_closed_tab_and_goes_when_it_has_arrived(town_live: Town, open_as: OpenAs):
    say = words("sv")
    page = open_as(town_live.employee, language="sv")
    write_proposal(page, TEXT, say)
    page.close()
    page = page.context.new_page()
    page.goto(reverse("improvements:propose"))
    expect(page.get_by_role("textbox", name=say("What could be better?"))).to_have_value(TEXT)
    expect(page.locator("[data-draft-status]")).to_be_visible()
    page.get_by_role("button", name=say("Send the proposal")).click()
    sent_reference(page, say)
    page.goto(reverse("improvements:propose"))
    expect(page.get_by_role("textbox", name=say("What could be better?"))).to_have_value("")


def test_what_is_typed_before_the_scripts_have_come_is_kept_and_no_older_draft_takes_its_place(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("Service Worker registration")  # it would bring the scripts past the route below
    page = open_as(town_live.employee, width=PHONE, service_workers="block")
    page.goto("/improvements/propose/")
    page.locator("textarea[name=text]").fill("Ett äldre utkast.")
    expect(page.locator("[data-draft-status]")).to_be_visible()

    on_their_way: list[Route] = []
    have_come = False
    page.route("**/*.js", lambda route: route.continue_() if have_come else on_their_way.append(route))
    page.goto("/improvements/propose/", wait_until="commit")
    page.locator("textarea[name=text]").fill(TEXT)
    have_come = True
    for script in on_their_way:
        script.continue_()
    expect(page.locator("[data-draft-status]")).to_be_visible()
    expect(page.locator("textarea[name=text]")).to_have_value(TEXT)

    page.goto("/improvements/propose/")
    expect(page.locator("textarea[name=text]")).to_have_value(TEXT)


def test_what_came_back_with_an_error_and_was_changed_is_still_a_draft_of_the_empty_form(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("status of 422")
    page = open_as(town_live.employee)
    write_proposal(page, "Kort", words("en"))
    long = TEXT * 2000  # too long: it comes back
    page.locator("textarea[name=text]").fill(long)
    page.get_by_role("button", name="Send the proposal").click()
    expect(page.locator("textarea[name=text]")).to_have_attribute("aria-invalid", "true")
    page.wait_for_load_state()
    page.locator("textarea[name=text]").fill(TEXT)
    expect(page.locator("[data-draft-status]")).to_be_visible()
    page.goto("/improvements/propose/")
    expect(page.locator("textarea[name=text]")).to_have_value(TEXT)


def test_a_session_that_ended_while_writing_costs_nothing(town_live: Town, open_as: OpenAs, watch: Watch):
    say = words("sv")
    watch.allow("status of 40[13]")
    page = open_as(town_live.employee, language="sv")
    button = write_proposal(page, TEXT, say)
    Session.objects.all().delete()
    button.click()
    expect(page.locator("main")).to_contain_text(TEXT)
    assert not Improvement.objects.exists()
    sign_in_again(page, town_live)
    expect(page.get_by_role("textbox", name=say("What could be better?"))).to_have_value(TEXT)
    page.get_by_role("button", name=say("Send the proposal")).click()
    assert sent_reference(page, say) == only_case().reference


def sign_in_again(page: Page, town: Town) -> None:
    """From the page that says the session has ended, through the sign-in page, and back."""
    say = words("sv")
    page.locator("main").get_by_role("link", name=say("Sign in")).first.click()
    page.locator("input[name=login]").fill(town.employee.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name=say("Sign in")).click()
