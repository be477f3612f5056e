"""What improvements offer the ground: figures that lead to exactly their records, at a fixed cost."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from improvements.models import Improvement
from improvements.services import improvement_classify, improvement_restrict
from qms.contributions import Met, cards, evidence_sources, menu_items, news, panels, review_inputs
from qms.organisation.access import Access
from qms.records.list_page import Selection
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide, handled, judged, plan, put_to_test, rooted, soon

# Those that count records; how the ways in are doing is tested in test_heartbeat.py.
OWN = [card.key for card in cards if card.key.startswith("improvements.") and "ways_in" not in card.key]
ASKED = [offer.key for offer in review_inputs if offer.key.startswith("improvements.")]
# Those that compare what was sent in with the period before.
COMPARED = [key for key in ASKED if key not in ("improvements.means", "improvements.effects")]
NOVEMBER = "2026-11-16 09:00+01:00"


def classified(town: Town, category: str, unit: str = "north") -> Improvement:
    record = improvement(getattr(town, unit), town.employee)
    return improvement_classify(record_id=record.pk, category=category, access=town.access("quality"))


def listed(url: str, access: Access) -> int:
    """How many records the list at `url` shows the person."""
    path, _mark, query = url.partition("?")
    page = "action" if "actions" in path else "improvement"
    selection = Selection(QueryDict(query), access, page)
    assert selection.ignored == ""
    return selection.records.count()


def life(town: Town, times: int) -> None:
    """Something of everything, `times` over."""
    for _time in range(times):
        improvement(town.south, town.employee)
        classified(town, "deviation")
        classified(town, "complaint")
        classified(town, "praise", "south")
        secret = classified(town, "deviation")
        improvement_restrict(record_id=secret.pk, reason="OSL", access=town.access("quality"))
        record = handled(town, improvement(town.north, town.employee))
        plan(town, record, town.handler)
        done = decide(town, improvement(town.north, town.employee), "just_do", due=soon())
        decide(town, done, "done")


def late(town: Town, time_machine) -> None:
    """The same, made long ago, so that dates have passed; today is in November."""
    time_machine.move_to("2026-10-05 09:00+02:00")
    life(town, 2)
    time_machine.move_to(NOVEMBER)
    life(town, 1)


def test_each_is_registered_once_and_the_box_is_the_main_act():
    assert {
        key for key in (item.key for item in menu_items) if key in ("propose", "improvements", "actions")
    } == {
        "propose",
        "improvements",
        "actions",
    }
    assert menu_items["propose"].main
    assert len(OWN) == 4


@pytest.mark.parametrize("who", ["manager", "care_head", "quality", "exec"])
@pytest.mark.parametrize("key", OWN)
def test_a_figure_leads_to_exactly_its_records(town: Town, time_machine, key: str, who: str):
    late(town, time_machine)
    access = town.access(who)
    card = cards[key]
    assert card.visible(access)
    figure = card.load(access)
    assert figure.value is not None
    assert figure.value == listed(figure.url, access)


def test_what_is_restricted_is_counted_only_for_those_who_see_it(town: Town, time_machine):
    late(town, time_machine)
    load = cards["improvements.open_deviations"].load
    assert (load(town.access("manager")).value, load(town.access("exec")).value) == (6, 3)


def test_figures_say_of_how_many_and_compared_with_what(town: Town, time_machine):
    late(town, time_machine)
    decide(town, Improvement.objects.filter(state="received", unit=town.north).earliest("pk"), "not_now")
    access = town.access("manager")
    answered = cards["improvements.answered_in_time"].load(access)
    assert (answered.value, answered.of, str(answered.note), answered.trend) == (
        2,
        8,
        "5 wait past their day, 4 of 4 in October",
        "fall",
    )
    assert str(cards["improvements.open_deviations"].load(access).note) == "3 are older than 30 days"
    overdue = cards["improvements.actions_overdue"].load(access)
    assert (overdue.value, overdue.of, str(overdue.note)) == (2, 3, "The oldest is 37 days late")
    assert str(cards["improvements.sent_this_year"].load(access).note) == "3 carried out"


def test_what_waits_past_its_day_is_a_promise_that_was_not_kept(town: Town, time_machine):
    time_machine.move_to("2026-10-26 09:00+01:00")
    improvement(town.north, town.employee)
    time_machine.move_to(NOVEMBER)
    load, access = cards["improvements.answered_in_time"].load, town.access("manager")
    figure = load(access)
    assert (figure.value, figure.of, str(figure.note)) == (0, 1, "1 waits past its day")
    decide(town, improvement(town.north, town.employee), "not_now")
    figure = load(access)
    assert (figure.value, figure.of) == (1, 2)
    assert figure.value == listed(figure.url, access)


def test_what_cannot_be_said_is_unknown_and_says_why(town: Town):
    access = town.access("manager")
    for key in ("answered_in_time", "open_deviations"):
        figure = cards[f"improvements.{key}"].load(access)
        assert figure.value is None
        assert figure.note
    assert cards["improvements.actions_overdue"].load(access).value == 0


def test_an_employee_gets_the_figure_of_the_own_unit_and_no_others(town: Town):
    access = town.access("employee")
    assert [key for key in OWN if cards[key].visible(access)] == ["improvements.sent_this_year"]
    improvement(town.north, town.employee)
    improvement(town.south, town.employee)
    figure = cards["improvements.sent_this_year"].load(access)
    assert figure.value == listed(figure.url, access) == 1


@pytest.mark.parametrize(
    ("today", "counted"), [("2028-12-31", "2"), ("2028-03-01", "1"), ("2028-02-29", "1"), ("2029-03-01", "2")]
)
def test_by_this_time_last_year_is_the_same_day_whatever_the_length_of_the_year(
    town: Town, time_machine, today: str, counted: str
):
    for sent in ("2027-02-28", "2027-03-02", "2028-01-01", "2028-03-01", "2028-03-02"):
        time_machine.move_to(f"{sent} 12:00+01:00")
        improvement(town.north, town.employee)
    time_machine.move_to(f"{today} 12:00+01:00")
    note = str(cards["improvements.sent_this_year"].load(town.access("manager")).note)
    assert f"{counted} sent in by this time last year" in note


def test_news_are_the_latest_that_were_carried_out_and_never_a_name_in_what_is_restricted(
    town: Town, time_machine
):
    late(town, time_machine)
    secret = Improvement.objects.filter(state="done").latest("pk")
    improvement_restrict(record_id=secret.pk, reason="OSL", access=town.access("manager"))
    load = news["improvements.became"].load
    lines = {line.url: str(line.meta) for line in load(town.access("manager"))}
    assert len(lines) == 3
    assert "Employee" not in lines[secret.get_absolute_url()]
    assert "Employee proposed it, done in less than a day" in lines.values()
    assert secret.get_absolute_url() not in {line.url for line in load(town.access("reader"))}
    assert not load(town.access("outsider"))


def test_whoever_sent_something_finds_it_on_the_start_page_with_how_it_stands(town: Town, time_machine):
    load, mine = news["improvements.mine"].load, town.access("employee")
    time_machine.move_to("2026-11-01 09:00+01:00")
    ended = decide(town, improvement(town.north, town.employee), "not_now")
    time_machine.move_to(NOVEMBER)
    waits = improvement(town.north, town.employee)
    under_way = decide(town, improvement(town.north, town.employee), "just_do", due=soon())
    improvement(town.north, town.handler)
    lines = {line.url: str(line.meta) for line in load(mine)}
    assert set(lines) == {waits.get_absolute_url(), under_way.get_absolute_url()}, ended
    assert lines[waits.get_absolute_url()].startswith("Received. Answer promised by")
    assert lines[under_way.get_absolute_url()] == "In progress"
    time_machine.move_to("2026-12-24 09:00+01:00")
    [late] = [line for line in load(mine) if line.url == waits.get_absolute_url()]
    assert str(late.meta).endswith(": the day has passed")


def test_the_panel_of_a_unit_shows_what_was_carried_out_there_and_below(town: Town):
    life(town, 2)
    access, load = town.access("care_head"), panels["improvements.became"].load
    rows = load(access, town.care)
    assert len(rows.lines) == rows.total == listed(rows.url, access) == 2
    assert load(access, town.south).total == 0


def test_evidence_counts_a_year_and_leads_to_exactly_those(town: Town, time_machine):
    late(town, time_machine)
    access = town.access("quality")
    found = evidence_sources["improvements"].load(access)
    assert set(found) == evidence_sources["improvements"].clauses
    for clause, evidence in found.items():
        assert evidence.count == listed(evidence.url, access), clause
        assert evidence.latest == date(2026, 11, 16)
    assert found["iso9001-2015", "10.2"].met == Met.PARTIAL  # none of the deviations is carried out


def test_silence_is_no_evidence(town: Town, time_machine):
    load = evidence_sources["improvements"].load
    assert {evidence.met for evidence in load(town.access("quality")).values()} == {Met.UNKNOWN}
    time_machine.move_to("2025-01-07 09:00+01:00")
    life(town, 1)
    time_machine.move_to(NOVEMBER)
    found = load(town.access("quality"))
    assert {evidence.met for evidence in found.values()} == {Met.UNKNOWN}
    assert {evidence.count for evidence in found.values()} == {0}


def test_answers_that_wait_past_their_day_show_in_the_evidence(town: Town, time_machine):
    time_machine.move_to("2026-10-05 09:00+02:00")
    record = classified(town, "complaint")
    access = town.access("quality")
    clause = ("iso9001-2015", "9.1.2")
    assert evidence_sources["improvements"].load(access)[clause].met == Met.MET
    time_machine.move_to(NOVEMBER)
    assert evidence_sources["improvements"].load(access)[clause].met == Met.PARTIAL
    decide(town, record, "not_now")
    assert evidence_sources["improvements"].load(access)[clause].met == Met.MET


def test_means_that_were_lacking_are_added_up_for_the_review(town: Town):
    access, load = town.access("quality"), review_inputs["improvements.means"].load
    year = date(timezone.localdate().year, 1, 1), date(timezone.localdate().year, 12, 31)
    assert load(access, *year).value == 0
    for means in (["time", "people"], ["time"]):
        decide(town, improvement(town.north, town.employee), "lack_means", means=means)
    figure = load(access, *year)
    assert (figure.value, figure.note) == (2, "Time 2, People 1")
    assert figure.value == listed(figure.url, access)


def test_effects_that_were_judged_are_counted_for_the_review_and_are_evidence(town: Town):
    access, load = town.access("quality"), review_inputs["improvements.effects"].load
    today, clause = timezone.localdate(), ("iso9001-2015", "10.2")
    assert load(access, today, today).value is None
    for name in ("effect_worked", "effect_failed"):
        record = rooted(town, handled(town, classified(town, "deviation")))
        record = put_to_test(town, record, town.outsider)
        judged(town, record, name, by="outsider", due=soon())
    figure = load(access, today, today)
    assert (figure.value, figure.of, figure.note) == (1, 2, "1 went round once more")
    assert listed(figure.url, access) == 2
    found = evidence_sources["improvements"].load(access)[clause]
    assert found.met == Met.MET and "judged that it helped" in str(found.note)


def test_the_review_leads_to_the_cases_judged_in_its_period_and_to_no_others(town: Town, time_machine):
    """What was judged before lies outside, what was sent in before and judged now lies inside; a case that
    was judged twice is one case, and what was said last counts."""
    time_machine.move_to(NOVEMBER)
    access, load = town.access("quality"), review_inputs["improvements.effects"].load
    early, twice = (
        put_to_test(town, rooted(town, handled(town, classified(town, "deviation"))), town.outsider)
        for _case in range(2)
    )
    judged(town, early, "effect_worked", by="outsider", due=soon())
    time_machine.move_to("2027-02-16 09:00+01:00")
    judged(town, twice, "effect_failed", by="outsider", due=soon())
    judged(town, put_to_test(town, rooted(town, twice), town.outsider), "effect_worked", by="outsider")
    for start, end, of in (
        (date(2026, 1, 1), date(2026, 12, 31), 1),
        (date(2027, 1, 1), date(2027, 12, 31), 1),
        (date(2026, 1, 1), date(2027, 12, 31), 2),
    ):
        figure = load(access, start, end)
        assert (figure.value, figure.of, listed(figure.url, access)) == (of, of, of)
    assert load(access, date(2025, 1, 1), date(2025, 12, 31)).value is None


@pytest.mark.parametrize("key", COMPARED)
def test_an_input_to_the_review_counts_a_period_and_compares_it(town: Town, time_machine, key: str):
    late(town, time_machine)
    access, load = town.access("quality"), review_inputs[key].load
    figure = load(access, date(2026, 11, 1), date(2026, 11, 30))
    assert figure.value == listed(figure.url, access)
    assert "in the period before" in str(figure.note)
    assert figure.trend == "fall"
    assert load(access, date(2020, 1, 1), date(2020, 12, 31)).value is None


def offers(town: Town) -> list[tuple[str, int, Callable[[], object]]]:
    """Every offer: its key, what it may cost, and how it is asked."""
    access, today = town.access("manager"), timezone.localdate()
    month_ago = today - timedelta(days=30)
    asked = [(key, review_inputs[key]) for key in ASKED]
    return [
        *((key, cards[key].budget, partial(cards[key].load, access)) for key in OWN),
        ("news", 1, partial(news["improvements.became"].load, access)),
        ("panel", 2, partial(panels["improvements.became"].load, access, town.care)),
        ("evidence", 1, partial(evidence_sources["improvements"].load, access)),
        *((key, offer.budget, partial(offer.load, access, month_ago, today)) for key, offer in asked),
    ]


def test_every_offer_keeps_its_budget_at_two_sizes(town: Town):
    costs: dict[str, list[int]] = {}
    for size in (1, 4):
        life(town, size)
        for key, budget, load in offers(town):
            load()  # the person's rights are read once
            with CaptureQueriesContext(connection) as queries:
                load()
            costs.setdefault(key, []).append(len(queries))
            assert len(queries) <= budget, key
    assert {key: len(set(counts)) for key, counts in costs.items()} == dict.fromkeys(costs, 1)
