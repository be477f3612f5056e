"""A case only for those who handle it is sent on from a phone; and what is pressed twice without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from improvements.models import Channel
from improvements.services import improvement_restrict, improvement_submit_unnamed
from qms.organisation.access import VisitorAccess
from qms.records.models import Attachment, Comment
from tests.browser.fixtures import PHONE, OpenAs
from tests.browser.looks import axe, overflow
from tests.browser.steps import photo, words
from tests.conftest import Town
from tests.factories import improvement

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_the_dialog_says_who_sees_it_no_longer_and_afterwards_a_calm_page_says_where_it_is(
    town_live: Town, open_as: OpenAs, width: int
):
    say = words("sv")
    record = improvement(town_live.north, town_live.employee, "Hägern i källaren")
    improvement_restrict(record_id=record.pk, reason="OSL 26", access=town_live.access("manager"))
    page = open_as(town_live.manager, width=width, language="sv")
    page.goto(record.get_absolute_url())
    page.get_by_role("link", name=say("Send on"), exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("ser varken du eller andra som bara handlägger ärenden här det längre")
    assert axe(page) == []
    dialog.get_by_label(say("Which unit is it for?")).select_option(label="South")
    dialog.get_by_label(say("Why does it belong there?")).fill("Det hör till er")
    dialog.get_by_role("button", name=say("Send on")).click()
    expect(page.get_by_role("heading", name=say("It is with others now"))).to_be_visible()
    expect(page.locator("main")).to_contain_text("Du skickade ärendet vidare till South den")
    assert "Hägern" not in page.content()
    assert overflow(page) == [] and axe(page) == []


def test_a_double_click_by_the_private_link_sends_one_message_without_script(
    town_live: Town, open_as: OpenAs
):
    say = words("en")
    sent = improvement_submit_unnamed(
        text="The lamp is dark", unit=town_live.north, channel=Channel.RESIDENTS, access=VisitorAccess()
    )
    page = open_as(None, width=PHONE, java_script_enabled=False)
    page.goto(reverse("voices:follow", args=[sent.token]) + "?lang=en")
    page.get_by_label(say("Write to those who handle it")).fill("It is dark again")
    page.locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    page.get_by_role("button", name=say("Send the message")).dblclick()
    expect(page.get_by_text(say("Your message is with those who handle the case."))).to_be_visible()
    assert (Comment.objects.count(), Attachment.objects.count()) == (1, 1)
