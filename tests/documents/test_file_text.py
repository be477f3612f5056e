"""The words of an uploaded file: read by a worker, once, and said truthfully until they are there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Document, FileText, Version
from documents.selectors.version_page import news_for, version_detail
from documents.services import file_text, version_file_set, version_start
from documents.services.file_text import text_read, texts_sweep
from documents.services.owed import MOST_LOST, claim
from qms.exceptions import RuleViolation
from qms.organisation.models import Person
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import Attachment, Record
from qms.records.search import text_query
from qms.records.services import move
from qms.records.services.change import edit_token
from tests.conftest import Town, build_town
from tests.documents import files
from tests.documents.steps import (
    answered,
    approved,
    begun,
    in_force,
    ready_to_approve,
    sent_to_review,
    together,
)
from tests.factories import grant
from tests.records.files import upload

SignIn = Callable[[Person], Client]
State = FileText.State


def with_file(town: Town, version: Version, name: str = "rutin.docx", made: bytes = b"") -> Version:
    """The draft as an uploaded file, whose words nobody has read yet."""
    with stored([receive(upload(name, made or files.word("Sprita händerna noga.")))]) as [file]:
        return version_file_set(
            version_id=version.pk, file=file, token=edit_token(version), access=town.access("handler")
        )


def row(version: Version) -> FileText:
    return FileText.objects.get(version=version)


def due_now() -> None:
    """The lease or the wait has run out."""
    FileText.objects.update(claimable_at=timezone.now())


def found(words: str) -> list[int]:
    return list(Record.objects.filter(search=text_query(words)).values_list("pk", flat=True))


def shown(browser: Client, version: Version) -> str:
    return browser.get(version.get_absolute_url()).content.decode()


def test_search_and_page_have_the_words_when_they_are_read_and_no_open_form_becomes_stale(
    town: Town, sign_in: SignIn
):
    version = with_file(town, begun(town, text=""))
    browser = sign_in(town.handler)
    assert "is being read" in shown(browser, version) and found("sprita") == []
    version.refresh_from_db()
    document = Document.objects.get()
    forms = edit_token(version), edit_token(document)
    assert text_read(version_id=version.pk)
    version.refresh_from_db()
    document.refresh_from_db()
    assert version.extracted == document.text == "Sprita händerna noga."
    assert found("sprita") == [document.pk]
    assert "Sprita händerna noga." in shown(browser, version)
    assert (edit_token(version), edit_token(document)) == forms
    assert text_read(version_id=version.pk) is False  # once


def test_one_that_is_published_before_it_is_read_is_found_afterwards(town: Town, sign_in: SignIn):
    version = with_file(town, begun(town, text=""))
    ready_to_approve(town, version)
    approved(town, version)
    document = Document.objects.get()
    assert document.text == "" and "is being read" in shown(sign_in(town.employee), document)
    assert texts_sweep().startswith("1")
    document.refresh_from_db()
    assert document.text == "Sprita händerna noga." and found("sprita") == [document.pk]


def test_a_draft_of_what_is_in_force_tells_search_nothing(town: Town):
    document = in_force(town, text="<p>Gamla ord</p>")
    version = version_start(document_id=document.pk, access=town.access("handler"))
    with_file(town, version)
    assert text_read(version_id=version.pk)
    document.refresh_from_db()
    assert document.text == "Gamla ord" and found("sprita") == []


def test_after_a_file_the_next_draft_does_not_begin_with_what_was_written_before_it(town: Town):
    version = with_file(town, begun(town, text="<p>Gamla ord</p>"))
    ready_to_approve(town, version)
    approved(town, version)
    assert version_start(document_id=version.document_id, access=town.access("handler")).text == ""


def test_until_both_are_read_the_difference_says_why_it_is_not_shown(town: Town, sign_in: SignIn):
    document = in_force(town, text="<p>Tvätta händerna noga.</p>")
    first = Version.objects.get()
    version = with_file(town, version_start(document_id=document.pk, access=town.access("handler")))
    browser = sign_in(town.handler)
    compared = reverse("documents:compare", args=[first.reference, version.reference])
    backwards = reverse("documents:compare", args=[version.reference, first.reference])
    for address in (compared, backwards, version.get_absolute_url()):
        page = browser.get(address).content.decode()
        assert "What is new cannot be shown yet: rutin.docx is being read." in page, address
        assert "<ins>" not in page and "<del>" not in page
    assert text_read(version_id=version.pk)
    page = browser.get(compared).content.decode()
    assert "<ins>" in page and "Sprita" in page


def test_words_that_come_while_a_page_is_put_together_are_not_taken_for_none(town: Town):
    document = in_force(town, text="<p>Tvätta händerna noga.</p>")
    version = with_file(town, version_start(document_id=document.pk, access=town.access("handler")))
    version = Version.objects.get(pk=version.pk)  # a page has it, without words
    assert text_read(version_id=version.pk)
    page = version_detail(town.access("handler"), version)
    assert version.extracted == "Sprita händerna noga."
    assert page["news"].difference.added == 1 and not page["news"].too_long


def test_what_a_reviewer_answered_before_it_was_read_is_not_taken_for_an_empty_text(town: Town):
    document = in_force(town, text="<p>Sprita händerna.</p>")
    version = with_file(town, version_start(document_id=document.pk, access=town.access("handler")))
    sent_to_review(town, version, "employee", "care_head")
    answered(town, version, "employee")
    assert text_read(version_id=version.pk)
    version.refresh_from_db()
    news = news_for(version, town.access("employee"), list(version.reviews.all()))
    assert news is not None and news.title.startswith("Changed since version 1")
    assert news.difference is not None and news.difference.added == 1


def test_a_reviewer_of_a_text_that_became_a_file_sees_which_words_are_new(town: Town):
    version = begun(town, text="<p>Tvätta <strong>händerna</strong> noga.</p>")
    sent_to_review(town, version, "employee")
    answered(town, version, "employee", "change", "Sprit är bättre")
    move(record_id=version.pk, name="take_back", access=town.access("handler"))
    version.refresh_from_db()
    version = with_file(town, version)
    assert text_read(version_id=version.pk)
    version.refresh_from_db()
    news = news_for(version, town.access("employee"), list(version.reviews.all()))
    assert news is not None and news.difference is not None
    assert news.title == "Changed since you answered"
    assert (news.difference.added, news.difference.removed) == (1, 1)


def test_a_worker_that_was_killed_is_followed_by_another_and_what_the_slow_one_read_is_dropped(town: Town):
    version = with_file(town, begun(town, text=""))
    lost = claim(file_text.TEXT, version.pk)  # takes the lease, then dies
    assert lost is not None
    assert texts_sweep().startswith("0")
    due_now()
    assert texts_sweep().startswith("1")
    assert file_text._keep(lost, "from the grave") is False
    version.refresh_from_db()
    assert version.extracted == "Sprita händerna noga." and row(version).attempts == 2


def test_another_file_in_its_place_is_read_and_the_first_ones_words_are_dropped(town: Town):
    version = with_file(town, begun(town, text=""))
    reading = claim(file_text.TEXT, version.pk)
    assert reading is not None
    version.refresh_from_db()
    with_file(town, version, made=files.word("Tvätta händerna."))
    assert file_text._keep(reading, "Sprita händerna noga.") is False
    assert text_read(version_id=version.pk)
    version.refresh_from_db()
    assert version.extracted == "Tvätta händerna."


def test_one_that_is_written_text_again_has_nothing_to_be_read(town: Town):
    version = with_file(town, begun(town, text="<p>Skrivet.</p>"))
    reading = claim(file_text.TEXT, version.pk)
    version.refresh_from_db()
    version_file_set(
        version_id=version.pk, file=None, token=edit_token(version), access=town.access("handler")
    )
    assert reading is not None and file_text._keep(reading, "Sprita.") is False
    assert not FileText.objects.exists()
    version.refresh_from_db()
    assert version.extracted == "" and Document.objects.get().text == "Skrivet."


def test_what_fails_for_a_while_is_said_and_tried_again_until_it_is_there(town: Town, sign_in: SignIn):
    version = with_file(town, begun(town, text=""))
    path = Attachment.objects.get().file.name
    away = default_storage.open(path).read()
    default_storage.delete(path)
    assert text_read(version_id=version.pk) is False
    assert row(version).state == State.FAILED and "FileNotFoundError" in row(version).fault
    assert timezone.now() < row(version).claimable_at < timezone.now() + timedelta(minutes=2)
    page = shown(sign_in(town.handler), version)
    assert "could not be read" in page and "tried again by itself" in page and "FileNotFoundError" in page
    others = shown(sign_in(town.reader), version)
    assert "could not be read" in others and "FileNotFoundError" not in others  # that is for a technician
    with default_storage.open(path, "wb") as again:
        again.write(away)
    due_now()
    assert texts_sweep() == "1 made, 0 left"
    assert row(version).state == State.READY and row(version).fault == ""


def test_one_that_kills_every_worker_counts_as_failed_and_not_as_being_read(town: Town):
    version = with_file(town, begun(town, text=""))
    for _try in range(MOST_LOST):
        due_now()
        assert claim(file_text.TEXT, version.pk)
    due_now()
    assert text_read(version_id=version.pk) is False
    assert row(version).state == State.FAILED and "was lost" in row(version).fault


def test_a_damaged_file_that_passed_the_first_look_is_said_to_be_so_and_not_tried_again(
    town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
):
    version = with_file(town, begun(town, text=""))

    def damaged(file: object, extension: str) -> str:
        raise RuleViolation("The file is damaged: it cannot be opened.")

    monkeypatch.setattr(file_text, "extract", damaged)
    assert text_read(version_id=version.pk) is False
    due_now()
    assert texts_sweep() == "0 made, 0 left"
    page = shown(sign_in(town.handler), version)
    assert "The file is damaged" in page and "send it again" in page and "is being read" not in page


def test_a_page_that_shows_a_comment_again_asks_for_the_words_where_it_may(town: Town, sign_in: SignIn):
    version = with_file(town, begun(town, text=""))
    address = reverse("records:comment", args=[version.reference])
    page = sign_in(town.handler).post(address, {"text": ""}).content.decode()
    assert f'hx-get="{version.get_absolute_url()}"' in page


def test_a_scan_says_that_no_words_can_be_read_in_it(town: Town, sign_in: SignIn):
    version = with_file(town, begun(town, text=""), "scan.pdf", files.pdf(""))
    assert text_read(version_id=version.pk)
    assert "No words can be read in the file" in shown(sign_in(town.handler), version)


def test_a_locked_file_is_refused_at_once(town: Town, sign_in: SignIn):
    version = begun(town)
    sent = {"attachments": upload("r.pdf", files.pdf("Hej", password="x")), "token": edit_token(version)}
    answer = sign_in(town.handler).post(reverse("documents:file", args=[version.reference]), sent)
    assert answer.status_code == 422 and "password" in answer.content.decode()
    assert not FileText.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_read_it_once():
    town = build_town()
    grant(town.handler, "author", town.north)
    version = with_file(town, begun(town, text=""))
    made = together(*[lambda: text_read(version_id=version.pk)] * 2)
    assert sorted(made) == [False, True] and row(version).attempts == 1
