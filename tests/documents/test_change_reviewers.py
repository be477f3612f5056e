"""Reviewers changed while a review runs: who is silent keeps nobody waiting, and no answer is given twice."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Review, Version
from documents.selectors.said import decided
from documents.workflow.names import GO_ON, LOOK
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.models import Person
from qms.records.models import Notification
from qms.records.services import move, task_hand_over
from tests.conftest import Town, build_town
from tests.documents.steps import answered, begun, day, sent_to_approval, sent_to_review, together
from tests.factories import grant

SignIn = Callable[[Person], Client]


def changed(town: Town, version: Version, *reviewers: str, by: str = "handler") -> Version:
    """Those whose answer is waited for from now on."""
    data = {"reviewers": [getattr(town, name) for name in reviewers], "due": day(5)}
    return move(record_id=version.pk, name="change_reviewers", access=town.access(by), data=data)


def waiting(version: Version, kind: str = LOOK) -> set[Person]:
    return {task.assignee for task in version.tasks.open().filter(kind=kind)}


def test_who_does_not_answer_is_let_off_and_the_answers_of_the_others_stand(town: Town):
    version = sent_to_review(town, begun(town), "employee", "south_head")
    answered(town, version, "employee")
    with pytest.raises(RuleViolation, match="South Head has the draft still"):
        sent_to_approval(town, version)
    changed(town, version)
    assert waiting(version) == set() and waiting(version, GO_ON) == {town.handler}
    assert [review.reviewer for review in version.reviews.all()] == [town.employee]
    with pytest.raises(NotYours):
        answered(town, version, "south_head")
    assert sent_to_approval(town, version).state == "approval"


def test_who_is_asked_in_their_place_is_told_and_has_a_day_and_the_round_waits_for_them(town: Town):
    version = sent_to_review(town, begun(town), "employee", "south_head")
    answered(town, version, "employee")
    changed(town, version, "reader")
    assert waiting(version) == {town.reader} and version.tasks.open().get(kind=LOOK).due == day(5)
    assert Notification.objects.filter(person=town.reader, event=Notification.Event.TASK).exists()
    with pytest.raises(RuleViolation, match="Reader has the draft still"):
        sent_to_approval(town, version)
    answered(town, version, "reader", "change", "Shorter")
    assert waiting(version, GO_ON) == {town.handler}
    said = decided(version.decisions.get(name="change_reviewers"))
    assert said.startswith("Reader, answer by ") and said.endswith(" · no longer asked: South Head")


def test_when_all_have_answered_one_more_can_be_asked(town: Town):
    version = sent_to_review(town, begun(town), "employee")
    answered(town, version, "employee")
    assert waiting(version, GO_ON) == {town.handler}
    changed(town, version, "south_head")
    assert waiting(version, GO_ON) == set() and waiting(version) == {town.south_head}


def test_of_a_review_that_was_handed_over_the_turn_falls_away_with_it(town: Town):
    version = sent_to_review(town, begun(town), "employee", "south_head")
    task = version.tasks.open().get(kind=LOOK, assignee=town.employee)
    task_hand_over(task_id=task.pk, to=town.reader, access=town.access("employee"))
    changed(town, version, "south_head")
    assert waiting(version) == {town.south_head}
    answered(town, version, "south_head")
    assert [review.reviewer for review in version.reviews.all()] == [town.south_head]


def test_of_a_review_that_came_to_somebody_who_has_answered_their_own_answer_stands(town: Town):
    """Where nobody else can take it, whoever is nearest has it when its reviewer leaves."""
    version = sent_to_review(town, begun(town), "employee", "south_head")
    answered(town, version, "employee")
    version.tasks.open().filter(kind=LOOK).update(assignee=town.employee)
    changed(town, version)
    assert waiting(version) == set() and waiting(version, GO_ON) == {town.handler}
    assert version.reviews.get(reviewer=town.employee).answered_at
    assert version.reviews.count() == 1


@pytest.mark.parametrize(
    ("reviewers", "said"),
    [
        ((), "Name at least one"),
        (("south_head",), "They have it already"),
        (("south_head", "handler"), "Handler has written on it"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(town: Town, reviewers: tuple[str, ...], said: str):
    version = sent_to_review(town, begun(town), "south_head")
    with pytest.raises(RuleViolation, match=said):
        changed(town, version, *reviewers)
    assert waiting(version) == {town.south_head} and Review.objects.count() == 1


def test_who_has_answered_is_not_asked_again_in_the_same_round(town: Town):
    version = sent_to_review(town, begun(town), "employee", "south_head")
    answered(town, version, "employee")
    with pytest.raises(RuleViolation, match="has answered in this round") as refused:
        changed(town, version, "south_head", "employee")
    assert refused.value.field == "reviewer_2"


def test_whoever_does_not_write_there_does_not_change_them(town: Town):
    version = sent_to_review(town, begun(town), "employee")
    with pytest.raises(NotYours):
        changed(town, version, "south_head", by="employee")


def test_on_the_page_those_who_still_have_it_stand_there(town: Town, sign_in: SignIn):
    version = sent_to_review(town, begun(town), "employee", "south_head")
    answered(town, version, "employee")
    browser, form = (
        sign_in(town.handler),
        reverse("records:move", args=[version.reference, "change_reviewers"]),
    )
    page = browser.get(form).content.decode()
    assert town.south_head.email in page and town.employee.email not in page
    refused = browser.post(form, {"reviewer_1": town.south_head.email, "due": day(5).isoformat()})
    assert refused.status_code == 422 and "They have it already" in refused.content.decode()
    sent = {"reviewer_1": town.reader.email, "due": day(5).isoformat()}
    assert browser.post(form, sent).status_code == 302
    assert waiting(version) == {town.reader}


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_a_change_at_once_lose_neither():
    town = build_town()
    grant(town.handler, "author", town.north)
    version = sent_to_review(town, begun(town), "employee")
    answer, change = together(
        lambda: answered(town, version, "employee"), lambda: changed(town, version, "south_head")
    )
    assert not isinstance(change, Exception)
    given = version.reviews.filter(reviewer=town.employee, answered_at__isnull=False).exists()
    assert given is not isinstance(answer, Exception)
    assert waiting(version) == {town.south_head}
