"""The board in a real browser: by keyboard, by dragging, on the wall."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from improvements.models import Improvement
from tests.browser.fixtures import OpenAs
from tests.browser.watch import Watch
from tests.conftest import Town
from tests.factories import improvement

pytestmark = pytest.mark.browser


def answer(page: Page) -> None:
    """Fill in the dialog of "just do it" and send it with the keyboard."""
    dialog = page.get_by_role("dialog", name="Just do it")
    dialog.get_by_label("What will be done?").fill("A new lamp on Thursday")
    dialog.get_by_role("button", name="Just do it").press("Enter")


def test_a_card_is_moved_with_the_keyboard_alone(town_live: Town, open_as: OpenAs):
    record = improvement(town_live.north, town_live.employee, "The lamp is broken")
    page = open_as(town_live.manager)
    page.goto(reverse("improvements:board"))
    page.get_by_role("button", name=f"Move {record.reference}").press("Enter")
    page.get_by_role("link", name="Just do it").press("Enter")
    answer(page)
    expect(page).to_have_url(re.compile("/board/"))
    expect(page.get_by_role("region", name="In progress")).to_contain_text("The lamp is broken")
    assert Improvement.objects.get(pk=record.pk).state == "doing"


def test_a_card_that_is_dragged_asks_what_its_new_place_takes(town_live: Town, open_as: OpenAs):
    improvement(town_live.north, town_live.employee, "The lamp is broken")
    page = open_as(town_live.manager)
    page.goto(reverse("improvements:board"))
    card = page.locator("[data-ticket]")
    card.drag_to(page.locator('[data-lane="done"]'))
    expect(page.get_by_role("status").filter(has_text="It cannot go there from here")).to_be_visible()
    card.drag_to(page.locator('[data-lane="doing"]'))
    page.get_by_role("link", name="Just do it").click()
    answer(page)
    expect(page.get_by_role("region", name="In progress")).to_contain_text("The lamp is broken")


def test_the_wall_renews_itself(town_live: Town, open_as: OpenAs):
    page = open_as(town_live.manager)
    page.clock.install()
    page.goto(reverse("improvements:board_wall"))
    expect(page.get_by_role("region", name="Received")).to_contain_text("Nothing here right now")
    improvement(town_live.north, town_live.employee, "The lamp is broken")
    page.clock.run_for(61_000)
    expect(page.get_by_role("region", name="Received")).to_contain_text("The lamp is broken")


def test_all_lanes_of_the_wall_are_in_sight_on_an_upright_tablet(town_live: Town, open_as: OpenAs):
    improvement(town_live.north, town_live.employee, "Läkemedelssignalering saknas i kvällspasset")
    page = open_as(town_live.manager, width=768)
    page.goto(reverse("improvements:board_wall"))
    lanes = page.locator(".lane").all()
    assert len(lanes) == 4
    for lane in lanes:
        box = lane.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 768


def test_who_moves_a_card_that_another_has_moved_reads_so_and_keeps_what_they_wrote(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("409", "422")
    record = improvement(town_live.north, town_live.employee, "The lamp is broken")
    late, other = open_as(town_live.manager), open_as(town_live.handler)
    for page in (late, other):
        page.goto(reverse("improvements:board"))
        page.get_by_role("button", name=f"Move {record.reference}").click()
        page.get_by_role("link", name="Just do it").click()
    answer(other)
    expect(other.get_by_role("region", name="In progress")).to_contain_text("The lamp is broken")
    answer(late)
    dialog = late.get_by_role("dialog", name="Just do it")
    too_late = "This is no longer possible: it is now “In progress”."
    expect(dialog).to_contain_text(too_late)
    expect(dialog.get_by_label("What will be done?")).to_have_value("A new lamp on Thursday")
    dialog.get_by_role("link", name="Cancel").click()
    late.get_by_role("button", name=f"Move {record.reference}").click()
    late.get_by_role("link", name="Just do it").click()
    expect(late.get_by_role("alert")).to_contain_text(too_late)
    late.get_by_role("link", name="Show the page as it is now").click()
    expect(late.get_by_role("region", name="In progress")).to_contain_text("The lamp is broken")
    assert Improvement.objects.get(pk=record.pk).decisions.filter(name="just_do").count() == 1


def test_by_keyboard_the_next_ticket_of_a_meeting_is_at_hand_without_the_menu(
    town_live: Town, open_as: OpenAs
):
    for number in range(2):
        improvement(town_live.north, town_live.employee, f"Lamp {number} is broken")
    page = open_as(town_live.manager)
    page.goto(reverse("improvements:board_meeting"))
    page.get_by_role("link", name="Next").press("Enter")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#meeting a.ref")).to_be_focused()
