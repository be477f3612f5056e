"""A small correction need not wait for the next whole version, and neither undoes the other unseen."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from documents.models import Document, Version, Weight
from documents.services import version_start, versions_enter_into_force
from documents.workflow import names
from qms.exceptions import RuleViolation
from qms.organisation.access import SystemAccess
from qms.records.models import Notification
from qms.records.services import move
from tests.conftest import Town
from tests.documents.steps import approved, day, in_force, ready_to_approve, written

SMALL = {"weight": Weight.EDITORIAL}


def both(town: Town) -> tuple[Document, Version, Version]:
    """A document in force, its next whole version as a draft, and a small correction sent to approval."""
    document = in_force(town)
    access = town.access("handler")
    whole = version_start(document_id=document.pk, access=access)
    written(town, whole, "<p>All is new, ring 111.</p>")
    small = version_start(document_id=document.pk, access=access, small=True)
    written(town, small, "<p>Ring 222.</p>")
    return document, whole, ready_to_approve(town, small)


def test_a_correction_is_made_while_the_next_version_is_written_and_its_writer_is_told(town: Town, sign_in):
    document, whole, small = both(town)
    approved(town, small, **SMALL)
    document.refresh_from_db()
    whole.refresh_from_db()
    assert (document.text, whole.state) == ("Ring 222.", names.DRAFT)
    browser = sign_in(town.handler)
    page = browser.get(whole.get_absolute_url()).content.decode()
    assert "The small correction 1.1 has come into force since this was begun." in page
    assert "Changed since version 1.1" in page and "222" in page  # what would be undone is marked
    assert Notification.objects.filter(person=town.handler, record=whole, decision__name="corrected").exists()
    assert whole.decisions.last().details == {"number": "1.1"}


def test_a_correction_of_what_holds_no_longer_falls_away(town: Town):
    document, whole, small = both(town)
    approved(town, ready_to_approve(town, whole))
    small.refresh_from_db()
    assert (small.state, small.decisions.last().name) == (names.ABANDONED, "fall_away")
    assert not small.tasks.open().exists()
    assert version_start(document_id=document.pk, access=town.access("handler"), small=True).number == "2.1"


def test_a_correction_is_not_decided_for_a_day_on_which_the_next_version_holds(town: Town):
    _document, whole, small = both(town)
    approved(town, ready_to_approve(town, whole), valid_from=day(3))
    with pytest.raises(RuleViolation, match="Version 2 is in force from") as refused:
        approved(town, small, valid_from=day(3), **SMALL)
    assert refused.value.field == "valid_from"
    approved(town, small, valid_from=day(2), **SMALL)
    assert versions_enter_into_force(access=SystemAccess("test")) == 0


def test_of_each_sort_there_is_one_also_for_the_database(town: Town):
    document, whole, small = both(town)
    for is_small in (True, False):
        with pytest.raises(RuleViolation, match="is under way already"):
            version_start(document_id=document.pk, access=town.access("manager"), small=is_small)
    of_whole, of_small = "version_one_under_way", "version_one_correction_under_way"
    for version, number, rule in ((whole, {"major": 5}, of_whole), (small, {"minor": 5}, of_small)):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            twin = Version.objects.get(pk=version.pk)
            twin.pk = twin.id = None
            twin.reference = f"D-X-{number}"
            for field, value in number.items():
                setattr(twin, field, value)
            twin.save()


def test_the_page_offers_what_is_not_begun_and_shows_both(town: Town, sign_in):
    document = in_force(town)
    browser, access = sign_in(town.handler), town.access("handler")

    def page() -> str:
        return browser.get(document.get_absolute_url()).content.decode()

    assert "Begin a new version" in page() and "Make a small correction" in page()
    version_start(document_id=document.pk, access=access)
    assert "Begin a new version" not in page() and "Make a small correction" in page()
    browser.post(reverse("documents:start", args=[document.reference]), {"small": "1"})
    assert "Make a small correction" not in page()
    assert "Version 2:" in page() and "Version 1.1:" in page()


def test_repeal_ends_both(town: Town):
    document, whole, small = both(town)
    data = {"decided_by": "The manager", "paragraph": "", "registry_number": "", "decided_on": day(0)}
    move(record_id=document.pk, name="repeal", access=town.access("manager"), comment="Gone", data=data)
    for version in (whole, small):
        version.refresh_from_db()
        assert version.state == names.ABANDONED


def test_a_new_title_is_marked_where_two_versions_are_compared(town: Town, sign_in):
    document = in_force(town)
    whole = version_start(document_id=document.pk, access=town.access("handler"))
    written(town, whole, Version.objects.get(document=document, major=1).text, title="Notes at home")
    address = reverse("documents:compare", args=[f"{document.reference}-V1", whole.reference])
    for page in (address, whole.get_absolute_url()):
        shown = sign_in(town.handler).get(page).content.decode()
        assert "no words, links or pictures have changed" in shown
        assert re.search("<del>.*in.*home care</del>|<del>.*in </del>", shown) and re.search(
            "<ins>.*at", shown
        )
