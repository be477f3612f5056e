"""The page of figures: for whom it is, and what it says where little or nothing can be said."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from improvements.models import Improvement
from improvements.selectors import questions, tally
from improvements.selectors.asked import Asked
from improvements.selectors.part import Part, part_chosen
from improvements.selectors.tally import Span
from improvements.services import improvement_classify
from qms.organisation.models import Person
from qms.records.list_page import Selection
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide


def test_with_fewer_than_five_senders_nothing_is_split(town: Town):
    for who in (town.employee, town.handler, town.manager, town.care_head):
        for unit in (town.north, town.south):
            improvement(unit, who)
    access = town.access("quality")
    few = questions.report(access, Part(None), part_chosen(access, "").units, "365", timezone.localdate())
    by_key = {one.key: one for one in few.questions}
    assert by_key["speaking-up"].value == "8"
    assert by_key["sorts"].unknown and "nobody can be recognised" in str(by_key["sorts"].words)
    assert (by_key["speaking-up"].chart, few.units) == (None, [])
    improvement(town.south, town.reader)
    improvement(town.school, town.reader)
    more = questions.report(access, Part(None), part_chosen(access, "").units, "365", timezone.localdate())
    assert not {one.key: one for one in more.questions}["sorts"].unknown
    assert more.units == [], "School alone would be the difference"


def test_before_two_years_of_use_nobody_can_say_whether_it_falls(town: Town):
    for _ in range(12):
        improvement(town.north, town.employee)
    with time_machine.travel(timezone.now() + timedelta(days=200)):
        found = tally.quarters(town.access("quality"), Part(None), timezone.localdate())
        assert not found.known
        counted = tally.counted(town.access("quality"), Part(None), Span.last(365, timezone.localdate()))
        mine = Asked(town.access("quality"), Part(None), Span.last(365, timezone.localdate()))
        assert "Too early" in str(questions.speaking_up(mine, counted, found).words)


@pytest.mark.parametrize(("senders", "told"), [(5, True), (4, False)])
def test_that_proposals_are_falling_is_not_hidden_by_deviations_that_rise(
    town: Town, time_machine, senders: int, told: bool
):
    people = (town.employee, town.handler, town.manager, town.care_head, town.reader)[:senders]

    def send(moment: str, proposals: int, deviations: int) -> None:
        time_machine.move_to(moment)
        for number in range(proposals + deviations):
            record = improvement(town.north, people[number % senders])
            if number >= proposals:
                improvement_classify(record_id=record.pk, category="deviation", access=town.access("quality"))

    for quarter, (proposals, deviations) in {"2024-11": (15, 5), "2025-11": (5, 15)}.items():
        send(f"{quarter}-10 09:00+01:00", proposals, deviations)
    time_machine.move_to("2026-10-20 09:00+02:00")
    access, today = town.access("quality"), timezone.localdate()
    shown = questions.report(access, Part(None), part_chosen(access, "").units, "365", today)
    asked = {one.key: one for one in shown.questions}["speaking-up"]
    assert ("fewer proposals" in str(asked.words), asked.icon == "fall") == (told, told)


def test_nothing_sent_in_is_unknown_and_never_good(town: Town, sign_in: Callable[[Person], Client]):
    page = sign_in(town.quality).get("/improvements/figures/").content.decode()
    assert "0 cases sent in." in page
    assert page.count("data-unknown") >= 4


def test_days_before_anything_could_be_sent_in_are_nothing_to_compare_with(
    town: Town, sign_in: Callable[[Person], Client]
):
    improvement(town.north, town.employee)
    page = sign_in(town.quality).get(reverse("improvements:figures")).content.decode()
    assert "in as many days before" not in page
    with time_machine.travel(timezone.now() - timedelta(days=400), tick=False):
        improvement(town.north, town.employee)
    page = sign_in(town.quality).get(reverse("improvements:figures")).content.decode()
    assert "1 in as many days before" in page


def test_the_page_is_for_those_who_follow_a_part(town: Town, sign_in: Callable[[Person], Client]):
    assert sign_in(town.employee).get("/improvements/figures/").status_code == 403
    assert sign_in(town.manager).get(f"/improvements/figures/?unit={town.care.pk}").status_code == 404
    assert 'href="/improvements/figures/"' in sign_in(town.manager).get("/").content.decode()
    assert 'href="/improvements/figures/"' not in sign_in(town.employee).get("/").content.decode()


def test_the_workbook_holds_what_the_page_shows_and_keeps_back_what_it_keeps_back(
    town: Town, sign_in: Callable[[Person], Client]
):
    for who in (town.employee, town.handler, town.manager, town.care_head):
        for unit in (town.north, town.south):
            improvement(unit, who)
    client = sign_in(town.quality)

    def taken() -> tuple[dict[str, tuple], list[str]]:
        answer = client.get("/improvements/figures/export/?period=365")
        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
        rows = book["Figures"].iter_rows(min_row=2, values_only=True)
        return {row[0]: row for row in rows}, book.sheetnames

    few, sheets = taken()
    assert few["How many speak up?"][2] == 8
    assert any("nobody can be recognised" in row[1] for row in few.values())
    assert sheets == ["Figures", "Behind the charts", "About"]
    improvement(town.south, town.reader)
    improvement(town.school, town.reader)
    more, _sheets = taken()
    page = client.get("/improvements/figures/?period=365").context["report"]
    assert [str(one.ask) for one in page.questions] == list(more)
    assert [str(one.words) for one in page.questions] == [row[1] for row in more.values()]


def test_the_workbook_is_for_those_the_page_is_for(town: Town, sign_in: Callable[[Person], Client]):
    assert sign_in(town.employee).get("/improvements/figures/export/").status_code == 403
    assert sign_in(town.manager).get(f"/improvements/figures/export/?unit={town.care.pk}").status_code == 404


def test_what_we_lack_the_means_for_is_added_up_and_leads_to_its_cases(town: Town):
    asked = Asked(town.access("care_head"), Part(town.care), Span.last(365, timezone.localdate()))
    improvement(town.north, town.employee)
    none = questions.means(asked, tally.counted(asked.access, asked.part, asked.span).now)
    assert (none.value, none.url) == ("0", "")
    lacks = [improvement(unit, town.employee) for unit in (town.north, town.south)]
    for record, means in zip(lacks, (["time"], ["time", "people"]), strict=True):
        decide(town, record, "lack_means", by="care_head", means=means)
    found = questions.means(asked, tally.counted(asked.access, asked.part, asked.span).now)
    assert (found.value, str(found.words), str(found.of)) == ("2", "Mostly time", "of 3 put aside")
    shown = Selection(QueryDict(found.url.partition("?")[2]), asked.access, "improvement").records
    assert {record.pk for record in shown} == {record.pk for record in lacks}
    Improvement.objects.update(means=[])  # as an old system may have said no more
    found = questions.means(asked, tally.counted(asked.access, asked.part, asked.span).now)
    assert (found.value, str(found.words)) == ("2", "What was lacking is not known.")


def test_the_days_that_a_longer_period_adds_do_not_point_at_who_sent_something_in_them(
    town: Town, time_machine
):
    people = [town.employee, town.handler, town.manager, town.care_head, town.reader, town.south_head]

    def send(sort: str, senders: list[Person]) -> None:
        for who in senders:
            record = improvement(town.north, who)
            improvement_classify(record_id=record.pk, category=sort, access=town.access("quality"))

    def told(period: str) -> str:
        access = town.access("quality")
        found = questions.report(
            access, Part(None), part_chosen(access, "").units, period, timezone.localdate()
        )
        return str({one.key: one for one in found.questions}["sorts"].chart)

    time_machine.move_to("2026-06-01 12:00+02:00")
    send("praise", people[:1])
    time_machine.move_to("2026-11-17 12:00+01:00")
    for sort in ("proposal", "deviation", "praise"):
        send(sort, people)
    assert "praise" in told("90")
    assert "praise" not in told("365"), "one person's would be the difference"
    send("praise", people)
    time_machine.move_to("2026-06-02 12:00+02:00")
    send("praise", people[1:])
    time_machine.move_to("2026-11-17 12:00+01:00")
    assert "praise" in told("365")


def test_the_headings_of_the_workbook_are_nouns_in_swedish(town: Town, sign_in: Callable[[Person], Client]):
    Person.objects.filter(pk=town.quality.pk).update(language="sv")
    answer = sign_in(town.quality).get("/improvements/figures/export/?period=365")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert [cell.value for cell in book["Siffror"][1]][:3] == ["Fråga", "Svar", "Tal"]
