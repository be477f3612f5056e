"""The rule for which deviations are handled in full: what it demands, and who decides it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from improvements.models import FullHandlingRule, Improvement
from improvements.services import (
    full_rule_set,
    improvement_classify,
    improvement_harm_set,
    improvement_restrict,
)
from improvements.services.flags import flag_set
from qms.exceptions import NotYours, RuleViolation
from qms.records.services import why_not
from qms.records.services.moves import read_token
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import carried_out, decide, handled, judged, put_to_test, rooted, soon

RULE: dict[str, Any] = {"harm": "", "repeats": 0, "days": 30, "units": 0, "reason": "We learn more so"}


def rule(town: Town, **parts: object) -> FullHandlingRule:
    return full_rule_set(**{**RULE, **parts}, access=town.access("quality"))


def deviation(town: Town, unit: str = "north") -> Improvement:
    record = improvement(getattr(town, unit), town.employee)
    improvement_classify(record_id=record.pk, category="deviation", access=town.access("quality"))
    return Improvement.objects.select_related("unit").get(pk=record.pk)


@pytest.mark.parametrize(("harm", "full"), [("minor", False), ("serious", True), ("very_serious", True)])
def test_harm_from_a_degree_on_demands_full_handling(town: Town, harm: str, full: bool):
    record = deviation(town)
    improvement_harm_set(record_id=record.pk, harm=harm, access=town.access("handler"))
    record.refresh_from_db()
    for name in ("just_do", "not_now", "lack_means"):
        assert bool(why_not(record, name, town.access("manager"))) is full
    assert why_not(record, "handle", town.access("manager")) is None
    assert why_not(record, "send_on", town.access("manager")) is None


def test_only_deviations_are_asked_about(town: Town):
    record = improvement(town.north, town.employee)
    improvement_harm_set(record_id=record.pk, harm="serious", access=town.access("handler"))
    record.refresh_from_db()
    assert why_not(record, "just_do", town.access("manager")) is None


def test_the_third_deviation_in_a_unit_within_the_days_demands_it(town: Town, time_machine):
    rule(town, repeats=3, days=30)
    time_machine.move_to("2026-09-01 09:00+02:00")
    deviation(town)
    time_machine.move_to("2026-11-16 09:00+01:00")
    deviation(town)
    deviation(town, "south")
    second = deviation(town)
    assert why_not(second, "just_do", town.access("manager")) is None
    assert why_not(deviation(town), "just_do", town.access("manager")) == (
        "The rule asks for full handling: this is deviation number 3 in North within 30 days."
    )


def test_the_same_from_several_units_demands_it(town: Town):
    rule(town, units=2)
    record = deviation(town)
    assert why_not(record, "just_do", town.access("manager")) is None
    decide(town, deviation(town, "south"), "same_as", by="quality", into=record)
    assert why_not(record, "just_do", town.access("manager")) == (
        "The rule asks for full handling: the same comes from 2 units."
    )


def test_what_is_just_done_and_turns_out_to_be_serious_is_handled_in_full(town: Town):
    record = decide(town, deviation(town), "just_do", due=soon())
    improvement_harm_set(record_id=record.pk, harm="serious", access=town.access("handler"))
    record.refresh_from_db()
    assert record.lane == "full"
    assert why_not(record, "done", town.access("manager")) == "Full handling ends with a test of the effect."


def test_what_is_just_done_and_turns_out_to_come_from_several_units_is_handled_in_full(town: Town):
    rule(town, units=3)
    record = decide(town, deviation(town), "just_do", due=soon())
    second = deviation(town, "south")
    third = decide(town, deviation(town, "care"), "same_as", by="quality", into=second)
    assert third.merged_into == second
    assert why_not(record, "done", town.access("manager")) is None
    decide(town, second, "same_as", by="quality", into=record)
    record.refresh_from_db()
    assert record.lane == "full"
    assert why_not(record, "done", town.access("manager")) == "Full handling ends with a test of the effect."
    assert record.history.latest().lane == "full"


def test_what_turns_out_to_be_serious_when_it_is_done_is_not_closed_before_it_was_handled_in_full(town: Town):
    """The sender sorts nothing, so a case is often sorted last."""
    record = carried_out(town, improvement(town.north, town.employee))
    assert why_not(record, "close", town.access("manager")) is None
    improvement_classify(record_id=record.pk, category="deviation", access=town.access("handler"))
    improvement_harm_set(record_id=record.pk, harm="serious", access=town.access("handler"))
    with pytest.raises(RuleViolation, match="with its cause and a test of the effect"):
        decide(town, record, "close")
    record = handled(town, decide(town, record, "reopen"))
    record = put_to_test(town, rooted(town, record), town.reader)
    record = judged(town, record, "effect_worked", by="reader")
    assert decide(town, record, "close").state == "closed"


def test_what_is_lacking_is_said_once_its_cause_has_been_looked_for(town: Town):
    record = deviation(town)
    improvement_harm_set(record_id=record.pk, harm="serious", access=town.access("handler"))
    record = decide(town, record, "handle", due=soon())
    assert decide(town, record, "lack_means", means=["people"]).state == "lacking"


def test_its_sender_does_not_take_back_what_has_to_be_looked_into(town: Town):
    record = deviation(town)
    assert why_not(record, "withdraw", town.access("employee")) is None
    assert "looked into" in str(why_not(handled(town, record), "withdraw", town.access("employee")))
    other = deviation(town)
    improvement_harm_set(record_id=other.pk, harm="serious", access=town.access("handler"))
    other.refresh_from_db()
    assert "looked into" in str(why_not(other, "withdraw", town.access("employee")))


def test_the_number_in_the_rule_tells_of_no_case_that_is_kept_from_view(town: Town):
    rule(town, repeats=2, units=2)
    sealed, record = deviation(town), deviation(town)
    assert "number 2" in str(why_not(record, "just_do", town.access("manager")))
    flag_set(
        record_id=sealed.pk,
        kind="lex_sarah",
        why="A fall",
        known_at=timezone.now(),
        access=town.access("manager"),
    )
    assert why_not(record, "just_do", town.access("manager")) is None
    elsewhere = deviation(town, "south")
    decide(town, elsewhere, "same_as", by="quality", into=record)
    assert "from 2 units" in str(why_not(record, "just_do", town.access("manager")))
    improvement_restrict(record_id=elsewhere.pk, reason="OSL 26", access=town.access("quality"))
    record = Improvement.objects.select_related("unit").get(pk=record.pk)
    assert why_not(record, "just_do", town.access("manager")) is None


def test_quality_managers_of_the_whole_municipality_decide_it_and_say_why(town: Town):
    for who in ("manager", "care_head", "admin"):
        with pytest.raises(NotYours):
            full_rule_set(**RULE, access=town.access(who))
    assert rule(town, repeats=4).history.get().history_user == town.quality
    assert rule(town, repeats=5).history.count() == 2
    assert FullHandlingRule.objects.count() == 1


@pytest.mark.parametrize(
    ("part", "value"), [("harm", "immense"), ("repeats", 101), ("days", 0), ("units", -1), ("reason", " ")]
)
def test_a_rule_that_cannot_be_is_refused_beside_its_field(town: Town, part: str, value: object):
    with pytest.raises(RuleViolation) as refused:
        rule(town, **{part: value})
    assert refused.value.field == part


def test_everyone_reads_the_rule_and_its_history_on_one_page(town: Town, sign_in):
    address = reverse("improvements:rule")
    browser = sign_in(town.quality)
    assert browser.post(address, {**RULE, "days": "x"}).status_code == 422
    assert browser.post(address, {**RULE, "harm": "minor"}).status_code == 302
    page = sign_in(town.employee).get(address)
    said = page.content.decode()
    assert "The harm is “Minor harm” or worse." in said and "We learn more so" in said
    assert page.context["form"] is None
    assert sign_in(town.employee).post(address, RULE).status_code == 403


def test_means_that_are_lacking_are_chosen_and_told(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    query = {"read": read_token(record)}
    address = reverse("records:move", args=[record.reference, "lack_means"], query=query)
    browser = sign_in(town.manager)
    assert "Choose what is lacking." in browser.post(address, {"comment": "No one is free"}).content.decode()
    browser.post(address, {"comment": "No one is free", "means": ["people", "time"]})
    record.refresh_from_db()
    assert (record.state, record.means, record.is_open) == ("lacking", ["time", "people"], False)
    page = sign_in(town.employee).get(record.get_absolute_url()).content.decode()
    assert "Lacking: time, people" in page
    assert decide(town, record, "reopen", by="employee").means == []


def test_the_page_of_a_deviation_asks_the_rule_once_for_all_that_it_holds_back(town: Town, sign_in):
    record = deviation(town)
    browser = sign_in(town.manager)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(record.get_absolute_url()).content.decode()
    assert "Just do it" in page
    assert sum("improvements_fullhandlingrule" in query["sql"] for query in queries) == 1


def harmed(town: Town, unit: str = "north") -> Improvement:
    """A deviation so serious that the rule asks for full handling."""
    record = deviation(town, unit)
    improvement_harm_set(record_id=record.pk, harm="serious", access=town.access("quality"))
    return Improvement.objects.select_related("unit").get(pk=record.pk)


def ended(town: Town) -> Improvement:
    return decide(town, deviation(town), "not_now")


def just_done(town: Town) -> Improvement:
    return decide(town, deviation(town), "just_do", due=soon())


def received(town: Town) -> Improvement:
    return deviation(town)


def in_full(town: Town) -> Improvement:
    return handled(town, deviation(town))


@pytest.mark.parametrize("other", [ended, just_done, received])
def test_what_is_to_be_handled_in_full_does_not_go_on_in_what_is_not(
    town: Town, other: Callable[[Town], Improvement]
):
    into = other(town)
    for record in (harmed(town), handled(town, harmed(town))):
        with pytest.raises(RuleViolation, match="is to be handled in full, and") as refused:
            decide(town, record, "same_as", into=into)
        assert refused.value.field == "into"


@pytest.mark.parametrize("other", [in_full, harmed])
def test_what_is_to_be_handled_in_full_goes_on_in_what_is_too(
    town: Town, other: Callable[[Town], Improvement]
):
    into = other(town)
    assert decide(town, harmed(town), "same_as", into=into).merged_into == into
