"""The life of a document without a mouse, in Norwegian: every step is reached by Tab and done by Enter."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from documents.models import Document, Version
from documents.workflow import names
from tests.browser.fixtures import OpenAs
from tests.browser.steps import words
from tests.browser.test_keyboard import choose, reach
from tests.conftest import Town
from tests.factories import grant

pytestmark = pytest.mark.browser
SAY = words("nb")


def there(page: Page, wanted: Locator) -> Locator:
    """What a page that was just asked for shows, once it is there."""
    expect(wanted).to_be_visible()
    page.wait_for_load_state()
    return wanted


def step(page: Page, version: Version, name: str, **typed: str) -> None:
    """Reach the step on the version's page, fill in its form, send it."""
    page.goto(version.get_absolute_url())
    choose(page, page.get_by_role("link", name=SAY(name), exact=True).first)
    form = page.locator("form[data-draft^=move]").first
    expect(form).to_be_visible()
    for field, value in typed.items():
        box = form.locator(f"[name={field}]")
        reach(page, box)
        if box.evaluate("box => box.tagName") == "SELECT":
            page.keyboard.type(value)  # a list goes to the line that begins so
        else:
            page.keyboard.press("Control+A")
            page.keyboard.type(value)
    choose(page, form.get_by_role("button", name=SAY(name), exact=True))
    expect(page.locator(".toasts")).to_be_visible()


def test_a_document_is_written_reviewed_approved_and_read_with_the_keyboard_alone(
    town_live: Town, open_as: OpenAs
):
    town = town_live
    grant(town.handler, "author", town.north)
    author, manager = open_as(town.handler, language="nb"), open_as(town.manager, language="nb")
    employee = open_as(town.employee, language="nb")

    author.goto(reverse("documents:list"))
    choose(author, author.get_by_role("link", name=SAY("New document")))
    reach(author, there(author, author.locator("[name=title]")))
    author.keyboard.type("Nøkler")
    reach(author, author.locator("[name=type]"))
    author.keyboard.type("Rutine")
    choose(author, author.get_by_role("button", name=SAY("Begin the document")))
    sheet = author.locator("[contenteditable=true]")
    reach(author, there(author, sheet))
    author.keyboard.type("Nøkler kvitteres ut.")
    choose(author, author.get_by_role("button", name=SAY("Save and go on")))  # Tab leads out of the sheet
    expect(author.locator(".toasts")).to_be_visible()
    version = Version.objects.get()
    assert version.text == "<p>Nøkler kvitteres ut.</p>"

    step(author, version, "Send to review", reviewer_1=town.employee.email)
    employee.goto(version.get_absolute_url())
    choose(employee, employee.get_by_role("link", name=SAY("Review and answer")))
    reach(employee, there(employee, employee.locator("[name=answer]").first))
    employee.keyboard.press("Space")
    choose(employee, employee.get_by_role("button", name=SAY("Send your answer")))
    expect(employee.locator(".toasts")).to_be_visible()

    step(author, version, "Send to approval", approver=town.manager.name)
    manager.goto(version.get_absolute_url())
    choose(manager, manager.get_by_role("link", name=SAY("Approve"), exact=True).first)
    form = manager.locator("form[data-draft^=move]").first
    reach(manager, there(manager, form.locator("[name=weight]").first))
    manager.keyboard.press("ArrowDown")
    manager.keyboard.press("ArrowDown")
    reach(manager, form.locator("[name=changes_for_you]"))
    manager.keyboard.type("Nøkler kvitteres.")
    choose(manager, form.get_by_role("button", name=SAY("Approve"), exact=True))
    expect(manager.locator(".toasts")).to_be_visible()
    version.refresh_from_db()
    assert (version.state, version.weight) == (names.IN_FORCE, "new_duty")

    employee.goto(reverse("documents:to_read"))
    choose(employee, employee.get_by_role("link", name="Nøkler").first)
    confirm = employee.get_by_role("button", name=SAY("I have read this"))
    choose(employee, there(employee, confirm))
    expect(employee.locator(".toasts")).to_be_visible()
    document = Document.objects.get()
    assert document.read_duties.get(person=town.employee).confirmed_version == version
