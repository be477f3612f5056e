"""The journey without a mouse: every step is reached by Tab, seen, and done by Enter."""

import pytest
from playwright.sync_api import Locator, Page, expect

from improvements.models import Improvement
from tests.browser.fixtures import OpenAs
from tests.browser.steps import Say, sent_reference, words
from tests.conftest import Town

pytestmark = pytest.mark.browser

TEXT = "Lampan vid entrén är trasig."
_MOST_TABS = 60
_SEEN = """async e => {
    await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const shown = [e, ...(e.labels ?? []), e.closest('.file-button'), e.closest('.ds-field')]
        .filter(Boolean).map(e => getComputedStyle(e));
    shown.push(getComputedStyle(e, '::after'));  // a link that fills its row
    const box = e.getBoundingClientRect();
    return shown.some(style => style.outlineStyle !== 'none' || style.boxShadow !== 'none')
        && box.bottom > 0 && box.top < innerHeight;
}"""


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus; each stop on the way must show that it has it."""
    for _press in range(_MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count():
            assert focused.evaluate(_SEEN), focused.evaluate("e => e.outerHTML.slice(0, 200)")
        if wanted.evaluate("e => e === document.activeElement"):
            return
    pytest.fail(f"{wanted} is not reached by {_MOST_TABS} presses of Tab")


def choose(page: Page, wanted: Locator) -> None:
    """Reach it and press Enter."""
    reach(page, wanted)
    page.keyboard.press("Enter")


def test_a_proposal_is_sent_and_answered_with_the_keyboard_alone(town_live: Town, open_as: OpenAs):
    say = words("sv")
    employee = open_as(town_live.employee, language="sv")
    reference = send(employee, say)
    manager = open_as(town_live.manager, language="sv")
    manager.goto("/")
    choose(manager, manager.get_by_role("link", name="Lampan vid entrén").first)
    expect(manager.get_by_role("heading", level=1)).to_contain_text("Lampan")
    act = manager.get_by_role("link", name=say("Just do it"), exact=True)
    escape_gives_the_focus_back(manager, act)
    manager.keyboard.press("Enter")
    dialog = manager.get_by_role("dialog")
    expect(dialog).to_be_visible()  # who presses Tab before it stands there moves on in the page behind it
    reach(manager, dialog.get_by_label(say("What will be done?")))
    manager.keyboard.type("Ny lampa på torsdag.")
    choose(manager, dialog.get_by_role("button", name=say("Just do it")))
    expect(manager.locator(".toasts")).to_contain_text(reference)
    assert Improvement.objects.get(reference=reference).state == "doing"


def send(page: Page, say: Say) -> str:
    """From the start page by the skip link's neighbour to the receipt."""
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=say("Skip to the content"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.goto("/")
    choose(page, page.get_by_role("link", name=say("Propose an improvement")).first)
    reach(page, page.get_by_role("textbox", name=say("What could be better?")))
    page.keyboard.type(TEXT)
    choose(page, page.get_by_role("button", name=say("Send the proposal")))
    return sent_reference(page, say)


def escape_gives_the_focus_back(page: Page, act: Locator) -> None:
    """A dialog takes the focus, Escape closes it, and the focus is where it was."""
    choose(page, act)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(act).to_be_focused()
