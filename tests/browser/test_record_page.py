"""The page of a record in a real browser: its dialogs with script, the same pages without."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qms.records.models import Notification, Record
from tests.browser.watch import Watch
from tests.conftest import Town
from tests.factories import improvement
from tests.records.files import EXE, PDF, picture

OpenAs = Callable[..., Page]
pytestmark = pytest.mark.browser


def test_a_dialog_asks_keeps_what_was_written_and_says_what_happened(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("status of 422")
    record = improvement(town_live.north, town_live.employee)
    page = open_as(town_live.manager, width=360)
    page.goto(record.get_absolute_url())

    page.get_by_role("link", name="Not now").click()
    dialog = page.get_by_role("dialog", name="Not now")
    box = dialog.get_by_role("textbox")
    expect(box).to_be_focused()
    dialog.get_by_role("button", name="Answer “not now”").click()
    expect(dialog.get_by_text("Write the reason: it is sent along.").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/r/F-"))

    box.fill("Pengarna räcker inte i år")
    expect(dialog.get_by_role("status")).to_contain_text("Draft saved")
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Not now").click()
    expect(box).to_have_value("Pengarna räcker inte i år")

    dialog.get_by_role("button", name="Answer “not now”").click()
    expect(page.get_by_text("is now “Not now”. Employee, who sent it, is told at once.")).to_be_visible()
    expect(page.locator(".timeline").get_by_text("Pengarna räcker inte i år")).to_be_visible()
    page.wait_for_load_state()
    kept = "Object.keys(localStorage).filter(key => key.includes('move-'))"
    assert page.evaluate(kept) == []


def test_what_is_typed_while_a_form_is_being_put_in_is_kept_too(town_live: Town, open_as: OpenAs):
    """htmx says that a form is there (``htmx:load``) a moment after whoever waits for it can type."""
    record = improvement(town_live.north, town_live.employee)
    page = open_as(town_live.manager)
    page.goto(record.get_absolute_url())
    page.evaluate(
        """addEventListener("htmx:afterSwap", ({ target }) => {
            const box = document.querySelector("dialog textarea");
            box.value = "Quick fingers";
            box.dispatchEvent(new Event("input", { bubbles: true }));
        })"""
    )
    page.get_by_role("link", name="Not now").click()
    dialog = page.get_by_role("dialog", name="Not now")
    expect(dialog.get_by_role("status")).to_contain_text("Draft saved")
    # What was written before is no reason to lose it either.
    page.evaluate(
        """const key = Object.keys(localStorage).find((name) => name.startsWith("draft:"));
        localStorage.setItem(key, localStorage.getItem(key).replace("Quick fingers", "An older draft"));"""
    )
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Not now").click()
    expect(dialog.get_by_role("status")).not_to_be_empty()
    expect(dialog.get_by_role("textbox").first).to_have_value("Quick fingers")


def test_a_refusal_stands_in_the_dialog(town_live: Town, open_as: OpenAs, watch: Watch):
    watch.allow("status of 409", "status of 403")
    record = improvement(town_live.north, town_live.employee)
    page = open_as(town_live.manager)
    page.goto(record.get_absolute_url())
    other = open_as(town_live.handler)
    other.goto(f"{record.get_absolute_url()}move/not_now/")
    other.get_by_role("textbox", name="Why not now?").fill("No money")
    other.get_by_role("button", name="Answer “not now”").click()
    expect(other.get_by_text("Nothing more is expected")).to_be_visible()

    page.get_by_role("link", name="Not now").click()
    expect(
        page.get_by_role("alert").get_by_text("This is no longer possible: it is now “Not now”.")
    ).to_be_visible()
    page.get_by_role("link", name="Close").click()
    expect(page.get_by_role("alert").get_by_text("This is no longer possible")).to_be_hidden()


def test_everything_works_without_script(town_live: Town, open_as: OpenAs, tmp_path: Path):
    record = improvement(town_live.north, town_live.employee)
    page = open_as(town_live.manager, width=360, java_script_enabled=False)
    page.goto(record.get_absolute_url())

    page.get_by_role("link", name="Not now").click()
    page.get_by_role("textbox", name="Why not now?").fill("No money")
    page.get_by_role("button", name="Answer “not now”").click()
    expect(page.get_by_text("is now “Not now”.")).to_be_visible()

    page.get_by_role("textbox", name="Write a comment").fill("Kanske nästa år")
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_text("Kanske nästa år")).to_be_visible()

    photo = tmp_path / "skylt.jpg"
    photo.write_bytes(picture())
    page.locator("section:has(#files)").get_by_role("link", name="Add").click()
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("link", name="skylt.jpg", exact=True)).to_be_visible()

    page.get_by_role("link", name="Change").first.click()
    page.get_by_role("textbox", name="Title").fill("Skylten vid entrén")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Skylten vid entrén")).to_be_visible()
    page.get_by_role("button", name="You follow").click()  # whoever comments follows
    expect(page.get_by_text(f"You no longer follow {record.reference}.")).to_be_visible()
    assert not Record.objects.get().follows.filter(person=town_live.manager).exists()


def test_several_files_are_sent_from_a_dialog_and_a_wrong_one_is_named(
    town_live: Town, open_as: OpenAs, watch: Watch, tmp_path: Path
):
    watch.allow("status of 422")
    record = improvement(town_live.north, town_live.employee)
    for name, content in (("plan.pdf", PDF), ("bild.jpg", picture()), ("semester.jpg", EXE)):
        (tmp_path / name).write_bytes(content)
    page = open_as(town_live.employee)
    page.goto(record.get_absolute_url())
    page.locator("section:has(#files)").get_by_role("link", name="Add").click()
    page.locator("input[type=file]").set_input_files([tmp_path / "plan.pdf", tmp_path / "semester.jpg"])
    expect(page.get_by_text("plan.pdf, semester.jpg")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("semester.jpg: This sort of file cannot be received.").first).to_be_visible()
    page.locator("input[type=file]").set_input_files([tmp_path / "plan.pdf", tmp_path / "bild.jpg"])
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("2 files are with the record.")).to_be_visible()
    thumbnail = page.locator("aside img").first
    expect(thumbnail).to_have_js_property("complete", True)
    assert thumbnail.evaluate("image => image.naturalWidth") == 480


def test_whoever_is_called_on_is_chosen_by_the_keyboard(town_live: Town, open_as: OpenAs):
    record = improvement(town_live.north, town_live.employee)
    page = open_as(town_live.manager)
    page.goto(record.get_absolute_url())
    box = page.get_by_label("Write a comment")
    box.press_sequentially("Look at it, @hand")
    expect(page.get_by_role("button", name="Handler North")).to_be_visible()
    expect(box).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Look at it, @Handler ")
    expect(box).to_be_focused()
    box.press_sequentially("and @hand")
    expect(page.get_by_role("button", name="Handler North")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Handler North")).to_have_count(0)
    page.get_by_role("button", name="Send comment").click()
    expect(page.locator("main")).to_contain_text("Look at it, @Handler and @hand")
    assert Notification.objects.filter(person=town_live.handler, event="called").exists()
