"""The life of a document: what each step does, and who is held back from it with which sentence."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from documents.models import Document, FrozenPdf, Version, Weight
from documents.services import (
    look_overs_open,
    version_start,
    version_write,
    versions_enter_into_force,
)
from documents.workflow import names
from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.organisation.access import SystemAccess, VisitorAccess
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import Record, Task, Visibility
from qms.records.services import move, task_hand_over, why_not
from qms.records.services.attachments import attachments_save
from qms.records.services.change import edit_token
from tests.conftest import Town
from tests.documents.steps import (
    answered,
    approved,
    begun,
    day,
    guideline,
    in_force,
    next_version,
    ready_to_approve,
    sent_to_approval,
    sent_to_review,
    written,
)
from tests.factories import grant
from tests.records.files import picture, upload

SYSTEM = SystemAccess("test")


def task_of(record: Record, kind: str) -> Task:
    return record.tasks.open().get(kind=kind)


def test_a_new_document_has_a_number_a_draft_and_a_task_to_write_it(town: Town):
    version = begun(town)
    document = version.document
    assert document.reference.startswith("D-") and version.reference == f"{document.reference}-V1"
    assert (document.state, version.state, version.number) == (names.PREPARING, names.DRAFT, "1")
    assert document.visibility == version.visibility == Visibility.INTERNAL
    assert task_of(version, names.WRITE).assignee == town.handler
    assert document.category == "rutin" and str(document.kind_label) == "Routine"
    assert [row.unit for row in document.applies.all()] == [town.north]


def test_writing_takes_the_right_to_write_in_the_unit(town: Town):
    with pytest.raises(NotYours, match="author"):
        begun(town, by="employee")
    with pytest.raises(NotYours, match="author"):
        begun(town, by="south_head")
    assert not Document.objects.exists()


def test_what_is_written_is_cleaned_and_found_by_those_who_see_the_document(town: Town):
    version = begun(town, text="")
    written(town, version, '<h2>Kvitto</h2><p onclick="x()">Visa kvittot<script>x()</script></p>')
    version.refresh_from_db()
    assert version.text == '<h2 id="s-kvitto">Kvitto</h2><p>Visa kvittot</p>'
    document = Document.objects.get(pk=version.document_id)
    assert document.text == "Kvitto\nVisa kvittot"
    assert Record.objects.filter(search="kvitto").get().pk == document.pk  # never the version


def test_two_editors_do_not_overwrite_each_other(town: Town):
    version = begun(town)
    token = edit_token(version)
    version_write(
        version_id=version.pk, title="A", text="<p>Mine</p>", token=token, access=town.access("handler")
    )
    with pytest.raises(StaleEdit, match="Handler"):
        version_write(
            version_id=version.pk, title="B", text="<p>Theirs</p>", token=token, access=town.access("quality")
        )
    version.refresh_from_db()
    assert version.text == "<p>Mine</p>"
    assert list(version.writers.all()) == [town.handler]


def test_a_draft_is_written_on_and_nothing_else(town: Town):
    version = sent_to_review(town, begun(town))
    with pytest.raises(RuleViolation, match="Being reviewed"):
        written(town, version, "<p>Later</p>")
    move(record_id=version.pk, name="take_back", access=town.access("handler"))
    written(town, version, "<p>Later</p>")
    assert not version.tasks.open().filter(kind=names.LOOK).exists()


def test_each_reviewer_answers_for_themselves_and_then_the_owner_goes_on(town: Town):
    version = sent_to_review(town, begun(town), "employee", "south_head")
    assert version.tasks.open().filter(kind=names.LOOK).count() == 2
    answered(town, version, "employee")
    with pytest.raises(NotYours, match="asked to review"):
        answered(town, version, "employee")
    assert why_not(version, "to_approval", town.access("handler")) == (
        f"Not everybody has answered: {town.south_head.name} has the draft still."
    )
    with pytest.raises(RuleViolation, match="what you wish changed"):
        answered(town, version, "south_head", "change")
    answered(town, version, "south_head", "change", "Say who is called at night.")
    assert task_of(version, names.GO_ON).assignee == town.handler
    assert [review.answer for review in version.reviews.all()] == ["agree", "change"]


def test_a_reviewer_from_elsewhere_sees_it_and_goes_on_seeing_it(town: Town):
    version = sent_to_review(town, begun(town), "outsider")
    assert Version.objects.visible_to(town.access("outsider")).filter(pk=version.pk).exists()
    answered(town, version, "outsider")
    assert Version.objects.visible_to(town.access("outsider")).filter(pk=version.pk).exists()
    assert Document.objects.visible_to(town.access("outsider")).filter(pk=version.document_id).exists()


def test_nobody_who_wrote_reviews(town: Town):
    with pytest.raises(RuleViolation, match="fresh eyes") as refused:
        sent_to_review(town, begun(town), "handler")
    assert refused.value.field == "reviewer_1"


def test_a_review_that_is_handed_over_is_the_other_ones_turn(town: Town):
    version = sent_to_review(town, begun(town), "employee")
    task = task_of(version, names.LOOK)
    task_hand_over(task_id=task.pk, to=town.south_head, access=town.access("employee"))
    answered(town, version, "south_head")
    assert version.reviews.get().reviewer == town.south_head


def test_what_has_no_text_or_a_picture_without_words_goes_no_further(town: Town):
    version = begun(town, text="")
    assert why_not(version, "to_review", town.access("handler")) == "There is no text yet: write it first."
    with stored([receive(upload("karta.jpg", picture()))]) as received:
        [kept] = attachments_save(record=version, files=received, access=town.access("handler"))
    written(town, version, f'<p><img src="{kept.get_absolute_url()}"></p>')
    version.refresh_from_db()
    assert "lacks a description" in str(why_not(version, "to_review", town.access("handler")))


def test_it_is_not_approved_before_somebody_else_has_reviewed_it(town: Town):
    with pytest.raises(RuleViolation, match="Somebody else reviews it first"):
        sent_to_approval(town, begun(town))


def test_an_author_never_approves_and_reads_who_can(town: Town):
    version = begun(town, by="manager")
    sent_to_review(town, version, "employee", by="manager")
    answered(town, version, "employee")
    with pytest.raises(RuleViolation) as refused:
        sent_to_approval(town, version, approver="manager", by="manager")
    assert refused.value.field == "approver"
    sent_to_approval(town, version, approver="care_head", by="manager")
    with pytest.raises(NotYours) as refused:
        approved(town, version, by="manager")
    assert str(refused.value) == f"Nobody decides on their own: {town.care_head.name} can do this."


def test_nor_does_anybody_who_has_written_on_it(town: Town):
    version = begun(town)
    written(town, version, "<p>The manager's own words</p>", by="manager")
    sent_to_review(town, version, "employee")
    answered(town, version, "employee")
    sent_to_approval(town, version, approver="care_head")
    with pytest.raises(RuleViolation, match=f"{town.care_head.name} can do this"):
        approved(town, version, by="manager")
    assert approved(town, version, by="care_head").state == names.IN_FORCE


def test_what_a_committee_decides_is_entered_by_an_approver_with_paragraph_and_number(town: Town):
    grant(town.auditor, "approver", town.care)
    version = begun(town, type=guideline())
    sent_to_review(town, version, "employee")
    answered(town, version, "employee")
    with pytest.raises(RuleViolation, match=town.auditor.name):
        sent_to_approval(town, version, approver="manager")
    sent_to_approval(town, version, approver="auditor")
    with pytest.raises(RuleViolation, match="A committee decides"):
        approved(town, version, by="manager")
    with pytest.raises(RuleViolation) as refused:
        approved(town, version, by="auditor", registry_number="VON 2026/1")
    assert refused.value.field == "paragraph"
    kept = approved(town, version, by="auditor", paragraph="§ 84", registry_number="VON 2026/1")
    assert (kept.paragraph, kept.document.registry_number) == ("§ 84", "VON 2026/1")


def test_approval_takes_it_into_force_and_the_document_follows(town: Town):
    version = ready_to_approve(town, begun(town))
    version = approved(town, version)
    document = Document.objects.get(pk=version.document_id)
    assert (document.state, version.state) == (names.IN_FORCE, names.IN_FORCE)
    assert document.visibility == version.visibility == Visibility.PUBLIC
    assert document.due == document.review_after(timezone.localdate())
    assert "before the shift" in document.text
    assert FrozenPdf.objects.get(version=version).state == "pending"
    last = version.decisions.last()
    assert (last.name, last.after, last.details["weight"]) == ("approve", names.IN_FORCE, "changed")
    assert not version.tasks.open().exists()


def test_everyone_who_works_here_reads_what_is_in_force_and_visitors_what_is_public(town: Town):
    open_to_all = in_force(town)
    kind = guideline()
    kind.is_public, kind.level, kind.needs_decision = False, "manager", False
    kind.save()
    own = in_force(town, "For us alone", type=kind)
    draft = begun(town, "Not yet").document
    seen = set(Document.objects.visible_to(town.access("outsider")))
    assert seen == {open_to_all, own}
    assert set(Document.objects.visible_to(VisitorAccess())) == {open_to_all}
    assert draft in Document.objects.visible_to(town.access("employee"))


def test_the_next_version_replaces_the_one_before_on_its_day_and_not_sooner(town: Town):
    document = in_force(town)
    version = next_version(town, document, valid_from=day(3), text="<p>Write it at once.</p>")
    first = Version.objects.get(document=document, major=1)
    assert (first.state, version.state) == (names.IN_FORCE, names.SCHEDULED)
    assert versions_enter_into_force(access=SYSTEM) == 0
    document.refresh_from_db()
    assert "shift" in document.text
    with time_machine.travel(timezone.now() + timedelta(days=5)):  # the job stood still for two days
        assert versions_enter_into_force(access=SYSTEM) == 1
        assert versions_enter_into_force(access=SYSTEM) == 0
    first.refresh_from_db()
    version.refresh_from_db()
    document.refresh_from_db()
    assert (first.state, version.state) == (names.SUPERSEDED, names.IN_FORCE)
    assert first.valid_until == version.valid_from == day(3)
    assert (first.visibility, version.visibility) == (Visibility.STAFF, Visibility.PUBLIC)
    assert document.text == "Write it at once."


def test_what_is_scheduled_can_be_called_off_and_is_a_draft_again(town: Town):
    document = in_force(town)
    version = next_version(town, document, valid_from=day(3))
    version = move(record_id=version.pk, name="call_off", access=town.access("manager"), comment="An error")
    assert (version.state, version.decided_by, version.valid_from) == (names.DRAFT, "", None)
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        assert versions_enter_into_force(access=SYSTEM) == 0


def test_who_has_been_asked_to_look_it_over_still_is_after_a_small_correction(town: Town):
    document = in_force(town)
    Document.objects.filter(pk=document.pk).update(due=day(3))
    look_overs_open(access=SYSTEM)
    asked = task_of(document, names.LOOK_OVER)
    next_version(town, document, small=True, weight=Weight.EDITORIAL)
    assert task_of(document, names.LOOK_OVER) == asked
    next_version(town, document)
    asked.refresh_from_db()
    assert asked.closed_at and look_overs_open(access=SYSTEM) == 0


def test_a_small_correction_is_no_look_over(town: Town):
    document = in_force(town)
    Document.objects.filter(pk=document.pk).update(due=day(-3))
    next_version(town, document, small=True, weight=Weight.EDITORIAL)
    document.refresh_from_db()
    assert document.due == day(-3)
    assert look_overs_open(access=SYSTEM) == 1  # still to be looked over, and its owner is asked
    next_version(town, document)
    document.refresh_from_db()
    assert document.due and document.due > day(300)


def test_a_small_correction_needs_no_review_but_four_eyes(town: Town):
    document = in_force(town)
    version = next_version(town, document, small=True, weight=Weight.EDITORIAL)
    assert (version.number, version.reference) == ("1.1", f"{document.reference}-V1.1")
    with pytest.raises(RuleViolation, match="no new duty"):
        next_version(town, document, small=True, weight=Weight.NEW_DUTY)


def test_one_version_is_under_way_at_a_time(town: Town):
    document = in_force(town)
    version_start(document_id=document.pk, access=town.access("handler"))
    with pytest.raises(RuleViolation, match=f"Version 2 is under way already, with {town.handler.name}"):
        version_start(document_id=document.pk, access=town.access("manager"))


def test_an_abandoned_draft_makes_room_for_another(town: Town):
    document = in_force(town)
    version = version_start(document_id=document.pk, access=town.access("handler"))
    move(record_id=version.pk, name="abandon", access=town.access("handler"), comment="Not now")
    assert version_start(document_id=document.pk, access=town.access("handler")).number == "3"


def test_a_returned_draft_says_why_and_is_the_writers_again(town: Town):
    version = ready_to_approve(town, begun(town))
    with pytest.raises(RuleViolation, match="Write the reason"):
        move(record_id=version.pk, name="return", access=town.access("manager"))
    version = move(
        record_id=version.pk, name="return", access=town.access("manager"), comment="Who is called at night?"
    )
    assert version.state == names.DRAFT and task_of(version, names.WRITE).assignee == town.handler


def test_the_owner_looks_it_over_in_time_and_confirms(town: Town):
    document = in_force(town)
    assert look_overs_open(access=SYSTEM) == 0
    with time_machine.travel(timezone.now() + timedelta(days=340)):
        assert look_overs_open(access=SYSTEM) == 1
        assert look_overs_open(access=SYSTEM) == 0
        task = task_of(document, names.LOOK_OVER)
        assert (task.assignee, task.due) == (town.manager, document.due)
        kept = move(
            record_id=document.pk, name="confirm", access=town.access("manager"), data={"due": day(365)}
        )
        assert kept.due == day(365) and not kept.tasks.open().exists()
        assert kept.decisions.last().name == "confirm"


def test_a_new_draft_too_ends_the_looking_over(town: Town):
    document = in_force(town)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        look_overs_open(access=SYSTEM)
        version_start(document_id=document.pk, access=town.access("handler"))
        assert not document.tasks.open().exists()
        assert look_overs_open(access=SYSTEM) == 0


def test_a_repealed_document_holds_no_longer_and_what_is_under_way_ends(town: Town):
    document = in_force(town)
    draft = version_start(document_id=document.pk, access=town.access("handler"))
    sent_to_review(town, draft, "employee")
    data = {"decided_by": "The manager", "paragraph": "", "registry_number": "", "decided_on": day(0)}
    document = move(
        record_id=document.pk, name="repeal", access=town.access("manager"), comment="Replaced", data=data
    )
    first = Version.objects.get(document=document, major=1)
    draft.refresh_from_db()
    assert (document.state, first.state, draft.state) == (names.REPEALED, names.REPEALED, names.ABANDONED)
    assert document.visibility == first.visibility == Visibility.STAFF
    assert first.valid_until == timezone.localdate() and document.due is None
    assert not draft.tasks.open().exists()
    with pytest.raises(RuleViolation, match="no new version"):
        version_start(document_id=document.pk, access=town.access("handler"))


def test_a_restricted_document_stays_so_in_force_and_so_do_its_versions(town: Town):
    version = begun(town, restricted_why="OSL 18 kap. 8 §")
    assert version.visibility == Visibility.RESTRICTED
    version = approved(town, ready_to_approve(town, version))
    document = Document.objects.get(pk=version.document_id)
    assert document.visibility == version.visibility == Visibility.RESTRICTED
    for who in ("outsider", "reader", "exec"):
        assert not Record.objects.visible_to(town.access(who)).filter(pk__in=[document.pk, version.pk])


def test_a_decision_lies_in_the_past_and_in_order(town: Town):
    document = in_force(town)
    version = version_start(document_id=document.pk, access=town.access("handler"))
    written(town, version, "<p>New</p>")
    ready_to_approve(town, version)
    for field, changed in (
        ("decided_on", {"decided_on": day(1)}),
        ("valid_from", {"valid_from": day(-1), "decided_on": day(-1)}),
        ("decided_by", {"decided_by": " "}),
        ("changes_for_you", {"weight": Weight.NEW_DUTY, "changes_for_you": ""}),
        ("read_by", {"weight": Weight.NEW_DUTY, "read_by": day(-1)}),
    ):
        with pytest.raises(RuleViolation) as refused:
            approved(town, version, **changed)
        assert refused.value.field == field
    assert approved(town, version).state == names.IN_FORCE


def test_reviewing_is_over_when_it_has_been_taken_back(town: Town):
    version = sent_to_review(town, begun(town), "employee")
    move(record_id=version.pk, name="take_back", access=town.access("handler"))
    with pytest.raises(RuleViolation, match="no longer reviewed"):
        answered(town, version, "employee")
