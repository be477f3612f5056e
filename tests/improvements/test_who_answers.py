"""Who answers by now, when the organisation changes while somebody waits for the answer."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from improvements.models import Channel, Improvement
from improvements.services import improvement_submit, improvement_submit_unnamed
from improvements.services.escalation import duties_move_up
from improvements.services.spread_follow import spread_follow_up
from qms.organisation.access import SystemAccess, VisitorAccess
from qms.organisation.services import person_deactivate, unit_head_set, unit_move
from qms.records.models import Decision, Notification, Record, Task
from qms.records.selectors.sentences import said
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.moments import at
from tests.improvements.steps import ask, carried_out, decide, handled, plan, soon

CLOCK = SystemAccess("the answer clock")


@pytest.fixture
def case(town: Town) -> Improvement:
    return improvement(town.north, town.employee)


def told(town: Town, who: str) -> list[str]:
    lines = Notification.objects.filter(person=getattr(town, who)).select_related(
        "record", "decision", "task"
    )
    return [said(line).text for line in lines.order_by("pk")]


def test_whoever_waits_for_the_answer_is_told_when_another_head_gives_it(town: Town, case: Improvement):
    """And reads by their private link who it is; what has been answered already tells nobody of it."""
    sent = improvement_submit_unnamed(
        text="The lamp is dark", unit=town.north, channel=Channel.RESIDENTS, access=VisitorAccess()
    )
    answered = decide(town, improvement(town.north, town.employee), "just_do", due=soon())
    Notification.objects.all().delete()
    unit_head_set(unit_id=town.north.pk, head_id=town.reader.pk, access=town.access("admin"))
    assert told(town, "employee") == ["Admin handed it over to Reader"]
    case.refresh_from_db()
    answered.refresh_from_db()
    assert case.owner == answered.owner == town.reader
    assert not answered.decisions.filter(name=Decision.HANDED_OVER).exists()
    page = Client().get(reverse("voices:follow", args=[sent.token]) + "?lang=en").content.decode()
    assert "Reader, North" in page and "Reader answers now." in page and "Manager" not in page


def test_whoever_waits_is_told_when_the_one_who_was_to_answer_has_left(town: Town, case: Improvement):
    Notification.objects.all().delete()
    person_deactivate(person_id=town.manager.pk, access=town.access("admin"))
    assert told(town, "employee") == ["Admin handed it over to Care Head"]


def test_the_head_who_sent_something_to_the_own_unit_has_it_and_is_asked_once(town: Town):
    record = improvement_submit(text="The lamp is dark", unit=town.north, access=town.access("manager"))
    assert [task.assignee for task in record.tasks.open()] == [town.manager]
    assert told(town, "manager") == []
    carried_out(town, record)
    assert told(town, "manager") == [], "nobody is told of what they did themselves"


@pytest.fixture
def late(tall: Town) -> Improvement:
    """A case in North whose answer is long late, so that all above owe it."""
    with time_machine.travel(at("2026-11-16 08:00"), tick=False):
        return improvement(tall.north, tall.employee)


def test_a_unit_that_moves_takes_its_late_answers_along_and_those_above_it_now_owe_them(
    tall: Town, late: Improvement
):
    """Whoever owed it before still does: what they were asked to see to is not undone behind them."""
    with time_machine.travel(at("2026-11-20 06:00"), tick=False):
        duties_move_up(access=CLOCK)
        assert _owe(late) == ["Manager", "Care Head"]
        unit_move(unit_id=tall.north.pk, parent_id=tall.school.pk, access=tall.access("admin"))
    with time_machine.travel(at("2026-12-10 06:00"), tick=False):
        duties_move_up(access=CLOCK)
        assert duties_move_up(access=CLOCK) == 0
    late.refresh_from_db()
    assert late.unit == tall.north and set(_owe(late)) >= {"Manager", "Care Head", "Exec"}
    for who in ("manager", "care_head", "exec"):
        assert Record.objects.visible_to(tall.access(who)).filter(pk=late.pk), who


def test_a_unit_that_moves_keeps_what_it_was_asked_and_answers_it(town: Town, case: Improvement):
    [question] = ask(town, carried_out(town, case), town.south)
    unit_move(unit_id=town.south.pk, parent_id=town.school.pk, access=town.access("admin"))
    task = Task.objects.open().get(record=case, kind="applies")
    assert (task.assignee, task.unit) == (town.south_head, town.south)
    assert Record.objects.visible_to(town.access("south_head")).filter(pk=case.pk)
    with time_machine.travel(at("2030-01-08 06:00"), tick=False):
        assert spread_follow_up(access=SystemAccess("questions")) == 1
    question.refresh_from_db()
    assert question.unit == town.south and question.followed_up_at


def test_actions_of_a_unit_that_moves_stay_with_whoever_does_them(town: Town, case: Improvement):
    action = plan(town, handled(town, case), town.employee)
    unit_move(unit_id=town.north.pk, parent_id=town.school.pk, access=town.access("admin"))
    assert action.tasks.open().get().assignee == town.employee
    assert decide(town, action, "done", by="employee").state == "done"


def test_a_case_sent_on_out_of_its_senders_sight_is_still_theirs_to_follow(town: Town, case: Improvement):
    decide(town, case, "send_on", unit=town.school, comment="It is theirs")
    case.refresh_from_db()
    assert Record.objects.visible_to(town.access("employee")).filter(pk=case.pk)
    assert "It is theirs" in [
        line.decision.comment
        for line in Notification.objects.filter(person=town.employee, record=case)
        if line.decision
    ]


def _owe(record: Improvement) -> list[str]:
    kinds = ("answer", "answer_above")
    return list(
        record.tasks.open().filter(kind__in=kinds).order_by("pk").values_list("assignee__name", flat=True)
    )
