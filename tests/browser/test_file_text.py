"""A file sent in place of the text: one goes on at once, and its words come by themselves."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from documents.services import version_start
from documents.services.file_text import text_read
from tests.browser.fixtures import PHONE, OpenAs
from tests.conftest import Town
from tests.documents import files
from tests.documents.steps import in_force
from tests.factories import grant

pytestmark = pytest.mark.browser
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_the_words_come_by_themselves_and_what_one_writes_meanwhile_stays(town_live: Town, open_as: OpenAs):
    grant(town_live.handler, "author", town_live.north)
    document = in_force(town_live, text="<p>Tvätta händerna noga.</p>")
    draft = version_start(document_id=document.pk, access=town_live.access("handler"))
    page = open_as(town_live.handler, width=PHONE)
    page.clock.install()
    page.goto(reverse("documents:write", args=[draft.reference]))
    page.get_by_text("Use a file in place of the text").click()
    sent = {"name": "rutin.docx", "mimeType": WORD, "buffer": files.word("Sprita händerna noga.")}
    page.locator("#id_file_attachments").set_input_files(sent)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_text("The text of the file is being read.")).to_be_visible()
    page.get_by_label("Write a comment").fill("Half a sentence")
    page.clock.run_for(6_000)  # it has been asked for, and is not there yet
    expect(page.get_by_text("The text of the file is being read.")).to_be_visible()
    assert text_read(version_id=draft.pk)
    page.clock.run_for(6_000)
    page.get_by_text("The words of the file").click()
    expect(page.get_by_text("Sprita händerna noga.", exact=True)).to_be_visible()
    expect(page.locator("ins")).to_contain_text("Sprita")
    expect(page.get_by_text("is being read")).to_have_count(0)
    expect(page.get_by_label("Write a comment")).to_have_value("Half a sentence")
