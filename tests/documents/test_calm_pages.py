"""The pages of a version ask no more than is of use then, and say what is true."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.forms.moves import MOST_REVIEWERS
from documents.models import Version
from documents.services import remark_add
from documents.workflow import names
from qms.exceptions import RuleViolation
from qms.organisation.models import Person
from qms.records.services import move
from qms.records.services.moves import read_token
from tests.conftest import Town
from tests.documents.steps import (
    begun,
    day,
    decision,
    in_force,
    next_version,
    ready_to_approve,
    sent_to_approval,
    sent_to_review,
    written,
)

SignIn = Callable[[Person], Client]


def page(client: Client, version: Version, step: str = "") -> str:
    return client.get(version.get_absolute_url() + (f"move/{step}/" if step else "")).content.decode()


def test_remarks_are_asked_for_from_review_on(town: Town, sign_in: SignIn):
    version, client = begun(town), sign_in(town.handler)
    assert "Remarks on the text" not in page(client, version)
    with pytest.raises(RuleViolation, match="still being written"):
        remark_add(version_id=version.pk, heading_id="", heading="", text="Hm", access=town.access("manager"))
    sent_to_review(town, version)
    assert "Send the remark" in page(client, version)


def test_what_was_remarked_stays_when_it_is_taken_back(town: Town, sign_in: SignIn):
    version = begun(town)
    sent_to_review(town, version)
    remark_add(
        version_id=version.pk, heading_id="", heading="", text="Too long", access=town.access("employee")
    )
    move(record_id=version.pk, name="take_back", access=town.access("handler"))
    html = page(sign_in(town.handler), version)
    assert "Too long" in html and "Send the remark" not in html


def test_three_reviewers_are_asked_for_and_more_lie_folded(town: Town, sign_in: SignIn):
    version, client = begun(town), sign_in(town.handler)
    html = page(client, version, "to_review")
    folded = html.split('<details class="unfold">')[1].split("</details>")[0]
    assert "More reviewers" in folded
    inside = [n for n in range(1, MOST_REVIEWERS + 1) if f'name="reviewer_{n}"' in folded]
    assert inside == [4, 5]
    assert html.index('name="reviewer_3"') < html.index("More reviewers") < html.index('name="due"')
    sent = {"reviewer_1": town.employee.email, "reviewer_4": "Nobody Known", "due": timezone.localdate()}
    refused = client.post(f"{version.get_absolute_url()}move/to_review/", sent)
    assert refused.status_code == 422
    assert '<details class="unfold" open>' in refused.content.decode()


def test_whoever_approves_reads_when_it_comes_into_force(town: Town, sign_in: SignIn):
    version, client = begun(town), sign_in(town.manager)
    ready_to_approve(town, version)
    asked = page(client, version, "approve")
    assert "at once when that is today or has been" in asked
    assert "not in force yet" not in asked


def test_whoever_calls_off_reads_that_another_day_is_decided_anew(town: Town, sign_in: SignIn):
    document = in_force(town)
    coming = next_version(town, document, valid_from=day(3))
    form = reverse("records:move", args=[coming.reference, "call_off"])
    assert "another day, too, takes a review and an approval anew" in sign_in(town.manager).get(
        form
    ).content.decode().replace("\n", " ")
    move(record_id=coming.pk, name="call_off", access=town.access("manager"), comment="A week later")
    with pytest.raises(RuleViolation, match="Somebody else reviews it first"):
        sent_to_approval(town, coming)


@pytest.mark.parametrize(
    ("days", "state", "said"),
    [(0, names.IN_FORCE, "In force"), (3, names.SCHEDULED, "Approved, not in force yet")],
)
def test_what_is_said_after_the_decision_is_true(
    town: Town, sign_in: SignIn, days: int, state: str, said: str
):
    version = begun(town)
    ready_to_approve(town, version)
    sent = decision(valid_from=timezone.localdate() + timedelta(days=days))
    version.refresh_from_db()
    query = {"read": read_token(version)}
    address = reverse("records:move", args=[version.reference, "approve"], query=query)
    html = sign_in(town.manager).post(address, sent, follow=True).content.decode()
    version.refresh_from_db()
    assert version.state == state
    assert f"is now “{said}”." in html


def test_nobody_approves_a_text_that_was_changed_after_they_had_read_it(town: Town, sign_in: SignIn):
    version, client = begun(town), sign_in(town.manager)
    ready_to_approve(town, version)
    page = client.get(version.get_absolute_url()).content.decode()
    [address] = re.findall(r'href="([^"]+/move/approve/[^"]*)"', page)
    assert client.get(address).status_code == 200
    move(record_id=version.pk, name="take_back", access=town.access("handler"))
    written(town, version, "<p>Something else altogether.</p>")
    ready_to_approve(town, version)
    for answer in (client.get(address), client.post(address, decision())):
        assert answer.status_code in (409, 422)
        assert "has been decided about it after you opened it" in answer.content.decode()
    assert client.post(address.split("?")[0], decision()).status_code == 422
    version.refresh_from_db()
    assert version.state == names.APPROVAL
    [address] = re.findall(
        r'href="([^"]+/move/approve/[^"]*)"', client.get(version.get_absolute_url()).content.decode()
    )
    assert client.post(address, decision()).status_code == 302
    version.refresh_from_db()
    assert version.state == names.IN_FORCE


def test_nobody_answers_for_a_text_that_was_changed_after_they_had_read_it(town: Town, sign_in: SignIn):
    version = sent_to_review(town, begun(town))
    client, address = sign_in(town.employee), reverse("documents:answer", args=[version.reference])
    sent = {"answer": "agree", "comment": "", "read": read_token(version)}
    move(record_id=version.pk, name="take_back", access=town.access("handler"))
    written(town, version, "<p>Something else altogether.</p>")
    renewed = sent_to_review(town, version)
    refused = client.post(address, sent)
    page = refused.content.decode()
    assert refused.status_code == 422 and "Read what it says now, and send once more." in page
    assert "Something else altogether." in page and not version.reviews.filter(answer="agree").exists()
    assert f'name="read" value="{read_token(renewed)}"' in page.replace("&#x27;", "'")
    assert client.post(address, sent | {"read": read_token(renewed)}).status_code == 302
    assert version.reviews.get(round=2).answer == "agree"
