"""Voices: without a name from a phone, a resident without login, and who sees what of a case."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from improvements.models import Improvement
from improvements.services import improvement_submit
from qms.records.services import comment_add, note_add
from tests.browser.fixtures import PHONE, OpenAs
from tests.browser.looks import overflow
from tests.browser.steps import photo, words, write_proposal
from tests.conftest import Town
from tests.improvements.steps import decide, soon

pytestmark = pytest.mark.browser

TEXT = "Nattpasset är en person kort, varje vecka."
MESSAGE, NOTE = "Vi har sett det och räknar på det.", "Ring facket innan vi svarar."


def test_without_a_name_from_a_phone_to_the_private_link_and_the_answer(town_live: Town, open_as: OpenAs):
    say = words("sv")
    sender = open_as(town_live.employee, width=PHONE, language="sv")
    write_proposal(sender, TEXT, say)
    sender.locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    sender.get_by_text(say("Send without my name")).first.click()
    expect(sender.locator("main")).to_contain_text("sparas inte i ärendet")
    assert overflow(sender) == []
    sender.get_by_role("button", name=say("Send without my name")).click()
    expect(sender.get_by_role("heading", level=1)).to_have_text(say("Thank you, it has arrived"))
    sender.wait_for_load_state()
    link = sender.locator("#link").input_value()
    assert overflow(sender) == []
    record = Improvement.objects.get()
    assert (record.channel, record.created_by) == ("anonymous", None)
    # What was typed is gone from the device: the next proposal begins empty.
    sender.goto(reverse("improvements:propose"))
    expect(sender.get_by_role("textbox", name=say("What could be better?"))).to_have_value("")
    decide(town_live, record, "just_do", comment="En till på natten från måndag", due=soon())
    home = open_as(None, width=PHONE)
    home.goto(link)
    expect(home.locator("main")).to_contain_text("En till på natten från måndag")
    home.get_by_label(say("Write to those who handle it")).fill("Tack! Gäller det även helgen?")
    home.get_by_role("button", name=say("Send the message")).click()
    expect(home.get_by_text(say("Your message is with those who handle the case."))).to_be_visible()
    expect(home.get_by_label(say("Write to those who handle it"))).to_have_value("")
    assert home.context.cookies() == []
    decide(town_live, record, "done", comment="Schemat är ändrat")
    home.goto(link)
    home.get_by_role("button", name=say("No, it did not")).click()
    home.get_by_role("link", name=say("Open it again"), exact=True).click()
    home.get_by_label(say("What has come up?")).fill("Helgen är fortfarande kort")
    home.get_by_role("button", name=say("Open it again")).click()
    expect(home.get_by_text(say("It is open again, with a new day for the answer."))).to_be_visible()
    assert Improvement.objects.get().state == "received"


def test_a_resident_sends_while_the_browser_works_and_keeps_what_was_typed(town_live: Town, open_as: OpenAs):
    say = words("sv")
    page = open_as(None, width=PHONE)
    page.goto(reverse("voices:say") + "?lang=sv")
    page.get_by_role("searchbox").fill("north")
    page.get_by_role("button", name=say("Search")).click()
    page.get_by_role("link", name="North").click()
    box = page.get_by_role("textbox", name=say("What do you want to say?"))
    page.wait_for_load_state("load")
    box.fill("Gungan i parken är trasig.")
    expect(page.locator("[data-draft-status]")).to_be_visible()
    page.reload()
    expect(box).to_have_value("Gungan i parken är trasig.")
    expect(page.locator("input[name=proof]")).not_to_have_value("")
    page.wait_for_timeout(3_100)  # sooner nobody can have read and written
    page.get_by_role("button", name=say("Send"), exact=True).dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Thank you, it has arrived"))
    assert [record.channel for record in Improvement.objects.all()] == ["residents"]
    assert page.context.cookies() == []


def test_sender_handler_manager_and_outsider_each_see_what_they_should_and_no_more(
    town_live: Town, open_as: OpenAs
):
    say = words("sv")
    record = improvement_submit(text=TEXT, unit=town_live.north, access=town_live.access("employee"))
    comment_add(record_id=record.pk, text=MESSAGE, access=town_live.access("handler"))
    note_add(record_id=record.pk, text=NOTE, access=town_live.access("handler"))

    def opened(name: str) -> Page:
        page = open_as(getattr(town_live, name), language="sv")
        page.goto(record.get_absolute_url())
        return page

    note_button = say("Save note. Only those who handle it see it")
    for name, notes, assess, withdraw in (
        ("employee", 0, 0, 1),
        ("reader", 0, 0, 0),
        ("handler", 1, 1, 0),
        ("manager", 1, 1, 0),
    ):
        page = opened(name)
        main = page.locator("main")
        expect(main).to_contain_text(TEXT)
        expect(main).to_contain_text(MESSAGE)
        expect(page.get_by_text(NOTE)).to_have_count(notes)
        expect(page.get_by_role("button", name=note_button)).to_have_count(notes)
        acts = page.locator("section[aria-labelledby=now]")
        expect(acts.get_by_role("link", name=say("Just do it"), exact=True)).to_have_count(assess)
        expect(acts.get_by_role("link", name=say("Withdraw"), exact=True)).to_have_count(withdraw)
    outsider = open_as(town_live.outsider, language="sv")
    answer = outsider.request.get(record.get_absolute_url())
    assert answer.status == 404
    assert TEXT not in answer.text() and NOTE not in answer.text()
    # What the manager writes in the place for notes stays there.
    page = opened("manager")
    page.get_by_label(say("Note for those who handle it")).fill("Bara för oss")
    page.get_by_role("button", name=note_button).click()
    expect(page.get_by_text("Bara för oss")).to_be_visible()
    sender = opened("employee")
    expect(sender.locator("main")).to_contain_text(MESSAGE)
    expect(sender.get_by_text("Bara för oss")).to_have_count(0)
