"""Whatever is put into the box: a clear sentence beside the field, and what was typed is still there."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from improvements.models import MOST_TEXT, Improvement
from qms.organisation.models import Unit
from tests.browser.fixtures import PHONE, OpenAs, sign_in
from tests.browser.looks import overflow
from tests.browser.steps import sent_reference, words, write_proposal
from tests.browser.watch import Watch
from tests.conftest import Town

pytestmark = pytest.mark.browser

TEXT = "Lampan vid entrén är trasig."
ODD = "Lampan 💡 är \u202eksart\u202c och \u0000 \u200fمصباح\u200f, e\u0301n rad till"
say = words("sv")


def bomb() -> bytes:
    """A small file that becomes 200 MB when it is unpacked."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 200_000_000)
    return content.getvalue()


def refused(page: Page, field: str, sentence: str) -> None:
    """The form is there again, with a sentence that belongs to the field, nothing sent, and it all fits."""
    control = page.locator(f"[name={field}]").first
    expect(control).to_have_attribute("aria-invalid", "true")
    described = control.get_attribute("aria-describedby") or ""
    texts = [page.locator(f"#{one}").inner_text() for one in described.split()]
    assert any(re.search(sentence, text) for text in texts), texts
    assert overflow(page) == []
    assert not Improvement.objects.exists()


def test_bad_files_and_texts_are_refused_in_words_and_the_text_is_kept(
    town_live: Town, open_as: OpenAs, watch: Watch
):
    watch.allow("status of 422")
    page = open_as(town_live.employee, language="sv", width=PHONE)
    box = page.get_by_role("textbox", name=say("What could be better?"))
    files: list[tuple[FilePayload, str]] = [
        (
            {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00" + b"\x00" * 4000},
            "lamp.jpg",
        ),
        ({"name": "lamp.docx", "mimeType": "application/zip", "buffer": bomb()}, "lamp.docx"),
    ]
    for file, sentence in files:
        button = write_proposal(page, TEXT, say)
        page.locator("input[type=file]").set_input_files(file)
        button.tap()
        refused(page, "attachments", sentence)
        expect(box).to_have_value(TEXT)

    # Three million letters, pasted (Chromium takes half a minute to lay out ten): refused with both
    # numbers, and all of them are still in the box.
    write_proposal(page, "", say)
    box.evaluate("(box, count) => { box.hidden = true; box.value = 'lampa '.repeat(count) }", 500_000)
    page.evaluate("document.querySelector('form[data-draft]').requestSubmit()")
    page.wait_for_url("**/send/", timeout=120_000)
    refused(page, "text", str(MOST_TEXT))
    assert page.locator("[name=text]").evaluate("box => box.value.length") == 6 * 500_000

    # Emoji, signs that turn the writing, NUL: they are no mistake.
    write_proposal(page, ODD, say).tap()
    sent_reference(page, say)
    assert Improvement.objects.get().text == ODD.replace("\x00", "")
    assert overflow(page) == []


def test_a_unit_that_closed_meanwhile_and_a_form_older_than_the_sign_in_keep_the_text(
    town_live: Town, open_as: OpenAs, site: str, watch: Watch
):
    watch.allow("status of 422", "status of 403", "Status Error Code 403")
    page = open_as(town_live.employee, language="sv")
    button = write_proposal(page, TEXT, say)
    Unit.objects.filter(pk=town_live.north.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    button.click()
    refused(page, "unit", "North")
    box = page.get_by_role("textbox", name=say("What could be better?"))
    expect(box).to_have_value(TEXT)

    # Signed in anew in another tab: this form's key is no longer good, its text is.
    page.wait_for_load_state("networkidle")  # what was asked before would take the new session away
    Session.objects.all().delete()
    page.context.clear_cookies()
    sign_in(page.context, site, town_live.employee)
    page.get_by_role("button", name=say("Send the proposal")).click()
    expect(page.locator("main")).to_contain_text(TEXT)
    assert not Improvement.objects.exists()
    page.goto(reverse("improvements:propose"))
    expect(box).to_have_value(TEXT)
