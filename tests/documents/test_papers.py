"""Papers of the work on a draft, and what was said while few saw a document: for those who were there."""

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document, Version
from documents.services import remark_add, version_file_set, version_start
from qms.exceptions import RuleViolation
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import Attachment, Record, Visibility
from qms.records.selectors.files import file_of, files_of
from qms.records.selectors.timeline import timeline
from qms.records.services import attachments_add, comment_add, record_change
from qms.records.services.change import edit_token
from tests.conftest import Town
from tests.documents.files import word
from tests.documents.steps import (
    TEXT,
    answered,
    approved,
    begun,
    in_force,
    ready_to_approve,
    sent_to_review,
    written,
)
from tests.records.files import upload


def attached(town: Town, record: Record, name: str, by: str = "handler") -> Attachment:
    with stored([receive(upload(name, word("Numbers")))]) as files:
        [kept] = attachments_add(record_id=record.pk, files=files, access=town.access(by))
    return kept


def read_by(town: Town, record: Record, who: str) -> set[str]:
    """The names of the files that a person sees on a page, each of which they can fetch."""
    record.refresh_from_db()
    access = town.access(who)
    shown = [one.attachment for one in files_of(record, access)]
    assert [file_of(one.public_id, access) for one in shown] == shown
    return {one.name for one in shown}


def told_to(town: Town, record: Record, who: str) -> str:
    record.refresh_from_db()
    lines = timeline(record, town.access(who), everything=True).entries
    return "\n".join(f"{line.text} {line.speech}" for line in lines)


def test_a_paper_of_the_work_on_a_draft_stays_with_those_who_worked_on_it(town: Town):
    version = begun(town)
    paper = attached(town, version, "calculations.docx")
    approved(town, ready_to_approve(town, version))
    assert read_by(town, version, "manager") == read_by(town, version, "employee") == {"calculations.docx"}
    assert read_by(town, version, "outsider") == set()
    assert "calculations" not in told_to(town, version, "outsider")
    with pytest.raises(Attachment.DoesNotExist):
        file_of(paper.public_id, town.access("outsider"))


def test_the_file_that_is_the_text_is_read_by_everyone(town: Town):
    version = begun(town)
    with stored([receive(upload("the rules.docx", word("The rules")))]) as files:
        version_file_set(
            version_id=version.pk, file=files[0], token=edit_token(version), access=town.access("handler")
        )
    version.refresh_from_db()
    approved(town, ready_to_approve(town, version))
    assert read_by(town, version, "outsider") == {"the rules.docx"}


def test_no_file_is_added_to_what_has_been_decided(town: Town):
    document = in_force(town)
    version = Version.objects.get(document=document)
    with pytest.raises(RuleViolation, match="no file is added to it any more"):
        attached(town, version, "appendix.docx", by="outsider")
    attached(town, version_start(document_id=document.pk, access=town.access("handler")), "notes.docx")
    attached(town, document, "form.docx")
    assert read_by(town, document, "outsider") == {"form.docx"}


def opened(town: Town, document: Document) -> None:
    changes = {"visibility": Visibility.STAFF, "confidential_reason": ""}
    record_change(record_id=document.pk, changes=changes, access=town.access("manager"))


def closed(town: Town, document: Document) -> None:
    changes = {"visibility": Visibility.RESTRICTED, "confidential_reason": "OSL 18 kap. 8 §"}
    record_change(record_id=document.pk, changes=changes, access=town.access("manager"))


def test_what_was_said_while_it_was_restricted_stays_with_those_who_handle_it(town: Town):
    document = in_force(town)
    closed(town, document)
    comment_add(record_id=document.pk, text="The code is Halberd", access=town.access("manager"))
    opened(town, document)
    comment_add(record_id=document.pk, text="Well written", access=town.access("outsider"))
    for who in ("employee", "reader", "outsider"):
        assert "Halberd" not in told_to(town, document, who)
        assert "Well written" in told_to(town, document, who)
    assert "Halberd" in told_to(town, document, "manager")


def test_who_does_not_hear_it_reads_that_something_was_said_and_the_others_do_not(town: Town, sign_in):
    document = in_force(town)
    closed(town, document)
    comment_add(record_id=document.pk, text="The code is Halberd", access=town.access("manager"))
    opened(town, document)
    said = "before it was opened to more people"
    for who, reads in ((town.outsider, True), (town.employee, True), (town.manager, False)):
        page = sign_in(who).get(document.get_absolute_url()).content.decode()
        assert (said in page) is reads, who
    never = in_force(town, "Never closed")  # what was said while it was written is no such thing
    assert said not in sign_in(town.outsider).get(never.get_absolute_url()).content.decode()


@pytest.mark.parametrize("how", ["restricted", "in preparation"])
def test_search_finds_nothing_that_was_said_while_fewer_saw_it(town: Town, how: str, client: Client):
    version = begun(town)
    document = version.document
    if how == "restricted":
        approved(town, ready_to_approve(town, version))
        closed(town, document)
    said = "Well, the code is Halberd"
    comment_add(record_id=document.pk, text=said, access=town.access("manager"))
    if how == "restricted":
        opened(town, document)
    else:
        approved(town, ready_to_approve(town, version))
    comment_add(record_id=document.pk, text="Well written, by Glaive", access=town.access("manager"))
    client.force_login(town.outsider)

    def found(words: str) -> str:
        return client.get(reverse("records:search"), {"q": words}).content.decode()

    assert document.title not in found("Halberd")
    assert document.title in found("Glaive")
    assert "written, by" in found("well") and "Halberd" not in found("well")


def test_remarks_and_reviews_made_while_it_was_restricted_stay_there_too(town: Town, sign_in):
    version = begun(town, by="manager", restricted_why="OSL 18 kap. 8 §")
    written(town, version, TEXT, by="manager")
    sent_to_review(town, version, "handler", by="manager")
    remark_add(
        version_id=version.pk, heading_id="", heading="", text="Halberd", access=town.access("handler")
    )
    answered(town, version, "handler", "change", comment="Partisan")
    changes = {"visibility": Visibility.INTERNAL, "confidential_reason": ""}
    record_change(record_id=version.document_id, changes=changes, access=town.access("manager"))
    remark_add(version_id=version.pk, heading_id="", heading="", text="Glaive", access=town.access("manager"))

    def page(who: str) -> str:
        return sign_in(getattr(town, who)).get(version.get_absolute_url()).content.decode()

    assert "Glaive" in page("reader") and "Halberd" not in page("reader") and "Partisan" not in page("reader")
    assert "Halberd" in page("manager") and "Partisan" in page("manager")
