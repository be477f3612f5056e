"""Writing a document by keyboard: a picture with words, a link found by its title, and what is refused."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from qms.records.models import Attachment
from tests.browser.fixtures import PHONE, OpenAs
from tests.browser.watch import Watch
from tests.conftest import Town
from tests.documents.steps import begun, in_force
from tests.factories import grant
from tests.records.files import picture

pytestmark = pytest.mark.browser


def test_a_picture_and_a_link_are_put_in_where_one_writes(town_live: Town, open_as: OpenAs, watch: Watch):
    watch.allow("status of 422")  # a picture without words
    grant(town_live.handler, "author", town_live.north)
    goal = in_force(town_live, "Nycklar i hemtjänsten")
    draft = begun(town_live, text="<p>Först.</p>")
    page = open_as(town_live.handler, width=PHONE)
    page.goto(reverse("documents:write", args=[draft.reference]))
    sheet = page.get_by_role("textbox", name="The text of the document")
    sheet.focus()
    page.keyboard.press("Control+End")
    page.get_by_role("toolbar").get_by_role("button", name="Link", exact=True).press("Enter")
    field = page.get_by_role("combobox", name="Where the link leads")
    field.type("nyckl")
    expect(page.locator("#editor-links option").first).to_have_attribute("value", goal.get_absolute_url())
    field.fill(goal.get_absolute_url())  # as choosing from the browser's list does
    field.press("Enter")
    expect(sheet.get_by_role("link", name="Nycklar i hemtjänsten")).to_be_visible()

    page.get_by_role("toolbar").get_by_role("button", name="Picture").press("Enter")
    form = page.locator("form[data-picture]")
    file = {"name": "karta.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    form.locator("[type=file]").set_input_files(file)
    form.get_by_role("button", name="Put in the picture").press("Enter")
    expect(form.get_by_role("alert")).to_have_text("Write what the picture shows.")
    form.get_by_label("What the picture shows").fill("Karta över nyckelskåpet")
    form.get_by_role("button", name="Put in the picture").press("Enter")
    expect(sheet.get_by_role("img", name="Karta över nyckelskåpet")).to_be_visible()
    expect(form).to_be_hidden()

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toasts")).to_be_visible()
    draft.refresh_from_db()
    src = Attachment.objects.get().get_absolute_url()
    assert f'<img src="{src}" alt="Karta över nyckelskåpet">' in draft.text
    assert f'href="{goal.get_absolute_url()}"' in draft.text and "Först." in draft.text

    # What it shows is changed where the picture stands.
    page.get_by_role("textbox", name="The text of the document").get_by_role("img").click()
    page.get_by_role("toolbar").get_by_role("button", name="Picture").press("Enter")
    words = page.get_by_label("What the picture shows. Enter to keep it.")
    expect(words).to_have_value("Karta över nyckelskåpet")
    words.fill("Nyckelskåpet står i hallen")
    words.press("Enter")
    expect(page.get_by_role("img", name="Nyckelskåpet står i hallen")).to_be_visible()


def test_words_lead_to_the_only_record_that_fits_and_what_leads_nowhere_is_said(
    town_live: Town, open_as: OpenAs
):
    grant(town_live.handler, "author", town_live.north)
    goal = in_force(town_live, "Brandskydd i skolan")
    draft = begun(town_live, text="<p>Först.</p>")
    page = open_as(town_live.handler)
    page.goto(reverse("documents:write", args=[draft.reference]))
    sheet = page.get_by_role("textbox", name="The text of the document")
    button = page.get_by_role("toolbar").get_by_role("button", name="Link", exact=True)
    field = page.get_by_role("combobox", name="Where the link leads")

    button.press("Enter")
    field.fill("zebrafink")
    field.press("Enter")
    expect(field).to_have_js_property(
        "validationMessage",
        "Choose one of the suggestions, or write a whole address that begins with https://.",
    )
    expect(field).to_be_visible()
    expect(sheet.get_by_role("link")).to_have_count(0)
    field.fill("brandskydd")
    field.press("Enter")
    link = sheet.get_by_role("link", name="Brandskydd i skolan")
    expect(link).to_have_attribute("href", goal.get_absolute_url())
    expect(field).to_be_hidden()

    expect(sheet).to_be_focused()
    page.keyboard.press("Control+End")  # off the link just set
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Enter")
    field.fill("www.kommun.se")
    field.press("Enter")
    expect(sheet.get_by_role("link", name="www.kommun.se")).to_have_attribute("href", "https://www.kommun.se")

    # Whoever leaves the field writes on at once: the cursor is back before the next key can come.
    button.press("Enter")
    left = field.evaluate(
        """(field) => {
            field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
            return document.activeElement.getAttribute("role");
        }"""
    )
    assert left == "textbox"
    expect(field).to_be_hidden()
