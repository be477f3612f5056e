"""In odd states of things every figure says what a plain look at each document says."""

from typing import cast

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Document, ReadDuty, Version, Weight
from documents.selectors import offers
from documents.selectors.order import order_of
from documents.selectors.selections import ORDER
from qms.organisation.services import person_deactivate
from qms.records.models import Visibility
from qms.records.services import move
from qms.records.services.change import record_change
from tests.conftest import Town
from tests.documents.steps import begun, confirmed, day, guideline, in_force, next_version
from tests.documents.test_taking_over import done, line, looked_through


@pytest.fixture
def odd(town: Town) -> Town:
    """A correction in force, one carried in without a decision, one that came back after its end under
    another number, one whose owners have left one after the other, one restricted, one late, one read, one
    only begun."""
    next_version(town, in_force(town, "Corrected"), small=True, weight=Weight.EDITORIAL)
    done(town, looked_through(town, line(decided_on=None), line(id="P-2", title="Ended")))
    ended = Document.objects.get(title="Ended")
    data = {"decided_by": "M", "paragraph": "", "registry_number": "", "decided_on": day(0)}
    move(record_id=ended.pk, name="repeal", access=town.access("manager"), comment="Gone", data=data)
    done(town, looked_through(town, line(decided_on=None), line(id="P-3", title="Ended", type="Riktlinje")))
    read = in_force(town, "Read", weight=Weight.NEW_DUTY)
    confirmed(town, read, "employee")
    in_force(town, "Unread", weight=Weight.NEW_DUTY)
    gone = in_force(town, "Was read", weight=Weight.NEW_DUTY)
    confirmed(town, gone, "employee")
    move(record_id=gone.pk, name="repeal", access=town.access("manager"), comment="Gone", data=data)
    kept = in_force(town, "Kept", weight=Weight.NEW_DUTY)
    confirmed(town, kept, "employee")
    changes = {"visibility": Visibility.RESTRICTED, "confidential_reason": "OSL 18:8"}
    record_change(record_id=kept.pk, changes=changes, access=town.access("manager"))
    Document.objects.filter(pk=in_force(town, "Late").pk).update(due=day(-9))
    begun(town, "Begun", type=guideline())
    for who in ("manager", "care_head"):
        person_deactivate(person_id=getattr(town, who).pk, access=town.access("admin"))
    return town


def facts(documents: list[Document]) -> dict[str, int]:
    """The figures of order, by looking at each document by itself."""
    found = dict.fromkeys((one.key for one in ORDER), 0)
    for document in documents:
        held = Version.objects.filter(document=document, is_in_force=True).first()
        owned = document.owner is not None and document.owner.is_active
        found["without_owner"] += document.closed_at is None and not owned
        if held is None:
            assert document.state != "in_force"
            continue
        assert document.state == "in_force"
        lacks = document.type.needs_decision and not (held.paragraph and held.registry_number)
        duties = [one for one in ReadDuty.objects.filter(document=document) if one.closed_at is None]
        found["in_force"] += 1
        found["past_review"] += document.due is not None and document.due < timezone.localdate()
        found["without_decision"] += held.decided_on is None or lacks
        found["never_read"] += bool(duties) and not any(one.confirmed_at for one in duties)
    return found


@pytest.mark.parametrize("who", ["quality", "auditor", "exec"])
def test_order_and_evidence_are_what_each_document_says(odd: Town, who: str):
    access = odd.access(who)
    seen = [cast(Document, one) for one in Document.objects.visible_to(access).select_related("type")]
    meant, labels = facts(seen), {str(one.label): one.key for one in ORDER}
    told = {labels[label]: figure.value for label, figure in order_of(access, "", day(0)).figures}
    assert told == meant
    assert meant["in_force"] > meant["without_decision"] > 0 and meant["never_read"] == 1
    evidence = {key: str(one.note) for (_standard, key), one in offers.evidence(access).items()}
    held = [one for one in seen if one.state == "in_force"]
    assert evidence[offers.CONTROLLED].startswith(f"{len(held)} in force, {meant['past_review']} past")
    carried = sum(hasattr(one, "origin") for one in held)
    assert f"{len(held) - carried} were reviewed" in evidence[offers.CREATED]
    duties = [one for one in ReadDuty.objects.filter(document__in=held) if one.closed_at is None]
    read = sum(one.confirmed_at is not None for one in duties)
    assert evidence[offers.AWARE] == f"{read} of {len(duties)} readings confirmed"


def test_the_register_is_what_is_public_and_holds_each_with_what_was_decided(odd: Town):
    rows = Client().get(reverse("register:json")).json()["documents"]
    meant = Version.objects.filter(is_in_force=True, visibility="public").select_related("document")
    assert {row["reference"]: (row["version"], row["title"], row["decided_by"]) for row in rows} == {
        one.document.reference: (one.number, one.title, one.decided_by) for one in meant
    }
    assert "Kept" not in {row["title"] for row in rows}
