"""Full handling in a browser: why it happened, what is done, whether it helped, and round once more."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from improvements.models import Cause, Improvement
from improvements.services import improvement_classify
from qms.records.services import move
from tests.browser.fixtures import PHONE, OpenAs, press_act
from tests.browser.looks import overflow
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import soon

pytestmark = pytest.mark.browser

WHYS = ("The lamp was dark", "It was old", "Nobody looks after lamps")


def act(page: Page, name: str, **fields: str) -> None:
    """Press the act of that name, fill in its form and send it."""
    press_act(page, name)
    form = page.locator("form[data-draft^=move]").first
    for field, value in fields.items():
        form.locator(f"[name={field}]").fill(value)
    form.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".toasts")).to_be_visible()


def ask_why(page: Page, whys: tuple[str, ...]) -> None:
    """Answer why, and why again, by the keyboard alone; the last is the root."""
    page.locator("#why").get_by_role("link", name="causes").click()
    box = page.get_by_label("It happened because …")
    for text in whys:
        box.fill(text)
        box.press("Enter")
        expect(page.locator("#why").get_by_text(text, exact=True).first).to_be_visible()
        box = page.locator("#why .causes details[open] input[name=text]")
    page.locator("#why button[value=root]").last.click()
    expect(page.locator("#why button[aria-pressed=true]")).to_be_visible()
    assert overflow(page) == []
    page.get_by_role("link", name="Done with the causes").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_what_did_not_help_goes_round_once_more_until_it_does(town_live: Town, open_as: OpenAs, script: bool):
    town = town_live
    case = improvement(town.north, town.employee, "The lamp by the entrance is dark")
    improvement_classify(record_id=case.pk, category="deviation", access=town.access("manager"))
    move(record_id=case.pk, name="handle", access=town.access("manager"), data={"due": soon(20)})
    address = reverse("records:detail", args=[case.reference])
    manager = open_as(town.manager, width=PHONE, java_script_enabled=script)
    judge = open_as(town.employee, width=PHONE, java_script_enabled=script)

    manager.goto(address)
    expect(manager.locator("main")).to_contain_text("mark a root cause")
    ask_why(manager, WHYS)
    assert [cause.parent and cause.parent.text for cause in Cause.objects.all()] == [None, *WHYS[:2]]
    act(manager, "Test the effect", comment="New lamp", judge=town.employee.email, sign="Light for a month")
    judge.goto(address)
    expect(judge.locator("main")).to_contain_text("Did it help? Your judgement is expected")
    act(judge, "It did not help", comment="Dark again")

    manager.goto(address)
    manager.locator("summary", has_text="Round 1").click()
    expect(manager.locator("main")).to_contain_text("Dark again")
    assert overflow(manager) == []
    ask_why(manager, ("No round is made",))
    act(manager, "Test the effect", comment="A round a week", judge=town.employee.email)
    judge.goto(address)
    act(judge, "It worked", comment="Light all month")
    manager.goto(address)
    act(manager, "Close", comment="Thank you")
    case = Improvement.objects.get()
    assert (case.state, case.round) == ("closed", 2)
