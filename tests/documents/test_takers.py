"""Who is asked to approve or to review can do it, also when the task changes hands."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Version
from documents.selectors.approvers import able_to_review
from qms.exceptions import RuleViolation
from qms.organisation.access import SystemAccess, access_for
from qms.organisation.models import Deputy, Person, Unit
from qms.organisation.services import person_deactivate, unit_head_set
from qms.records.models import Record, Task
from qms.records.services import move, task_hand_over
from qms.records.services.handover import hand_over
from tests.conftest import Town
from tests.documents.steps import answered, begun, decision, guideline, sent_to_approval, sent_to_review
from tests.factories import grant, person

SignIn = Callable[[Person], Client]


@pytest.fixture
def town(town: Town) -> Town:
    """The auditor enters the decisions of committees in Care."""
    grant(town.auditor, "approver", town.care)
    return town


@pytest.fixture
def version(town: Town) -> Version:
    """A guideline that waits for the auditor's decision."""
    version = begun(town, type=guideline())
    sent_to_review(town, version, "employee")
    answered(town, version, "employee")
    return sent_to_approval(town, version, "auditor")


def task(version: Version, kind: str) -> Task:
    return version.tasks.open().get(kind=kind)


def nobody_else(version: Version) -> None:
    """All who could review it, of those near it, have written on it."""
    version.refresh_from_db()
    version.writers.add(*able_to_review(version))


def test_only_those_who_may_approve_are_offered(town: Town, sign_in: SignIn):
    version = begun(town, type=guideline())
    grant(town.care_head, "approver", town.care)
    version.writers.add(town.care_head)
    sent_to_review(town, version, "employee")
    answered(town, version, "employee")
    address = reverse("records:move", args=[version.reference, "to_approval"])
    page = sign_in(town.handler).get(address).content.decode()
    assert "auditor@town.test" in page and 'name="approver"' in page
    for other in ("manager", "care_head", "handler", "employee", "outsider"):
        assert f"{other}@town.test" not in page, other


def test_who_may_not_is_refused_when_chosen_and_the_sentence_names_who_can(town: Town, sign_in: SignIn):
    version = begun(town, type=guideline())
    sent_to_review(town, version, "employee")
    answered(town, version, "employee")
    address = reverse("records:move", args=[version.reference, "to_approval"])
    answer = sign_in(town.handler).post(address, {"approver": "manager@town.test", "due": "2030-01-07"})
    assert answer.status_code == 422
    assert "decides on this type of document: Auditor." in answer.content.decode()


def test_where_nobody_may_approve_the_form_says_so(town: Town, sign_in: SignIn):
    version = begun(town, type=guideline())
    version.writers.add(town.auditor)
    sent_to_review(town, version, "employee")
    answered(town, version, "employee")
    page = sign_in(town.handler).get(reverse("records:move", args=[version.reference, "to_approval"]))
    assert "Nobody has the role “approver” for the unit yet" in page.content.decode()


@pytest.mark.parametrize("to", ["manager", "handler", "employee"])
def test_the_decision_is_not_handed_to_one_who_may_not_make_it(town: Town, version: Version, to: str):
    deciding = task(version, "decide")
    with pytest.raises(RuleViolation) as refused:
        task_hand_over(task_id=deciding.pk, to=getattr(town, to), access=town.access("auditor"))
    assert refused.value.field == "to" and "Auditor" in str(refused.value)
    assert task(version, "decide") == deciding


def test_it_is_handed_to_another_approver_who_decides(town: Town, version: Version, sign_in: SignIn):
    other = person("secretary", town.school)
    grant(other, "approver", town.care)
    address = reverse("records:hand_over", args=[version.reference, task(version, "decide").pk])
    browser = sign_in(town.auditor)
    page = browser.get(address).content.decode()
    assert "secretary@town.test" in page and "manager@town.test" not in page
    assert browser.post(address, {"to": "secretary@town.test"}).status_code == 302
    version.refresh_from_db()
    assert version.approver == other
    data = decision(paragraph="§ 12", registry_number="VON 2026/7")
    move(record_id=version.pk, name="approve", access=access_for(other), data=data)
    assert Record.objects.visible_to(access_for(other)).filter(pk=version.pk).exists()


def test_a_form_says_when_there_is_nobody_else(town: Town, version: Version, sign_in: SignIn):
    address = reverse("records:hand_over", args=[version.reference, task(version, "decide").pk])
    assert "There is nobody else who can do it." in sign_in(town.auditor).get(address).content.decode()


def test_what_an_approver_who_leaves_has_goes_to_one_who_may(town: Town, version: Version):
    other = person("secretary", town.school)
    grant(other, "approver", town.care)
    hand_over(person=town.auditor, to=town.manager, access=SystemAccess("the auditor leaves"))
    assert task(version, "decide").assignee == other
    version.refresh_from_db()
    assert version.approver == other


def test_where_nobody_else_may_it_comes_to_whoever_follows_and_is_not_lost(town: Town, version: Version):
    hand_over(person=town.auditor, to=town.manager, access=SystemAccess("the auditor leaves"))
    assert task(version, "decide").assignee == town.manager


def test_a_decision_that_waited_for_nobody_goes_past_a_new_head_who_may_not_make_it(
    town: Town, version: Version
):
    Unit.objects.update(head=None)
    person_deactivate(person_id=town.auditor.pk, access=town.access("admin"))
    assert task(version, "decide").assignee is None
    other = person("secretary", town.school)
    grant(other, "approver", town.care)
    unit_head_set(unit_id=town.north.pk, head_id=town.manager.pk, access=town.access("admin"))
    assert task(version, "decide").assignee == other
    version.refresh_from_db()
    assert version.approver == other


def test_one_to_whom_it_comes_but_who_may_not_decide_is_not_the_one_asked_to(town: Town, version: Version):
    hand_over(person=town.auditor, to=town.outsider, access=SystemAccess("the auditor leaves"))
    assert task(version, "decide").assignee == town.outsider
    version.refresh_from_db()
    assert version.approver == town.auditor
    assert not Record.objects.visible_to(town.access("outsider")).filter(pk=version.document_id).exists()


def test_a_review_is_not_handed_to_one_who_has_written_on_it(town: Town):
    version = begun(town)
    sent_to_review(town, version, "employee")
    looking = task(version, "look")
    with pytest.raises(RuleViolation, match="fresh eyes"):
        task_hand_over(task_id=looking.pk, to=town.handler, access=town.access("employee"))
    task_hand_over(task_id=looking.pk, to=town.outsider, access=town.access("employee"))
    answered(town, version, "outsider")
    assert Record.objects.visible_to(town.access("outsider")).filter(pk=version.pk).exists()


def test_a_review_that_comes_to_a_writer_is_handed_on_not_answered(town: Town):
    version = begun(town)
    sent_to_review(town, version, "employee")
    nobody_else(version)
    hand_over(person=town.employee, to=town.handler, access=SystemAccess("the employee leaves"))
    with pytest.raises(RuleViolation, match="Hand the review over"):
        answered(town, version, "handler")


def test_a_review_is_not_handed_to_one_who_reviews_it_already(town: Town):
    version = begun(town)
    sent_to_review(town, version, "employee", "care_head")
    looking = version.tasks.open().get(assignee=town.employee)
    with pytest.raises(RuleViolation, match="reviews it already") as refused:
        task_hand_over(task_id=looking.pk, to=town.care_head, access=town.access("employee"))
    assert refused.value.field == "to"
    assert version.tasks.open().filter(kind="look").count() == 2


def test_a_review_is_not_handed_to_one_who_has_answered_in_this_round(town: Town):
    version = begun(town)
    sent_to_review(town, version, "employee", "care_head")
    answered(town, version, "care_head", "change", "Nights are missing")
    looking = task(version, "look")
    with pytest.raises(RuleViolation, match="Somebody who has neither answered"):
        task_hand_over(task_id=looking.pk, to=town.care_head, access=town.access("employee"))


def test_no_answer_is_lost_when_a_review_falls_to_one_who_has_answered(town: Town):
    version = begun(town)
    sent_to_review(town, version, "employee", "care_head")
    answered(town, version, "care_head", "change", "Nights are missing")
    nobody_else(version)
    hand_over(person=town.employee, to=town.care_head, access=SystemAccess("the employee leaves"))
    with pytest.raises(RuleViolation, match="that answer stands"):
        answered(town, version, "care_head")
    assert [(one.reviewer, one.answer, one.comment) for one in version.reviews.all()] == [
        (town.employee, "", ""),
        (town.care_head, "change", "Nights are missing"),
    ]
    task_hand_over(task_id=task(version, "look").pk, to=town.outsider, access=town.access("care_head"))
    answered(town, version, "outsider")
    assert sorted(one.answer for one in version.reviews.all()) == ["agree", "change"]
    assert task(version, "go_on").assignee == version.owner


def test_in_the_next_round_whoever_has_answered_before_can_have_it(town: Town):
    version = begun(town)
    sent_to_review(town, version, "care_head")
    answered(town, version, "care_head")
    move(record_id=version.pk, name="take_back", access=town.access("handler"))
    sent_to_review(town, version, "employee")
    task_hand_over(task_id=task(version, "look").pk, to=town.care_head, access=town.access("employee"))
    answered(town, version, "care_head", "change", "Nights are missing")
    assert [one.answer for one in version.reviews.all()] == ["agree", "change"]


def test_a_review_that_falls_to_one_who_reviews_it_already_is_dropped_and_the_round_goes_on(town: Town):
    version = begun(town)
    sent_to_review(town, version, "employee", "care_head")
    due = timezone.localdate() + timedelta(days=3)
    version.tasks.open().filter(assignee=town.care_head).update(due=due)
    hand_over(person=town.employee, to=town.care_head, access=SystemAccess("the employee leaves"))
    assert version.tasks.get(assignee=town.employee).outcome == Task.Outcome.DROPPED
    assert task(version, "look").due == due  # theirs is as it was
    answered(town, version, "care_head")
    assert task(version, "go_on").assignee == version.owner


def test_a_writer_who_stands_in_for_the_reviewer_does_not_answer_on_their_own_text(town: Town):
    version = begun(town)
    sent_to_review(town, version, "employee")
    today = timezone.localdate()
    Deputy.objects.create(person=town.employee, deputy=town.handler, starts=today, ends=today)
    with pytest.raises(RuleViolation, match="Handler has written on it"):
        answered(town, version, "handler")
    assert task(version, "look").assignee == town.employee
    answered(town, version, "employee")


def test_whoever_gets_the_review_of_one_who_left_goes_on_seeing_what_became_of_it(town: Town):
    version = begun(town)
    sent_to_review(town, version, "employee")
    hand_over(person=town.employee, to=town.outsider, access=SystemAccess("the employee leaves"))
    answered(town, version, "outsider")
    assert Record.objects.visible_to(town.access("outsider")).filter(pk=version.pk).exists()
    assert Record.objects.visible_to(town.access("outsider")).filter(pk=version.document_id).exists()


def test_a_review_left_behind_goes_to_one_who_has_not_written_on_it(town: Town):
    version = begun(town)
    version.writers.add(town.manager)
    sent_to_review(town, version, "employee")
    hand_over(person=town.employee, to=None, access=SystemAccess("the employee leaves"))
    assert task(version, "look").assignee not in (town.manager, town.handler, town.employee, None)
    answered(town, version, task(version, "look").assignee.email.split("@")[0])


def test_a_review_may_still_be_handed_to_anybody_with_fresh_eyes(town: Town, sign_in: SignIn):
    version = sent_to_review(town, begun(town), "employee")
    address = reverse("records:hand_over", args=[version.reference, task(version, "look").pk])
    browser = sign_in(town.employee)
    assert "There is nobody else" not in browser.get(address).content.decode()
    assert browser.post(address, {"to": "outsider@town.test"}).status_code == 302


def test_a_review_of_what_is_restricted_goes_to_nobody_who_does_not_see_it(town: Town):
    author = person("writer", town.north)
    grant(author, "author", town.north)
    version = begun(town, restricted_why="OSL 18:8")
    assert author in able_to_review(begun(town, "Open"))
    assert author not in able_to_review(version) and town.manager in able_to_review(version)
