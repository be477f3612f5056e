"""What was read and confirmed once is told as what it was, when a later version is in force or none."""

import pytest

from documents.models import Document, ReadDuty, Weight
from documents.selectors.offers import units_reading
from qms.organisation.services import unit_head_set
from qms.records.services import move
from tests.conftest import Town
from tests.documents.steps import confirmed, day, in_force, next_version


@pytest.fixture
def document(town: Town) -> Document:
    return in_force(town, weight=Weight.NEW_DUTY)


def test_of_a_repealed_document_it_counts_no_longer_and_stays_noted(town: Town, document: Document):
    confirmed(town, document, "manager")
    assert units_reading(town.access("care_head")).value == 1
    data = {"decided_by": "The manager", "paragraph": "", "registry_number": "", "decided_on": day(0)}
    move(record_id=document.pk, name="repeal", access=town.access("manager"), comment="Old", data=data)
    assert units_reading(town.access("care_head")).value is None
    # Who must read what is looked through anew, and nothing else is said to be the reason.
    unit_head_set(unit_id=town.north.pk, head_id=town.handler.pk, access=town.access("admin"))
    duty = ReadDuty.objects.get(person=town.manager)
    assert (duty.closed_why, duty.confirmed_version.number) == ("repealed", "1")


def test_a_figure_of_ones_own_units_is_not_said_to_be_of_all(town: Town, sign_in):
    held = in_force(town, weight=Weight.NEW_DUTY, applies_to=(town.kf,))
    address = f"/documents/{held.reference}/reading/"
    said = {who: sign_in(getattr(town, who)).get(address).content.decode() for who in ("care_head", "exec")}
    assert "In the units you lead, 0 of 5 who" in said["care_head"]
    assert "In the units" not in said["exec"] and "0 of 11 who" in said["exec"]


def test_who_confirmed_an_earlier_version_is_not_said_to_have_read_the_one_in_force(town, document, sign_in):
    confirmed(town, document, "employee")
    browser = sign_in(town.employee)
    assert "that you have read this" in browser.get(document.get_absolute_url()).content.decode()
    next_version(town, document)
    page = browser.get(document.get_absolute_url()).content.decode()
    assert "that you have read version 1." in page and "that you have read this" not in page
    assert f"/documents/{document.reference}-V1/compare/{document.reference}-V2/" in page
