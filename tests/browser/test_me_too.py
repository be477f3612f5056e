"""On a phone: somebody writes, sees that a colleague has sent in the same, and joins with one press."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from improvements.models import Improvement, Seconder
from improvements.selectors import similar
from qms.records.models import Comment, Follow
from tests.browser.fixtures import PHONE, OpenAs
from tests.browser.looks import overflow
from tests.browser.steps import words, write_proposal
from tests.browser.watch import Watch
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide, soon

pytestmark = pytest.mark.browser

KEYS = "Nycklarna till medicinskåpen ligger i samma låda."
TYPED = "Vi letar efter nyckeln till medicinskåpet varje morgon."


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy test machine may take its time."""
    monkeypatch.setattr(similar, "PATIENCE", 60_000)


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name=words("sv")("What could be better?"))


def test_typing_shows_a_similar_case_and_one_press_joins_it(town_live: Town, open_as: OpenAs):
    say = words("sv")
    record = improvement(town_live.north, town_live.manager, KEYS)
    page = open_as(town_live.employee, width=PHONE, language="sv")
    write_proposal(page, TYPED, say)
    expect(page.get_by_role("link", name=record.title)).to_be_visible()
    expect(page.locator("#similar-said")).to_contain_text("1 liknande ärende")
    expect(box(page)).to_be_focused()
    assert overflow(page) == []
    page.get_by_role("button", name=f"{say('Me too')}: {record.title}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("You want this too"))
    assert overflow(page) == []
    assert Seconder.objects.get().person == town_live.employee
    assert Comment.objects.get().text == TYPED
    assert Follow.objects.filter(record=record, person=town_live.employee).exists()
    assert Improvement.objects.count() == 1
    page.wait_for_load_state()
    page.get_by_role("link", name=say("Follow the case")).click()
    expect(page.locator("main")).to_contain_text(TYPED)
    expect(page.get_by_role("button", name=say("You follow"))).to_be_visible()
    page.get_by_role("button", name=say("Take back my “me too”")).click()
    expect(page.get_by_role("button", name=say("Me too"))).to_be_visible()
    # What was typed is in the case and gone from the device: the next proposal begins empty.
    page.goto(reverse("improvements:propose"))
    expect(box(page)).to_have_value("")


def test_what_was_solved_is_shown_with_what_was_done_and_ones_own_can_still_be_sent(
    town_live: Town, open_as: OpenAs
):
    say = words("sv")
    record = improvement(town_live.north, town_live.manager, KEYS)
    decide(town_live, record, "just_do", by="quality", due=soon())
    decide(town_live, record, "done", by="quality", comment="Varje nyckel har fått en färg")
    page = open_as(town_live.employee, language="sv")
    button = write_proposal(page, TYPED, say)
    expect(page.locator("main aside")).to_contain_text("Varje nyckel har fått en färg")
    expect(page.get_by_role("button", name=say("Me too"))).to_have_count(0)
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Thank you, your proposal has arrived"))


@pytest.mark.parametrize("failure", ["no net", "error"])
def test_a_failed_look_for_similar_cases_disturbs_nobody(
    town_live: Town, open_as: OpenAs, watch: Watch, failure: str
):
    say = words("sv")
    watch.allow("ERR_FAILED", "status of 500", "Response Status Error Code 500")
    improvement(town_live.north, town_live.manager, KEYS)
    page = open_as(town_live.employee, width=PHONE, language="sv")
    asked = []

    def _fail(route: Route) -> None:
        asked.append(route.request.post_data)
        route.abort() if failure == "no net" else route.fulfill(status=500, body="Broken")

    page.route("**/propose/similar/", _fail)
    # Pages ask for other things too (an open dialog, the bell): it is this answer that is meant.
    with page.expect_event(
        "requestfailed" if failure == "no net" else "requestfinished",
        lambda request: "/propose/similar/" in request.url,
    ):
        write_proposal(page, TYPED, say)
    page.wait_for_timeout(200)
    assert len(asked) == 1
    expect(page.locator("#trouble")).to_be_hidden()
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value(TYPED)
