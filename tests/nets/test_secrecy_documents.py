"""What of a document is not for everyone who works here, not yet or not any more: nowhere a word of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.urls import reverse

from documents.models import Document, Twin, Version, Weight
from documents.services import remark_add, version_file_set, version_start
from documents.services.file_text import text_read
from documents.services.frozen import pdf_make
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import LinkType, Visibility
from qms.records.services import comment_add, follow_set, link_add, move
from qms.records.services.change import edit_token, record_change
from qms.standards.models import Requirement
from qms.standards.services import evidence_mark
from tests.conftest import Town
from tests.documents.files import word
from tests.documents.steps import answered, approved, begun, sent_to_approval, sent_to_review, written
from tests.nets.conftest import asked_for, browser_of, text_of
from tests.nets.pages import PAGES
from tests.nets.world import World
from tests.nets.world_documents import document_in_force
from tests.records.files import upload

# Each word stands in every place where something of its document can be said, followed by where that is.
RESTRICTED, DRAFTED, SAID, OPENED = "Flamberge", "Halberd", "Glaive", "Partisan"
KEPT = " kept in "
OUTSIDE = ("visitor", "outsider")
KEPT_OUT = {
    RESTRICTED: (*OUTSIDE, "admin", "employee", "reader", "auditor", "south_head"),
    DRAFTED: OUTSIDE,
    SAID: OUTSIDE,
    OPENED: OUTSIDE,
}
SEES = {
    RESTRICTED: ("handler", "manager", "quality"),
    DRAFTED: ("employee", "reader", "auditor"),
    SAID: ("employee", "handler", "auditor"),
    OPENED: ("handler", "manager"),
}
GETS = [page for page in PAGES if not page.posts]


@dataclass
class Kept:
    """The world with the documents in which the words stand."""

    world: World
    documents: dict[str, Document] = field(default_factory=dict)


@pytest.fixture(scope="module")
def hidden(built: World, django_db_blocker) -> Iterator[Kept]:
    with django_db_blocker.unblock(), transaction.atomic():
        town, kept = built.town, Kept(built)
        kept.documents[RESTRICTED] = _restricted_later(town, built.documents.held)
        kept.documents[DRAFTED] = _written_anew(town)
        kept.documents[SAID] = _spoken_of(town, SAID).document
        kept.documents[OPENED] = _opened_later(town)
        yield kept
        transaction.set_rollback(True)


@pytest.fixture
def kept(hidden: Kept, world: World) -> Kept:
    return hidden


@pytest.mark.parametrize("who", KEPT_OUT[RESTRICTED])
def test_no_page_says_it(who: str, kept: Kept):
    """Every page as it is and asked for the words, and asked for the documents and each of their versions."""
    words = [word for word, people in KEPT_OUT.items() if who in people]
    browser = browser_of(kept.world, who)
    addresses = dict.fromkeys(address for word in words for address in _addresses(kept, word))
    said = [
        (word, address)
        for address in addresses
        for text in asked_for(browser, address, words)
        for word in words
        if word + KEPT in text
    ]
    assert not said


@pytest.mark.parametrize(("secret", "who"), [(secret, who) for secret, all in SEES.items() for who in all])
def test_those_who_work_on_it_read_it(secret: str, who: str, kept: Kept):
    document = kept.documents[secret]
    records = [document, *Version.objects.filter(document=document)]
    browser = browser_of(kept.world, who)
    pages = [browser.get(record.get_absolute_url(), {"changes": 1, "everything": 1}) for record in records]
    assert any(secret + KEPT in text_of(page) for page in pages)


@pytest.mark.parametrize("who", KEPT_OUT[RESTRICTED])
def test_what_is_restricted_later_is_not_there_any_more(who: str, kept: Kept):
    document = kept.documents[RESTRICTED]
    browser = browser_of(kept.world, who)
    for record in (document, *Version.objects.filter(document=document)):
        assert browser.get(record.get_absolute_url()).status_code == (302 if who == "visitor" else 404)
        for file in record.attachments.all():
            assert browser.get(file.get_absolute_url()).status_code in (302, 404)


def _addresses(kept: Kept, secret: str) -> Iterator[str]:
    world, document = kept.world, kept.documents[secret]
    versions = list(Version.objects.filter(document=document).order_by("pk"))
    asked_of_one = {world.case.reference, world.documents.held.reference, world.documents.draft.reference}
    asked_of_one |= {world.documents.first.reference, world.documents.reviewed.reference}
    for entry in GETS:
        args = entry.args(world)
        yield reverse(entry.name, args=args) + entry.query
        if len(args) == 1 and args[0] in asked_of_one:
            yield from (reverse(entry.name, args=[one.reference]) for one in (document, *versions))
    for version in versions:
        yield reverse("documents:pdf", args=[version.reference])
        yield from (reverse("documents:compare", args=[one.reference, version.reference]) for one in versions)
    yield from (reverse(f"register:{name}", args=[document.reference]) for name in ("document", "file"))


def _in(word: str, place: str) -> str:
    return f"{word}{KEPT}{place}"


def _talk(town: Town, version: Version, secret: str) -> None:
    """Everything that is said of a draft until it waits for approval."""
    written(town, version, version.text, by="manager", title=_in(secret, "the first title"))
    with stored([receive(upload(_in(secret, "a file that was taken away.docx"), word("Nothing")))]) as files:
        version.refresh_from_db()
        token, access = edit_token(version), town.access("manager")
        version_file_set(version_id=version.pk, file=files[0], token=token, access=access)
    version.refresh_from_db()
    version_file_set(
        version_id=version.pk, file=None, token=edit_token(version), access=town.access("manager")
    )
    sent_to_review(town, version, "employee", by="manager")
    remark_add(
        version_id=version.pk,
        heading_id="",
        heading="",
        text=_in(secret, "a remark"),
        access=town.access("employee"),
    )
    answered(town, version, "employee", "change", comment=_in(secret, "a review"))
    comment_add(record_id=version.pk, text=_in(secret, "a comment"), access=town.access("manager"))
    comment = _in(secret, "what it was returned with")
    move(record_id=version.pk, name="return", access=town.access("care_head"), comment=comment)


def _spoken_of(town: Town, secret: str) -> Version:
    """In force, in words that everyone may read, after much had been said."""
    version = begun(town, "How we greet", by="manager")
    _talk(town, version, secret)
    written(town, version, "<h2>How</h2><p>With a smile.</p>", by="manager", title="How we greet")
    _decided(town, version)
    version.refresh_from_db()
    return version


def _decided(town: Town, version: Version, **more: object) -> None:
    sent_to_review(town, version, "employee", by="manager")
    answered(town, version, "employee")
    sent_to_approval(town, version, "care_head", by="manager")
    approved(town, version, by="care_head", **more)


def _written_anew(town: Town) -> Document:
    """In force and public; a new version waits for its decision, a correction of it has come to nothing."""
    document = document_in_force(town, "How we say goodbye")
    version = version_start(document_id=document.pk, access=town.access("manager"))
    text = f"<h2>{_in(DRAFTED, 'a heading')}</h2><p>{_in(DRAFTED, 'the text')}</p>"
    written(town, version, text, by="manager", title=_in(DRAFTED, "the title"))
    _talk(town, version, DRAFTED)
    sent_to_review(town, version, "employee", by="manager")
    small = version_start(document_id=document.pk, access=town.access("manager"), small=True)
    written(town, small, text, by="manager", title=_in(DRAFTED, "a correction"))
    why = _in(DRAFTED, "why it is not finished")
    move(record_id=small.pk, name="abandon", access=town.access("manager"), comment=why)
    return document


def _restricted_later(town: Town, other: Document) -> Document:
    """Read, followed and discussed by many while it was public; now only for those who handle it."""
    access = town.access("manager")
    version = begun(town, _in(RESTRICTED, "the first title"), by="manager")
    text = f'<h2>{_in(RESTRICTED, "a heading")}</h2><p>{_in(RESTRICTED, "the text")} <a href="%s">So</a></p>'
    text %= other.get_absolute_url()
    _talk(town, version, RESTRICTED)
    written(town, version, text, by="manager", title=_in(RESTRICTED, "the title"))
    changes = _in(RESTRICTED, "what changes")
    _decided(town, version, weight=Weight.NEW_DUTY, changes_for_you=changes)
    document = Document.objects.get(pk=version.document_id)
    assert document.visibility == Visibility.PUBLIC
    pdf_make(version_id=version.pk)
    for who in ("outsider", "employee", "admin"):
        follow_set(record_id=document.pk, access=town.access(who), on=True)
    comment_add(record_id=document.pk, text=_in(RESTRICTED, "a comment"), access=access)
    link_add(source_id=document.pk, target_id=other.pk, type=LinkType.RELATED, access=access)
    Twin.objects.create(first=other, second=document, percent=90)
    clause = Requirement.objects.get(edition__key="iso9001-2015", number="7.5.3")
    note = _in(RESTRICTED, "a note on a clause")
    evidence_mark(record_id=document.pk, requirement_id=clause.pk, note=note, access=access)
    later = version_start(document_id=document.pk, access=access)
    file = upload(_in(RESTRICTED, "a file.docx"), word(_in(RESTRICTED, "a file")))
    with stored([receive(file)]) as files:
        version_file_set(version_id=later.pk, file=files[0], token=edit_token(later), access=access)
    text_read(version_id=later.pk)
    changes = {"visibility": Visibility.RESTRICTED, "confidential_reason": _in(RESTRICTED, "the reason")}
    record_change(record_id=document.pk, changes=changes, access=access)
    document.refresh_from_db()
    return document


def _opened_later(town: Town) -> Document:
    """Written and decided among those who handle it; what everyone may read now is another title and text."""
    version = begun(town, _in(OPENED, "the title"), by="manager", restricted_why=_in(OPENED, "the reason"))
    _talk(town, version, OPENED)
    written(town, version, "<p>Nothing odd.</p>", by="manager", title="Nothing odd")
    sent_to_review(town, version, "handler", by="manager")
    answered(town, version, "handler")
    sent_to_approval(town, version, "care_head", by="manager")
    approved(town, version, by="care_head")
    changes = {"visibility": Visibility.PUBLIC, "confidential_reason": ""}
    record_change(record_id=version.document_id, changes=changes, access=town.access("manager"))
    return Document.objects.get(pk=version.document_id)
