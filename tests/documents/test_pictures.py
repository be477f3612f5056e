"""Pictures and links in a text: put in where one writes, each one the document's own and said aloud."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from documents.content.difference import difference
from documents.models import FrozenPdf, Version
from documents.services import version_start
from documents.services.frozen import pdf_make
from qms.exceptions import RuleViolation
from qms.organisation.models import Person
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import Attachment, Record, Visibility
from qms.records.services import move
from qms.records.services.attachments import attachment_remove, attachments_save
from qms.records.services.change import edit_token, record_change
from tests.conftest import Town
from tests.documents import files
from tests.documents.steps import (
    answered,
    approved,
    begun,
    in_force,
    ready_to_approve,
    sent_to_review,
    written,
)
from tests.factories import person
from tests.records.files import picture, upload

SignIn = Callable[[Person], Client]
EDITOR = {"Accept": "application/json"}


def sent(browser: Client, version: Version, *, words: str = "Karta över skyddsrum", name: str = "karta.jpg",
         made: bytes = b"", headers: dict[str, str] | None = None, token: str = ""):  # fmt: skip
    data = {
        "picture-attachments": upload(name, made or picture()),
        "picture-words": words,
        "picture-token": token or edit_token(version),
    }
    return browser.post(reverse("documents:picture", args=[version.reference]), data, headers=headers or {})


def test_the_editor_gets_the_address_of_a_picture_drawn_anew(town: Town, sign_in: SignIn):
    version = begun(town)
    browser = sign_in(town.handler)
    answer = sent(browser, version, headers=EDITOR)
    kept = Attachment.objects.get()
    assert answer.json() == {"src": kept.get_absolute_url(), "alt": "Karta över skyddsrum"}
    assert kept.record_id == version.pk and kept.is_image
    with kept.file.open("rb") as stored:
        assert not Image.open(io.BytesIO(stored.read())).getexif()  # no place, no camera
    assert browser.get(kept.get_absolute_url()).status_code == 200
    assert sign_in(town.outsider).get(kept.get_absolute_url()).status_code == 404


def test_without_words_or_no_picture_it_is_refused_in_a_sentence(town: Town, sign_in: SignIn):
    version = begun(town)
    browser = sign_in(town.handler)
    answer = sent(browser, version, words=" ", headers=EDITOR)
    assert (answer.status_code, answer.json()) == (422, {"errors": ["Write what the picture shows."]})
    answer = sent(browser, version, name="rutin.docx", made=files.word("Rutin"), headers=EDITOR)
    assert answer.status_code == 422 and "This is no picture." in answer.json()["errors"][0]
    page = sent(browser, version, words="")
    assert page.status_code == 422 and "Write what the picture shows." in page.content.decode()
    assert not Attachment.objects.exists()


def test_without_script_it_stands_at_the_end_of_the_saved_text(town: Town, sign_in: SignIn):
    version = begun(town, text="<p>Före.</p>")
    browser = sign_in(town.handler)
    old = edit_token(version)
    assert sent(browser, version).status_code == 302
    version.refresh_from_db()
    address = Attachment.objects.get().get_absolute_url()
    assert version.text == f'<p>Före.</p><p><img src="{address}" alt="Karta över skyddsrum"></p>'
    assert sent(browser, version, token=old).status_code == 422  # somebody has saved meanwhile
    assert Attachment.objects.count() == 1


def test_without_script_a_picture_is_sent_again_after_somebody_has_saved(town: Town, sign_in: SignIn):
    version = begun(town, text="<p>Före.</p>")
    browser = sign_in(town.handler)
    old = edit_token(version)
    written(town, version, "<p>Någon annans ord.</p>")
    page = sent(browser, version, token=old)
    assert page.status_code == 422 and "Någon annans ord." in page.content.decode()
    again = sent(browser, version, token=str(page.context["picture_form"]["token"].value()))
    assert again.status_code == 302
    version.refresh_from_db()
    assert version.text.startswith("<p>Någon annans ord.</p><p><img ")


def test_a_picture_that_a_draft_does_not_show_is_taken_away(town: Town, sign_in: SignIn):
    version = begun(town)
    browser = sign_in(town.handler)
    src = sent(browser, version, headers=EDITOR).json()["src"]
    assert f"{src}remove/" in browser.get(version.get_absolute_url()).content.decode()
    assert sign_in(town.reader).get(f"{src}remove/").status_code == 403
    assert browser.post(f"{src}remove/").status_code == 302
    assert browser.get(src).status_code == 404


def test_a_picture_in_the_text_stays_until_it_is_taken_out_there(town: Town, sign_in: SignIn):
    version = begun(town)
    src = sent(sign_in(town.handler), version, headers=EDITOR).json()["src"]
    shown = Attachment.objects.get()
    written(town, version, f'<p><img src="{src}" alt="Karta"></p>')
    with pytest.raises(RuleViolation, match="stands in the text"):
        attachment_remove(attachment_id=shown.pk, access=town.access("handler"))
    answer = sign_in(town.handler).post(f"{src}remove/")
    assert answer.status_code == 409 and "stands in the text" in answer.content.decode()
    written(town, version, "<p>Utan karta.</p>")
    attachment_remove(attachment_id=shown.pk, access=town.access("handler"))


def test_what_came_with_a_decided_version_stays(town: Town, sign_in: SignIn):
    version = begun(town)
    src = sent(sign_in(town.handler), version, headers=EDITOR).json()["src"]
    ready_to_approve(town, version)
    with pytest.raises(RuleViolation, match="only while the version is a draft"):
        attachment_remove(attachment_id=Attachment.objects.get().pk, access=town.access("handler"))
    approved(town, version)
    with pytest.raises(RuleViolation, match="only while the version is a draft"):
        attachment_remove(attachment_id=Attachment.objects.get().pk, access=town.access("handler"))
    assert sign_in(town.handler).get(src).status_code == 200


def test_a_picture_that_does_not_stand_in_the_text_is_not_shown_with_what_was_decided(
    town: Town, sign_in: SignIn
):
    version = begun(town)
    beside, out, stays = (
        sent(sign_in(town.handler), version, headers=EDITOR).json()["src"] for _one in "123"
    )
    written(town, version, f'<p><img src="{out}" alt="Fel"><img src="{stays}" alt="Karta"></p>')
    written(town, version, f'<p><img src="{stays}" alt="Karta"></p>')
    approved(town, ready_to_approve(town, version))
    browser = sign_in(town.outsider)
    assert [browser.get(src).status_code for src in (beside, out, stays)] == [404, 404, 200]


def test_only_who_writes_on_the_draft_adds_pictures(town: Town, sign_in: SignIn):
    assert sent(sign_in(town.employee), begun(town)).status_code == 403


def test_before_a_picture_that_no_saved_text_shows_is_taken_away_it_says_what_to_think_of(
    town: Town, sign_in: SignIn
):
    version = begun(town)
    browser = sign_in(town.handler)
    src = sent(browser, version, headers=EDITOR).json()["src"]
    assert "No saved text shows this picture yet" in browser.get(f"{src}remove/").content.decode()
    written(town, version, f'<p><img src="{src}" alt="Karta"></p>')
    written(town, version, "<p>Utan karta.</p>")
    assert "No saved text shows" not in browser.get(f"{src}remove/").content.decode()


def test_a_picture_that_was_taken_away_meanwhile_is_called_so_and_not_somebody_elses(
    town: Town, sign_in: SignIn
):
    version = begun(town)
    src = sent(sign_in(town.handler), version, headers=EDITOR).json()["src"]
    attachment_remove(attachment_id=Attachment.objects.get().pk, access=town.access("handler"))
    with pytest.raises(RuleViolation, match=r"removed from the files\. Take it out"):
        written(town, version, f'<p><img src="{src}" alt="Karta"></p>')


def test_a_picture_that_is_gone_keeps_nobody_from_adding_another_but_from_sending_it_on(
    town: Town, sign_in: SignIn
):
    version = begun(town)
    with stored([receive(upload("karta.jpg", picture()))]) as received:
        [map_] = attachments_save(record=version.document, files=received, access=town.access("handler"))
    shown = f'<p><img src="{map_.get_absolute_url()}" alt="Karta"></p>'
    written(town, version, shown)
    attachment_remove(attachment_id=map_.pk, access=town.access("handler"))
    version.refresh_from_db()
    assert sent(sign_in(town.handler), version).status_code == 302
    version.refresh_from_db()
    assert version.text.count("<img") == 2
    with pytest.raises(RuleViolation, match="has been removed from the files"):
        sent_to_review(town, version)
    written(town, version, version.text.replace(shown, ""))
    sent_to_review(town, version)


def test_a_picture_of_another_document_or_elsewhere_is_refused_and_says_what_to_do(
    town: Town, sign_in: SignIn
):
    other = begun(town, "Other")
    sent(sign_in(town.handler), other, headers=EDITOR)
    foreign = Attachment.objects.get().get_absolute_url()
    version = begun(town)
    for address in (foreign, "/static/img/logo.svg"):
        with pytest.raises(RuleViolation, match="is not kept with this document") as refused:
            written(town, version, f'<p><img src="{address}" alt="Karta"></p>')
        assert refused.value.field == "text"


def test_it_goes_along_into_the_next_version_the_pdf_and_the_difference(town: Town, sign_in: SignIn):
    document = in_force(town)
    first = version_start(document_id=document.pk, access=town.access("handler"))
    src = sent(sign_in(town.handler), first, headers=EDITOR).json()["src"]
    shown = f'<p><img src="{src}" alt="Karta över skyddsrum"></p>'
    written(town, first, f"<h2>Var</h2>{shown}")
    ready_to_approve(town, first)
    approved(town, first)
    assert pdf_make(version_id=first.pk)
    with FrozenPdf.objects.get(version=first).file.open("rb") as kept:
        pdf = PdfReader(io.BytesIO(kept.read()))
    assert len(pdf.pages[0].images) == 1
    assert "Karta över skyddsrum" in said_of_pictures(pdf)
    second = version_start(document_id=document.pk, access=town.access("handler"))
    assert src in second.text
    written(town, second, f"<h2>Var</h2>{shown}<p>Nytt.</p>")  # the document's own, from the version before
    assert src in difference(first.text, f"<h2>Var</h2>{shown}<p>Nytt.</p>").html
    assert sign_in(town.outsider).get(src).status_code == 200  # in force: everyone who works here reads it


def said_of_pictures(pdf: PdfReader) -> list[str]:
    """The alternative texts in the structure of a PDF."""
    found, waiting = [], [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, dict):
            if "/Alt" in node:
                found.append(str(node["/Alt"]))
            kids = node.get("/K", [])
            kids = kids.get_object() if hasattr(kids, "get_object") else kids
            waiting += [
                kid for kid in (kids if isinstance(kids, list) else [kids]) if not isinstance(kid, int)
            ]
    return found


def test_a_link_is_looked_up_by_reference_or_words_among_what_one_sees(town: Town, sign_in: SignIn):
    document = in_force(town, "Rutin för nycklar")
    secret = begun(town, "Hemliga nycklar", restricted_why="OSL 18 kap. 8 §").document
    address = reverse("records:options")
    browser = sign_in(town.outsider)
    for words in (document.reference, document.reference.lower(), "nyckl", "rutin nycklar"):
        page = browser.get(address, {"q": words}).content.decode()
        assert f'value="{document.get_absolute_url()}"' in page, words
        assert 'data-title="Rutin för nycklar"' in page and "Hemliga" not in page
    assert "Hemliga" not in browser.get(address, {"q": secret.reference}).content.decode()
    assert browser.get(address, {"q": "n"}).content.strip() == b""
    assert Record.objects.filter(pk=secret.pk).exists()  # it is there, only not for them


@pytest.mark.parametrize("visibility", [Visibility.RESTRICTED, Visibility.SEALED])
def test_a_link_to_what_few_see_says_its_reference_and_never_its_title(
    town: Town, sign_in: SignIn, visibility: Visibility
):
    secret = begun(town, "Hemliga nycklar").document
    Record.objects.filter(pk=secret.pk).update(visibility=visibility, confidential_reason="OSL 18 kap. 8 §")
    page = (
        sign_in(secret.created_by).get(reverse("records:options"), {"q": secret.reference}).content.decode()
    )
    assert f'data-title="{secret.reference}"' in page and 'data-title="Hemliga' not in page
    assert f"({visibility.label})" in page


def kept_within(town: Town, visibility: Visibility, sign_in: SignIn) -> tuple[Version, str, str]:
    """The second version, as a draft, of a document that stays in its unit; the addresses of a picture that
    hangs on the first and stands in both texts, and of one that stands in the first alone."""
    first = begun(town)
    browser = sign_in(town.handler)
    both, early = (sent(browser, first, headers=EDITOR).json()["src"] for _each in range(2))
    images = [f'<p><img src="{src}" alt="Karta"></p>' for src in (both, early)]
    written(town, first, "".join(images))
    ready_to_approve(town, first)
    approved(town, first)
    changes = {"visibility": visibility, "confidential_reason": "OSL 18 kap. 8 §"}
    record_change(record_id=first.document_id, changes=changes, access=town.access("quality"))
    second = version_start(document_id=first.document_id, access=town.access("handler"))
    return written(town, second, images[0]), both, early


@pytest.mark.parametrize("visibility", [Visibility.INTERNAL, Visibility.RESTRICTED])
def test_who_sees_a_document_only_as_its_reviewer_sees_the_pictures_of_what_is_shown_and_nobody_else_does(
    town: Town, sign_in: SignIn, visibility: Visibility
):
    second, both, early = kept_within(town, visibility, sign_in)
    reviewer, stranger = sign_in(town.outsider), sign_in(person("stranger", town.school))
    assert [reviewer.get(src).status_code for src in (both, early)] == [404, 404]
    sent_to_review(town, second, "outsider")
    page = reviewer.get(reverse("documents:answer", args=[second.reference])).content.decode()
    assert both in page and early in page  # the one in the text, the other as taken away since version 1
    assert [reviewer.get(src).status_code for src in (both, early)] == [200, 200]
    assert [stranger.get(src).status_code for src in (both, early)] == [404, 404]
    first = Version.objects.get(document=second.document_id, major=1)
    assert reviewer.get(first.get_absolute_url()).status_code == 404


def test_a_reviewer_goes_on_seeing_what_they_answered_about_while_it_is_under_way(
    town: Town, sign_in: SignIn
):
    second, both, early = kept_within(town, Visibility.INTERNAL, sign_in)
    sent_to_review(town, second, "outsider")
    answered(town, second, "outsider", "change", "Utan kartor")
    move(record_id=second.pk, name="take_back", access=town.access("handler"))
    written(town, second, "<p>Utan kartor.</p>")
    Version.objects.filter(major=1).update(text="")
    sent_to_review(town, second, "outsider")
    reviewer = sign_in(town.outsider)
    assert both in reviewer.get(reverse("documents:answer", args=[second.reference])).content.decode()
    assert [reviewer.get(src).status_code for src in (both, early)] == [200, 404]


def test_a_file_beside_the_text_is_no_picture_of_it(town: Town, sign_in: SignIn):
    second, _both, _early = kept_within(town, Visibility.INTERNAL, sign_in)
    first = Version.objects.get(document=second.document_id, major=1)
    with stored([receive(upload("underlag.docx", files.word("Underlag")))]) as received:
        [beside] = attachments_save(record=first, files=received, access=town.access("handler"))
    sent_to_review(town, second, "outsider")
    assert sign_in(town.outsider).get(beside.get_absolute_url()).status_code == 404
