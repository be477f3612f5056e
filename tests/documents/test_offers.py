"""What documents tell other pages is true, and leads to exactly what it speaks of."""

import re
from datetime import timedelta

import time_machine
from django.utils import timezone

from documents.models import Document
from documents.selectors import offers
from qms.records.services import move
from tests.conftest import Town
from tests.documents.steps import day, in_force, next_version
from tests.documents.test_taking_over import done, line, looked_through


def created(town: Town) -> str:
    return str(offers.evidence(town.access("quality"))[offers.STANDARD, offers.CREATED].note)


def test_what_was_taken_over_is_not_said_to_have_been_reviewed_here(town: Town):
    done(town, looked_through(town, line()))
    held = in_force(town)
    assert created(town).startswith("1 were reviewed by somebody else and approved here, 1 came in")
    taken = Document.objects.exclude(pk=held.pk).get()
    next_version(town, taken, small=True, weight="editorial")
    assert created(town).startswith("1 were reviewed")  # a correction is no review of the whole
    next_version(town, held, small=True, weight="editorial")
    next_version(town, taken)
    assert created(town).startswith("2 were reviewed by somebody else and approved here, 0 came in")


def test_the_management_review_counts_decisions_not_what_was_carried_in(town: Town):
    def told() -> tuple[object, str]:
        figure = offers.review_documents(town.access("quality"), day(-30), day(0))
        return figure.value, str(figure.note)

    done(town, looked_through(town, line()))
    assert told() == (0, "0 looked over without change, 0 repealed, 1 taken over as decided before")
    document = in_force(town)
    next_version(town, document, small=True, weight="editorial")
    later = next_version(town, document, valid_from=day(5))
    assert told()[0] == 2
    move(record_id=later.pk, name="call_off", access=town.access("manager"), comment="No.")
    data = {"decided_by": "M", "paragraph": "", "registry_number": "", "decided_on": day(0)}
    move(record_id=document.pk, name="repeal", access=town.access("manager"), comment="Gone", data=data)
    assert told() == (1, "0 looked over without change, 1 repealed, 1 taken over as decided before")


def test_what_is_called_off_of_an_earlier_period_takes_nothing_from_this_one(town: Town):
    with time_machine.travel(timezone.now() - timedelta(days=60)):
        later = next_version(town, in_force(town, "Before"), valid_from=day(200))
    in_force(town, "Now")
    assert offers.review_documents(town.access("quality"), day(-30), day(0)).value == 1
    move(record_id=later.pk, name="call_off", access=town.access("manager"), comment="No.")
    assert offers.review_documents(town.access("quality"), day(-30), day(0)).value == 1
    assert offers.review_documents(town.access("quality"), day(-90), day(-30)).value == 1  # the first alone


def test_all_that_holds_in_a_unit_is_what_its_page_leads_to(town: Town, sign_in):
    here, above = in_force(town, "Here"), in_force(town, "Above", applies_to=(town.care,))
    in_force(town, "Elsewhere", applies_to=(town.south,))
    browser = sign_in(town.employee)
    panel = offers.holds_in_unit(town.access("employee"), town.north)
    assert panel.total == 2
    page = browser.get(panel.url).content.decode()
    assert set(re.findall(r'row-link" href="/r/([^/"]+)/"', page)) == {here.reference, above.reference}
    assert browser.get(panel.url.replace(str(town.north.pk), "999999")).status_code == 404


def test_the_figure_of_readings_leads_to_what_is_read(town: Town, sign_in):
    in_force(town, "Told to nobody")
    told = in_force(town, "Told", weight="new_duty")
    figure = offers.units_reading(town.access("manager"))
    evidence = offers.evidence(town.access("quality"))[offers.STANDARD, offers.AWARE]
    for who, url in (("manager", figure.url), ("quality", evidence.url)):
        page = sign_in(getattr(town, who)).get(url).content.decode()
        assert set(re.findall(r'row-link" href="/r/([^/"]+)/"', page)) == {told.reference}
