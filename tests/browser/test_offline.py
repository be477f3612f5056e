"""A phone without a net: the box is there, what is sent is kept with its photo, and goes once, later."""

import pytest
from django.urls import reverse
from playwright.sync_api import Error, Page, expect

from improvements.models import Improvement
from tests.browser.fixtures import PHONE, OpenAs
from tests.browser.steps import photo, words, write_proposal
from tests.browser.watch import Watch
from tests.conftest import Town

pytestmark = pytest.mark.browser

OTHER = "Sandlådan behöver ny sand."
TEXT = "Grinden till gården går inte att stänga."


def box_without_net(page: Page) -> None:
    """The box is open and there is no net, after the worker has seen the page and all it needs."""
    page.goto(reverse("improvements:propose"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)


def test_written_and_sent_without_a_net_it_arrives_once_when_there_is_one(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource", "Failed to fetch")
    say = words("sv")
    page = open_as(town_live.employee, width=PHONE, language="sv")
    box_without_net(page)
    button = write_proposal(page, TEXT, say)
    page.locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    button.click()
    unsent = say("Not yet sent. It is kept on this device and goes by itself when there is a net.")
    expect(page.get_by_text(unsent)).to_be_visible()
    expect(page.locator("[data-outbox]")).to_contain_text(TEXT)
    # The box is empty again, and what is sent next is a matter of its own.
    expect(page.get_by_role("textbox", name=say("What could be better?"))).to_have_value("")
    write_proposal(page, OTHER, say).click()
    expect(page.get_by_text(unsent)).to_have_count(2)
    assert not Improvement.objects.exists()
    page.context.set_offline(False)
    expect(page.get_by_text(say("Now it is sent."))).to_have_count(2)
    assert sorted(record.text for record in Improvement.objects.all()) == sorted([TEXT, OTHER])
    record = Improvement.objects.get(text=TEXT)
    assert (record.text, record.created_by, record.attachments.count()) == (TEXT, town_live.employee, 1)
    sent = page.locator("[data-outbox] li", has_text=TEXT)
    sent.get_by_role("link", name=say("Open"), exact=True).click()
    expect(page.locator("main")).to_contain_text(record.reference)
    page.goto(reverse("improvements:propose"))
    expect(page.locator("[data-outbox]")).to_be_hidden()
    assert Improvement.objects.count() == 2


def test_while_the_server_is_down_it_waits_and_goes_by_itself_when_it_is_back(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow(
        "ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource", "Failed to fetch", "503"
    )
    page = open_as(town_live.employee, width=PHONE)
    box_without_net(page)
    page.get_by_role("textbox", name="What could be better?").fill(TEXT)
    page.get_by_role("button", name="Send the proposal").click()
    unsent = page.get_by_text("Not yet sent. It is kept on this device")
    expect(unsent).to_be_visible()
    down = f"**{reverse('improvements:propose')}"
    page.route(down, lambda route: route.fulfill(status=503))
    page.context.set_offline(False)
    with page.expect_response(lambda answer: answer.status == 503):
        pass
    expect(unsent).to_be_visible()
    expect(page.locator("[data-outbox] li")).to_have_count(1)
    page.unroute(down)
    expect(page.get_by_text("Now it is sent.")).to_be_visible(timeout=15_000)
    assert Improvement.objects.get().text == TEXT


def test_without_a_net_from_the_first_time_the_page_is_open_it_is_kept_and_said_so(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource", "Failed to fetch")
    page = open_as(town_live.employee, width=PHONE)
    page.goto(reverse("improvements:propose"))
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.get_by_role("textbox", name="What could be better?").fill(TEXT)
    page.locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    page.context.set_offline(True)
    page.get_by_role("button", name="Send the proposal").click()
    expect(page.get_by_text("Not yet sent. It is kept on this device")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Now it is sent.")).to_be_visible()
    assert Improvement.objects.get().attachments.count() == 1


def test_who_has_been_signed_out_meanwhile_reads_so_and_is_led_to_it_from_wherever_they_come_back(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource", "Failed to fetch")
    page = open_as(town_live.employee, width=PHONE)
    box_without_net(page)
    write_proposal(page, TEXT, str).click()
    expect(page.get_by_text("Not yet sent. It is kept on this device")).to_be_visible()
    session = page.context.cookies()
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(page.get_by_text("Not yet sent, because you have been signed out.")).to_be_visible()
    expect(page.locator("[data-outbox]").get_by_role("link", name="Sign in")).to_be_visible()
    page.context.add_cookies(session)  # type: ignore[arg-type]
    page.goto("/")
    page.get_by_role("link", name="Open it, and it goes").click()
    expect(page.get_by_text("Now it is sent.")).to_be_visible()
    assert Improvement.objects.get().text == TEXT
    page.goto("/")
    expect(page.get_by_text("Something that you wrote on this device")).to_be_hidden()


def test_the_way_back_to_what_was_sent_without_a_name_stays_until_it_has_been_opened(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource", "Failed to fetch")
    page = open_as(town_live.employee, width=PHONE)
    box_without_net(page)
    write_proposal(page, TEXT, str)
    page.locator("summary", has_text="Send without my name").click()
    page.locator("button[name=nameless]").click()
    expect(page.get_by_text("Not yet sent. It is kept on this device")).to_be_visible()
    page.context.set_offline(False)
    private = page.get_by_text("Now it is sent, without your name.")
    expect(private).to_be_visible()
    page.goto(reverse("improvements:propose"))
    expect(private).to_be_visible()
    page.locator("[data-outbox]").get_by_role("link", name="Open", exact=True).click()
    expect(page.locator("main")).to_contain_text(Improvement.objects.get().reference)
    page.goto(reverse("improvements:propose"))
    expect(private).to_be_hidden()
    assert Improvement.objects.get().created_by is None


def test_what_waits_is_shown_while_another_page_of_the_browser_sends_and_goes_once(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource", "Failed to fetch")
    page = open_as(town_live.employee)
    page.goto(reverse("improvements:propose"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")
    other = page.context.new_page()
    other.goto(reverse("improvements:propose"))
    other.evaluate(
        "void navigator.locks.request('outbox', () => new Promise((done) => { globalThis.done = done; }))"
    )
    page.context.set_offline(True)
    write_proposal(page, TEXT, str).click()
    unsent = page.get_by_text("Not yet sent. It is kept on this device")
    expect(unsent).to_be_visible()
    page.context.set_offline(False)
    expect(unsent).to_be_visible()
    other.evaluate("done()")
    expect(unsent).to_have_count(0)
    assert Improvement.objects.get().text == TEXT


def test_whoever_signs_in_after_another_is_not_given_their_box_without_a_net(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource", "Failed to fetch")
    page, other = open_as(town_live.employee, width=PHONE), open_as(town_live.handler)
    page.goto(reverse("improvements:propose"))
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.context.clear_cookies()  # their session has ended, and they have not signed out
    page.context.add_cookies(other.context.cookies())  # type: ignore[arg-type]
    page.goto("/")
    page.wait_for_function("() => !localStorage.getItem('outbox-page-of')")
    page.context.set_offline(True)
    with pytest.raises(Error, match="ERR_"):
        page.goto(reverse("improvements:propose"))
    page.context.set_offline(False)
    page.goto(reverse("improvements:propose"))
    page.context.set_offline(True)
    page.reload()
    write_proposal(page, TEXT, str).click()
    expect(page.get_by_text("Not yet sent. It is kept on this device")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Now it is sent.")).to_be_visible()
    assert Improvement.objects.get().created_by == town_live.handler


def test_in_the_first_seconds_of_a_first_visit_it_is_kept_with_its_photo_too(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource", "Failed to fetch")
    watch.allow("fetching the script")
    page = open_as(town_live.employee, width=PHONE)
    page.route("**/sw.js", lambda route: route.abort())  # the worker is still on its way
    page.goto(reverse("improvements:propose"))
    box = page.get_by_role("textbox", name="What could be better?")
    box.fill(TEXT)
    page.locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    page.context.set_offline(True)
    button = page.get_by_role("button", name="Send the proposal")
    button.click()
    unsent = page.get_by_text("Not yet sent. It is kept on this device")
    expect(unsent).to_be_visible()
    expect(box).to_have_value("")
    box.fill(OTHER)
    button.click()
    expect(unsent).to_have_count(2)
    page.context.set_offline(False)
    expect(page.get_by_text("Now it is sent.")).to_have_count(2)
    assert {one.text: one.attachments.count() for one in Improvement.objects.all()} == {TEXT: 1, OTHER: 0}
    page.reload()
    expect(box).to_have_value("")


def test_what_is_written_in_one_tab_is_kept_though_somebody_signed_out_in_another(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource", "Failed to fetch")
    page = open_as(town_live.employee)
    page.goto(reverse("improvements:propose"))
    page.wait_for_function("() => navigator.serviceWorker.controller")
    button = write_proposal(page, TEXT, str)
    other = page.context.new_page()
    other.goto("/")
    other.locator("form[data-drafts-forget]").first.evaluate("form => form.requestSubmit()")
    other.wait_for_url("**/accounts/**")
    page.context.set_offline(True)
    button.click()
    expect(page.get_by_text("Not yet sent. It is kept on this device")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Not yet sent, because you have been signed out.")).to_be_visible()


def test_what_an_earlier_release_or_another_page_needed_does_not_pile_up(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    kept = """async () => {
        const cache = await caches.open("propose-1");
        return (await cache.keys()).map(({ url }) => new URL(url).pathname);
    }"""
    page = open_as(town_live.employee)
    page.goto(reverse("improvements:propose"))
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.reload()
    page.wait_for_load_state("networkidle")
    before = set(page.evaluate(kept))
    page.evaluate(
        """async () => (await caches.open("propose-1")).put("/static/js/outbox.0ld.js", new Response(""))"""
    )
    page.goto(reverse("improvements:gallery"))
    page.wait_for_load_state("networkidle")
    page.goto(reverse("improvements:propose"))
    page.wait_for_function(
        """async () => !(await caches.match("/static/js/outbox.0ld.js"))""",
    )
    after = set(page.evaluate(kept))
    assert after <= before and {reverse("improvements:propose"), "/static/js/outbox.js"} <= after
