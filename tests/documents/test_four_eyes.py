"""Nobody approves what they have written, whatever gives them the right to approve: a group that decides, the
administration of everything, standing in for the one who decides. Nor in a small correction."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm

from documents.models import Document, Version, Weight
from documents.selectors.approvers import able_to_approve
from documents.services import version_start
from documents.workflow.names import IN_FORCE
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.models import Deputy, Person
from qms.records.models import Record
from tests.conftest import Town
from tests.documents.steps import (
    answered,
    approved,
    begun,
    day,
    guideline,
    in_force,
    sent_to_approval,
    sent_to_review,
    written,
)
from tests.factories import grant

BODY = {"paragraph": "§ 84", "registry_number": "VON 2026/1", "weight": Weight.EDITORIAL}


def by_group(town: Town, who: Person) -> None:
    board = Group.objects.create(name="The board")
    assign_perm("approver", board, town.care)
    who.groups.add(board)
    town.auditor.groups.add(board)


def by_administration(town: Town, who: Person) -> None:
    grant(who, "administrator", town.kf)
    grant(who, "approver", town.kf)
    grant(town.auditor, "approver", town.kf)
    Person.objects.filter(pk=who.pk).update(is_staff=True, is_superuser=True)


def by_standing_in(town: Town, who: Person) -> None:
    grant(town.auditor, "approver", town.care)
    Deputy.objects.create(person=town.auditor, deputy=who, starts=day(0), ends=day(7))


def to_be_decided(town: Town, small: bool) -> Version:
    """A version that a committee decides on, written by the handler, before the auditor."""
    if small:
        document = in_force_by_the_committee(town)
        version = version_start(document_id=document.pk, access=town.access("handler"), small=True)
        version = written(town, version, "<p>Written anew.</p>")
    else:
        version = begun(town, type=guideline())
        sent_to_review(town, version, "employee")
        answered(town, version, "employee")
    return sent_to_approval(town, version, approver="auditor")


def in_force_by_the_committee(town: Town) -> Document:
    grant(town.exec, "approver", town.kf)
    version = begun(town, type=guideline(), by="manager")
    sent_to_review(town, version, "employee", by="manager")
    answered(town, version, "employee")
    sent_to_approval(town, version, approver="exec", by="manager")
    return approved(town, version, by="exec", **BODY).document


@pytest.mark.parametrize("small", [False, True], ids=["a whole version", "a small correction"])
@pytest.mark.parametrize("gives", [by_group, by_administration, by_standing_in])
def test_whoever_wrote_never_approves_whatever_gives_the_right(
    town: Town, gives: Callable[[Town, Person], None], small: bool
):
    gives(town, town.handler)
    version = to_be_decided(town, small)
    assert town.handler not in able_to_approve(version) and town.auditor in able_to_approve(version)
    with pytest.raises(NotYours) as refused:
        approved(town, version, by="handler", **BODY)
    assert "Nobody decides on their own" in str(refused.value) and town.auditor.name in str(refused.value)
    version.refresh_from_db()
    assert version.state != IN_FORCE
    assert approved(town, version, by="auditor", **BODY).state == IN_FORCE


def test_who_wrote_on_a_small_correction_that_another_began_does_not_approve_it(town: Town):
    document = in_force(town)
    version = version_start(document_id=document.pk, access=town.access("handler"), small=True)
    written(town, version, "<p>The manager's own words.</p>", by="manager")
    sent_to_approval(town, version, approver="care_head")
    with pytest.raises(RuleViolation, match=f"Nobody decides on their own: {town.care_head.name}"):
        approved(town, version, by="manager")
    assert approved(town, version, by="care_head", weight=Weight.EDITORIAL).number == "1.1"


def test_a_deputy_does_not_approve_what_the_one_they_stand_in_for_has_written(town: Town):
    version = begun(town, by="manager")
    sent_to_review(town, version, "employee", by="manager")
    answered(town, version, "employee")
    grant(town.auditor, "approver", town.care)
    sent_to_approval(town, version, approver="care_head", by="manager")
    Deputy.objects.create(person=town.manager, deputy=town.reader, starts=day(0), ends=day(7))
    with pytest.raises(NotYours, match="Nobody decides on their own"):
        approved(town, version, by="reader")


def test_the_administration_alone_approves_nothing(town: Town):
    version = begun(town)
    sent_to_review(town, version, "employee")
    answered(town, version, "employee")
    with pytest.raises(Record.DoesNotExist):  # it is not even seen
        approved(town, version, by="admin")
    with pytest.raises(RuleViolation, match=f"manager decides.*{town.manager.name}"):
        sent_to_approval(town, version, approver="admin")
