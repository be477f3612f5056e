"""The whole life of a governing document in a browser, each step by the person whose step it is."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from documents.models import Document, Version
from documents.services import look_overs_open
from documents.workflow import names
from qms.jobs.services import job_run
from qms.organisation.access import SystemAccess
from qms.records.models import Record
from tests.browser.fixtures import PHONE, OpenAs, press_act
from tests.browser.looks import overflow
from tests.conftest import Town
from tests.factories import grant

pytestmark = pytest.mark.browser
COMMITTEE_TYPE = "riktlinje"


def at(record: Record) -> str:
    return reverse("records:detail", args=[record.reference])


def act(page: Page, record: Record, name: str, button: str = "", **fields: str) -> None:
    """Press the act of that name on the record's page, fill in its form and send it."""
    page.goto(at(record))
    press_act(page, name)
    form = page.locator("form[data-draft^=move]").first
    for field, value in fields.items():
        box = form.locator(f"[name={field}]")
        if box.first.get_attribute("type") == "radio":
            form.locator(f"[name={field}][value={value}]").check()
        elif box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(box.locator(f"option[value*='{value}']").get_attribute("value"))
        else:
            box.fill(value)
    form.get_by_role("button", name=button or name, exact=True).click()
    expect(page.locator(".toasts")).to_be_visible()


def answer(page: Page, version: Version, choice: str, comment: str = "") -> None:
    """A reviewer's answer."""
    page.goto(at(version))
    page.get_by_role("link", name="Review and answer").click()
    page.locator(f"[name=answer][value={choice}]").check()
    page.locator("[name=comment]").fill(comment)
    page.get_by_role("button", name="Send your answer").click()
    expect(page.locator(".toasts")).to_be_visible()


def test_from_the_first_draft_to_the_repeal(town_live: Town, open_as: OpenAs):
    town = town_live
    grant(town.handler, "author", town.north)
    grant(town.care_head, "approver", town.care)
    author, approver = open_as(town.handler), open_as(town.care_head)
    reader = open_as(town.employee, width=PHONE)

    # Begun and written in the editor
    author.goto(reverse("documents:new"))
    author.get_by_label("What is it about?").fill("Notes in home care")
    author.get_by_label("Type").select_option(label="Guideline")
    author.locator("[name=unit]").select_option(str(town.north.pk))
    author.locator("[name=owner]").fill(town.manager.email)
    author.get_by_role("button", name="Begin the document").click()
    sheet = author.get_by_role("textbox", name="The text of the document")
    sheet.click()
    author.get_by_role("button", name="Heading", exact=True).click()
    author.keyboard.type("When the note is written")
    author.keyboard.press("Enter")
    author.keyboard.type("Before the shift ends.")
    author.get_by_role("button", name="Save and go on").click()
    expect(author.locator(".toasts")).to_be_visible()
    version = Version.objects.get()
    document = Document.objects.get()
    assert '<h2 id="s-when-the-note-is-written">' in version.text

    # Reviewed by two, of whom one wishes a change; taken back and changed
    reviewers = {"reviewer_1": town.employee.email, "reviewer_2": town.south_head.email}
    act(author, version, "Send to review", **reviewers)
    answer(reader, version, "agree")
    second = open_as(town.south_head)
    answer(second, version, "change", "Say who is called at night.")
    act(author, version, "Take back to write on it")
    author.goto(reverse("documents:write", args=[version.reference]))
    author.get_by_role("textbox", name="The text of the document").click()
    author.keyboard.press("Control+End")
    author.keyboard.press("Enter")
    author.keyboard.type("At night the nurse is called.")
    author.get_by_role("button", name="Save and go on").click()
    act(author, version, "Send to review", reviewer_1=town.south_head.email)
    second.goto(reverse("documents:answer", args=[version.reference]))
    expect(second.locator("ins")).to_contain_text("At night the nurse is called.")
    answer(second, version, "agree")

    # Returned, sent again, approved with paragraph for a later day
    act(author, version, "Send to approval", approver=town.care_head.email)
    act(approver, version, "Return", comment="Put the registry number into the file.")
    act(author, version, "Send to review", reviewer_1=town.south_head.email)
    answer(second, version, "agree")
    act(author, version, "Send to approval", approver=town.care_head.email)
    day = timezone.localdate() + timedelta(days=1)
    decision = {
        "decided_by": "The committee",
        "paragraph": "§ 84",
        "registry_number": "VON 2026/602",
        "valid_from": day.isoformat(),
        "weight": "new_duty",
        "changes_for_you": "The note is written before the shift ends.",
        "read_by": (day + timedelta(days=14)).isoformat(),
    }
    act(approver, version, "Approve", **decision)
    version.refresh_from_db()
    assert version.state == names.SCHEDULED

    # In force at midnight, by the job; sessions of yesterday are over
    midnight = timezone.localtime().replace(hour=0, minute=1) + timedelta(days=1)
    with time_machine.travel(midnight):
        run = job_run(key="documents.enter")
        assert run and run.state == "done", run
        version.refresh_from_db()
        assert version.state == names.IN_FORCE
        _goes_on(town, document, version, open_as)


def _goes_on(town: Town, document: Document, version: Version, open_as: OpenAs) -> None:
    """Read, corrected, looked over, repealed."""
    author, approver = open_as(town.handler), open_as(town.care_head)
    reader, owner = open_as(town.employee, width=PHONE), open_as(town.manager)

    # Read and confirmed on a phone
    reader.goto(reverse("documents:to_read"))
    reader.get_by_role("link", name="Notes in home care").click()
    expect(reader.locator("main")).to_contain_text("The note is written before the shift ends.")
    expect(reader.locator("main")).to_contain_text("The committee, § 84")
    assert overflow(reader) == []
    reader.get_by_role("button", name="I have read this").click()
    expect(reader.locator("main")).to_contain_text("You have read everything you were asked to.")

    # A small correction, without review
    author.goto(at(document))
    author.get_by_role("button", name="Make a small correction").click()
    author.get_by_role("textbox", name="The text of the document").click()
    author.keyboard.press("Control+End")
    author.keyboard.type(" Always.")
    author.get_by_role("button", name="Save and go on").click()
    expect(author.locator(".toasts")).to_be_visible()
    small = Version.objects.get(minor=1)
    act(author, small, "Send to approval", approver=town.care_head.email)
    act(approver, small, "Approve", paragraph="§ 90", registry_number="VON 2026/602", weight="editorial")
    document.refresh_from_db()
    assert document.text.endswith("Always.")
    assert document.read_duties.get(person=town.employee).confirmed_at

    # Looked over in time, and at last repealed
    with time_machine.travel(timezone.now() + timedelta(days=720)):
        assert look_overs_open(access=SystemAccess("test")) == 1
    act(owner, document, "Still right, no change", comment="Read through with the team.")
    act(
        approver, document, "Repeal", comment="The department's own replaces it.",
        decided_by="The committee", paragraph="§ 12", registry_number="VON 2028/1",
    )  # fmt: skip
    reader.goto(at(document))
    expect(reader.locator("main")).to_contain_text("and is no longer in force.")
    states = dict(Version.objects.values_list("reference", "state"))
    assert states == {version.reference: names.SUPERSEDED, small.reference: names.REPEALED}
