"""Files nobody should keep as a document: refused on the page in one sentence, and nothing else is lost."""

import pytest
from django.urls import reverse

from documents.models import FileText, Version
from documents.services.file_text import text_read
from qms.records.models import Attachment
from qms.records.services.change import edit_token
from tests.conftest import Town
from tests.documents import files
from tests.documents.steps import begun
from tests.records.files import docx, upload

HEAD = b"PK\x03\x04"
BAD = {
    "empty": ("rutin.pdf", b"", "empty"),
    "broken": ("rutin.docx", HEAD + b" not really", ""),
    "cut off": ("rutin.pdf", files.pdf("Rutin")[:400], "damaged"),
    "encrypted": ("rutin.pdf", files.pdf("Rutin", password="x"), "password"),
    "macro-laden": ("rutin.docx", docx(**{"word/vbaProject.bin": b"x"}), "macros"),
    "a bomb": ("rutin.docx", docx(**{"word/media/x.bin": bytes(40_000_000)}), "far too large"),
    "too large": ("rutin.pdf", files.pdf("Rutin") + bytes(2_100_000), "larger than 2 MB"),
    "a program": ("rutin.pdf", b"MZ" + bytes(600), ""),
    "a page with script": ("rutin.html", b"<html><script>alert(1)</script></html>", ""),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_in_one_sentence_beside_its_field_and_nothing_else_is_lost(
    town: Town, sign_in, settings, name: str
):
    settings.ATTACHMENT_MAX_BYTES = 2_000_000
    called, content, said = BAD[name]
    version = begun(town, text="<p>Skrivet här.</p>")
    sent = {"attachments": upload(called, content), "token": edit_token(version)}
    answer = sign_in(town.handler).post(reverse("documents:file", args=[version.reference]), sent)
    [sentence] = answer.context["file_form"].errors["attachments"]
    assert answer.status_code == 422 and said in sentence, sentence
    assert sentence in answer.content.decode().replace("&#x27;", "'")
    kept = Version.objects.get()
    assert (kept.text, kept.is_file) == ("<p>Skrivet här.</p>", False)
    assert not Attachment.objects.exists() and not FileText.objects.exists()


def test_a_wrongly_named_one_is_kept_as_what_it_is(town: Town, sign_in):
    version = begun(town, text="")
    sent = {"attachments": upload("rutin.pdf", files.word("Sprita.")), "token": edit_token(version)}
    answer = sign_in(town.handler).post(reverse("documents:file", args=[version.reference]), sent)
    assert answer.status_code == 302
    version.refresh_from_db()
    assert version.file.name == "rutin.pdf.docx" and version.file.extension == ".docx"
    assert text_read(version_id=version.pk)
    version.refresh_from_db()
    assert version.extracted == "Sprita."
