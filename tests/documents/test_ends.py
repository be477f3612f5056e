"""A document that is decided to end: today, or on a later day, when it ends by itself."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Document, Version, Weight
from documents.selectors.selections import past_review
from documents.services import documents_end, look_overs_open, version_start
from documents.workflow import names
from qms.exceptions import NotYours, RuleViolation
from qms.jobs.services import job_run
from qms.organisation.access import Access, SystemAccess
from qms.records.models import Visibility
from qms.records.services import move
from qms.records.services.change import record_change
from tests.conftest import Town
from tests.documents.steps import (
    answered,
    approved,
    begun,
    confirmed,
    day,
    guideline,
    in_force,
    ready_to_approve,
    routine,
    sent_to_approval,
    sent_to_review,
    written,
)
from tests.factories import grant

SYSTEM = SystemAccess("test")


def decided(**changed: Any) -> dict[str, Any]:
    """What a decision on the end of a document says."""
    return {
        "decided_by": "The council",
        "paragraph": "§ 112",
        "decided_on": day(-3),
        "registry_number": "KS 2026/44",
        **changed,
    }


def ends(town: Town, document: Document, on: date, by: str = "manager", **changed: Any) -> Document:
    data = decided(ends_on=on, **changed)
    return move(
        record_id=document.pk, name="repeal_later", access=town.access(by), comment="Merged", data=data
    )


def tomorrow() -> time_machine.travel:
    return time_machine.travel(timezone.localtime().replace(hour=0, minute=1) + timedelta(days=1))


def test_until_its_day_it_holds_and_says_so_then_it_ends_by_itself(town: Town, sign_in):
    document = ends(town, in_force(town, weight=Weight.NEW_DUTY), day(1))
    assert (document.state, document.visibility) == (names.IN_FORCE, Visibility.PUBLIC)
    register = reverse("register:document", args=[document.reference])
    page = sign_in(town.employee).get(document.get_absolute_url()).content.decode()
    assert "It was decided that this ends on" in page and "Looked over next by" not in page
    assert "Ends on" in Client().get(register).content.decode()
    [listed] = json.loads(Client().get(reverse("register:json")).content)["documents"]
    assert listed["valid_until"] == day(1).isoformat()
    assert documents_end(access=SYSTEM) == 0
    confirmed(town, document, "employee")  # it is to be read still
    with tomorrow():
        run = job_run(key="documents.enter")
        assert run is not None and run.state == "done"
        assert documents_end(access=SYSTEM) == 0
    document.refresh_from_db()
    version = Version.objects.get()
    assert (document.state, version.state) == (names.REPEALED, names.REPEALED)
    assert version.valid_until == document.ends_on == day(1)
    assert Client().get(register).status_code == 404
    assert not document.tasks.open().exists()


def test_the_timeline_tells_who_decided_when_and_until_when(town: Town, sign_in):
    document = ends(town, in_force(town), day(30))
    page = sign_in(town.employee).get(document.get_absolute_url() + "?everything=1").content.decode()
    assert "decided that it ends" in page and "The council · § 112 · decision of" in page
    assert "ends on" in page and "KS 2026/44" in page


def test_until_its_end_it_stands_with_the_registry_number_of_what_holds(town: Town):
    document = in_force(town, registry_number="VON 2026/7")
    assert ends(town, document, day(1)).registry_number == "VON 2026/7"
    move(record_id=document.pk, name="hold", access=town.access("manager"), comment="Needed")
    assert ends(town, document, day(1), registry_number="KS 2026/45").registry_number == "VON 2026/7"
    with tomorrow():
        assert documents_end(access=SYSTEM) == 1
    document.refresh_from_db()
    assert document.registry_number == "KS 2026/45"


def test_it_can_hold_after_all(town: Town, sign_in):
    document = ends(town, in_force(town), day(1))
    page = sign_in(town.manager).get(document.get_absolute_url()).content.decode()
    assert "Let it hold after all" in page and "Repeal from a later day" not in page
    with pytest.raises(RuleViolation, match="decided already"):
        ends(town, document, day(2))
    document = move(
        record_id=document.pk, name="hold", access=town.access("manager"), comment="The new one is late"
    )
    assert document.ends_on is None
    with tomorrow():
        assert documents_end(access=SYSTEM) == 0
    with pytest.raises(RuleViolation, match="Nobody has decided"):
        move(record_id=document.pk, name="hold", access=town.access("manager"), comment="Again")


def test_what_ends_soon_anyway_is_not_looked_over_and_not_late_with_it(town: Town):
    document = in_force(town)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        ends(town, document, day(90))
        assert look_overs_open(access=SYSTEM) == 0
        assert not Document.objects.filter(past_review(day(0))).exists()
        move(record_id=document.pk, name="hold", access=town.access("manager"), comment="Needed")
        assert look_overs_open(access=SYSTEM) == 1


def test_what_was_decided_for_years_is_looked_over_meanwhile(town: Town):
    document = ends(town, in_force(town), day(4 * 365))
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert Document.objects.filter(past_review(day(0))).get() == document
        assert look_overs_open(access=SYSTEM) == 1


@pytest.mark.parametrize(("years", "open_still"), [(4, 1), (0, 0)])
def test_who_has_been_asked_to_look_it_over_is_let_off_only_where_it_ends_soon(
    town: Town, years: int, open_still: int
):
    document = in_force(town)
    Document.objects.filter(pk=document.pk).update(due=day(3))
    look_overs_open(access=SYSTEM)
    ends(town, document, day(30 + years * 365))
    waiting = document.tasks.open().filter(kind=names.LOOK_OVER)
    assert waiting.count() == open_still
    move(record_id=document.pk, name="hold", access=town.access("manager"), comment="Needed")
    assert waiting.count() == open_still
    assert look_overs_open(access=SYSTEM) == 1 - open_still


def test_no_version_is_approved_for_a_day_when_the_document_has_ended(town: Town):
    document = ends(town, in_force(town), day(10))
    version = ready_to_approve(town, version_start(document_id=document.pk, access=town.access("handler")))
    with pytest.raises(RuleViolation, match="ends on") as refused:
        approved(town, version, valid_from=day(10))
    assert refused.value.field == "valid_from"
    approved(town, version, valid_from=day(9))


def test_it_does_not_end_before_what_is_approved_already_has_held(town: Town):
    document = in_force(town)
    version = ready_to_approve(town, version_start(document_id=document.pk, access=town.access("handler")))
    approved(town, version, valid_from=day(10))
    with pytest.raises(RuleViolation, match="Call it off first") as refused:
        ends(town, document, day(10))
    assert refused.value.field == "ends_on"
    assert ends(town, document, day(11)).ends_on == day(11)


def test_what_cannot_end_keeps_nothing_else_back(town: Town):
    """Neither a version on its day, nor the other way round."""
    broken, other = in_force(town, "Broken"), in_force(town, "Other")
    Document.objects.filter(pk=broken.pk).update(ends_on=day(1))  # which nobody has decided
    ends(town, in_force(town, "Ending"), day(1))
    version = ready_to_approve(town, version_start(document_id=other.pk, access=town.access("handler")))
    approved(town, version, valid_from=day(1))
    with tomorrow():
        run = job_run(key="documents.enter")
    assert run is not None and run.state == "failed"
    version.refresh_from_db()
    assert version.state == names.IN_FORCE
    assert Document.objects.get(title="Ending").state == names.REPEALED
    assert Document.objects.get(title="Broken").state == names.IN_FORCE


def test_it_can_still_be_repealed_at_once(town: Town):
    document = ends(town, in_force(town), day(10))
    document = move(
        record_id=document.pk, name="repeal", access=town.access("manager"), comment="Now", data=decided()
    )
    assert document.state == names.REPEALED and document.ends_on is None
    assert Version.objects.get().valid_until == day(0)


@pytest.fixture
def of_committee(town: Town) -> Document:
    """A guideline in force: a committee decides on those, and the head of Care enters it here."""
    grant(town.care_head, "approver", town.care)
    _decided_by_committee(town, begun(town, type=guideline()))
    return Document.objects.get()


def _decided_by_committee(town: Town, version: Version, **more: Any) -> Version:
    sent_to_review(town, version, "employee")
    answered(town, version, "employee")
    sent_to_approval(town, version, "care_head")
    return approved(town, version, by="care_head", paragraph="§ 1", registry_number="VON 2026/1", **more)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": 0}, "ends_on"),
        ({"decided_on": 1}, "decided_on"),
        ({"paragraph": " "}, "paragraph"),
        ({"registry_number": ""}, "registry_number"),
    ],
)
def test_a_decision_lies_in_the_past_is_whole_and_its_end_in_the_future(
    town: Town, of_committee: Document, changed: dict[str, Any], field: str
):
    said = {key: day(value) if isinstance(value, int) else value for key, value in changed.items()}
    with pytest.raises(RuleViolation) as refused:
        ends(town, of_committee, by="care_head", **{"on": day(5), **said})
    assert refused.value.field == field


def test_what_a_committee_decided_is_not_a_managers_to_undo(town: Town, of_committee: Document, sign_in):
    not_theirs = "A committee decides on this type of document: Care Head"
    for name, data in [("repeal", decided()), ("repeal_later", decided(ends_on=day(5)))]:
        with pytest.raises(RuleViolation, match=not_theirs):
            move(record_id=of_committee.pk, name=name, access=town.access("manager"), comment="x", data=data)
    page = sign_in(town.manager).get(of_committee.get_absolute_url()).content.decode()
    assert not_theirs in page and "Repeal from a later day</a>" not in page
    second = version_start(document_id=of_committee.pk, access=town.access("handler"))
    _decided_by_committee(town, second, valid_from=day(3))
    with pytest.raises(RuleViolation, match=not_theirs):
        move(record_id=second.pk, name="call_off", access=town.access("manager"), comment="x")
    move(record_id=second.pk, name="call_off", access=town.access("care_head"), comment="x")
    assert ends(town, of_committee, day(5), by="care_head").ends_on == day(5)


def test_nobody_makes_what_a_committee_decided_a_managers_to_undo_by_changing_its_type(
    town: Town, of_committee: Document
):
    with pytest.raises(RuleViolation, match="A committee decides on this type of document") as refused:
        retyped(of_committee, town.access("manager"))
    assert refused.value.field == "type"
    retyped(of_committee, town.access("care_head"))
    of_committee.refresh_from_db()
    assert of_committee.type == routine()


def test_what_is_not_in_force_gets_another_type_from_whoever_sees_to_its_data(town: Town):
    document = begun(town, type=guideline()).document
    retyped(document, town.access("manager"))
    document.refresh_from_db()
    assert (document.type, document.category) == (routine(), "rutin")


def retyped(document: Document, access: Access) -> None:
    """A routine from now on."""
    record_change(record_id=document.pk, changes={"type": routine()}, access=access)


def test_who_may_not_repeal_reads_who_may(town: Town):
    with pytest.raises(NotYours):
        ends(town, in_force(town), day(5), by="employee")


def test_the_page_of_what_ended_shows_what_held_and_not_the_draft_that_ended_with_it(town: Town, sign_in):
    document = in_force(town, text="<p>Count the keys.</p>")
    draft = version_start(document_id=document.pk, access=town.access("handler"))
    written(town, draft, "<p>Count them twice.</p>")
    access = town.access("manager")
    move(record_id=document.pk, name="repeal", access=access, comment="Now", data=decided())
    page = sign_in(town.manager).get(document.get_absolute_url()).content.decode()
    assert "Count the keys." in page and "Count them twice." not in page
    assert "This held until" in page


def test_of_what_was_dropped_nobody_reads_that_it_held(town: Town, sign_in):
    document = begun(town).document
    move(record_id=document.pk, name="drop", access=town.access("handler"), comment="Not needed")
    page = sign_in(town.handler).get(document.get_absolute_url()).content.decode()
    assert "This was never in force." in page and "This held until" not in page


def test_who_decided_stands_among_what_happened_to_the_document(town: Town, sign_in):
    document = in_force(town, decided_by="The committee", paragraph="§ 84")
    page = sign_in(town.outsider).get(document.get_absolute_url()).content.decode()
    events = page[page.index("Who decided this, and what happened when") :]
    assert "The committee" in events and "§ 84" in events
