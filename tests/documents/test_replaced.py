"""What another document replaces: said by those who answer for it, and repealed by somebody who can."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from documents.selectors.order import order_of
from documents.services.replaced import replaced_follow
from documents.workflow.names import REPLACED
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import SystemAccess
from qms.records.models import Link, LinkType, Task
from qms.records.services import link_add, link_remove, move, task_hand_over
from tests.conftest import Town
from tests.documents.steps import approved, begun, day, guideline, in_force, ready_to_approve
from tests.factories import grant

SYSTEM = SystemAccess("what is replaced")


def replaces(town: Town, new: Document, old: Document, by: str = "quality") -> Link:
    return link_add(source_id=new.pk, target_id=old.pk, type=LinkType.REPLACES, access=town.access(by))


def asked(document: Document) -> list[Task]:
    return list(document.tasks.open().filter(kind=REPLACED))


def repealed(
    town: Town, document: Document, name: str = "repeal", by: str = "manager", **more: object
) -> None:
    data = {
        "decided_by": "Chefen",
        "paragraph": "",
        "registry_number": "",
        "decided_on": timezone.localdate(),
    }
    move(record_id=document.pk, name=name, access=town.access(by), comment="Replaced.", data=data | more)


def test_who_may_change_only_the_new_one_does_not_say_that_it_replaces_anothers(town: Town, sign_in):
    old = in_force(town, "Old")
    grant(town.south_head, "reader", town.north)
    mine = begun(town, "Mine").document
    Document.objects.filter(pk=mine.pk).update(owner=town.south_head)
    with pytest.raises(
        NotYours, match=f"{old.reference} is replaced is said by those who answer for it.*Manager"
    ):
        replaces(town, mine, old, by="south_head")
    browser, address = sign_in(town.south_head), reverse("records:links", args=[mine.reference])
    answer = browser.post(address, {"type": "replaces", "reference": old.reference})
    assert answer.status_code == 422 and "those who answer for it" in answer.content.decode()
    assert browser.post(address, {"type": "related", "reference": old.reference}).status_code == 302
    replaces(town, mine, old, by="manager")


def test_when_the_new_one_is_in_force_its_owner_is_asked_to_repeal_the_old_one_once(town: Town):
    old, draft = in_force(town, "Old"), begun(town, "New")
    replaces(town, draft.document, old)
    assert replaced_follow(access=SYSTEM) == 0 and not asked(old)
    ready_to_approve(town, draft)
    approved(town, draft)
    assert replaced_follow(access=SYSTEM) == 1 and replaced_follow(access=SYSTEM) == 0
    [task] = asked(old)
    assert task.assignee == town.manager and task.due >= day(14)
    repealed(town, old)
    assert not asked(old) and replaced_follow(access=SYSTEM) == 0


def test_a_decided_end_answers_it_and_what_holds_after_all_is_asked_about_again(town: Town):
    old, new = in_force(town, "Old"), in_force(town, "New")
    link = replaces(town, new, old)
    replaced_follow(access=SYSTEM)
    assert order_of(town.access("quality"), "", day(0)).figures[2][1].value == 1
    repealed(town, old, "repeal_later", ends_on=day(30))
    assert order_of(town.access("quality"), "", day(0)).figures[2][1].value == 0
    assert not asked(old) and replaced_follow(access=SYSTEM) == 0
    move(record_id=old.pk, name="hold", access=town.access("manager"), comment="After all.")
    assert replaced_follow(access=SYSTEM) == 1
    link_remove(link_id=link.pk, access=town.access("manager"))
    assert replaced_follow(access=SYSTEM) == 0 and not asked(old)


def test_of_what_a_committee_decided_an_approver_is_asked_not_an_owner_who_cannot(town: Town):
    grant(town.auditor, "approver", town.care)
    old = in_force(town, "Old")
    Document.objects.filter(pk=old.pk).update(type=guideline())
    replaces(town, in_force(town, "New"), old)
    replaced_follow(access=SYSTEM)
    [task] = asked(old)
    assert task.assignee == town.auditor
    with pytest.raises(RuleViolation, match="A committee decides"):
        task_hand_over(task_id=task.pk, to=town.manager, access=town.access("auditor"))
