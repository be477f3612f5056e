"""What follows when a case is assessed, done, closed, withdrawn and opened again."""

import html
import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from improvements.models import Improvement, Lane
from improvements.selectors import tally
from improvements.selectors.part import Part
from improvements.selectors.tally import Span
from improvements.services import improvement_submit
from qms.exceptions import NotYours, RuleViolation
from qms.mail.models import Mail
from qms.organisation.access import VisitorAccess
from qms.records.mailing import urgent_mails
from qms.records.models import Follow, Notification, Record, Share, Task
from qms.records.services import why_not
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide, handled, plan, soon


def test_just_do_is_one_line_and_a_date(town: Town):
    record = decide(town, improvement(town.north, town.employee), "just_do", due=soon(14))
    assert (record.state, record.lane, record.due) == ("doing", Lane.JUST_DO, soon(14))
    assert record.answered_at is not None
    assert record.decisions.last().details == {"due": soon(14).isoformat()}


@pytest.mark.parametrize("name", ["just_do", "handle"])
@pytest.mark.parametrize("due", [None, soon(-1), "tomorrow"])
def test_a_decision_to_do_it_needs_a_date_that_has_not_passed(town: Town, name: str, due: object):
    with pytest.raises(RuleViolation) as refused:
        decide(town, improvement(town.north, town.employee), name, due=due)
    assert refused.value.field == "due"


def test_full_handling_answers_the_sender_too(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    assert (record.lane, record.answered_at is not None) == (Lane.FULL, True)


def test_sent_on_another_unit_answers_by_the_same_day_and_both_see_it(town: Town):
    record = improvement(town.north, town.employee)
    promised = record.promised_by
    moved = decide(town, record, "send_on", unit=town.school)
    assert (moved.unit, moved.owner, moved.state) == (town.school, town.outsider, "received")
    assert (moved.promised_by, moved.due, moved.answered_at) == (promised, promised, None)
    assert Task.objects.open().get(record=record).assignee == town.outsider
    assert Share.objects.get(record=record).unit == town.north
    assert Record.objects.visible_to(town.access("handler")).filter(pk=record.pk).exists()
    assert moved.decisions.last().details == {"from": "North", "to": "School", "answers": "Outsider"}


@pytest.mark.parametrize(
    ("unit", "sentence"), [("north", "already with North"), ("south", "South has closed")]
)
def test_it_is_sent_on_to_another_unit_that_exists(town: Town, unit: str, sentence: str):
    town.south.valid_until = timezone.localdate() - timedelta(days=1)
    town.south.save()
    with pytest.raises(RuleViolation, match=sentence) as refused:
        decide(town, improvement(town.north, town.employee), "send_on", unit=getattr(town, unit))
    assert refused.value.field == "unit"


def test_not_now_is_always_with_a_reason_that_the_sender_is_told_at_once(town: Town):
    record = improvement(town.north, town.employee)
    with pytest.raises(RuleViolation):
        decide(town, record, "not_now", comment="")
    record = decide(town, record, "not_now", comment="The money is spent")
    assert (record.is_open, record.due, record.answered_at is not None) == (False, None, True)
    told = Notification.objects.get(person=town.employee, event="moved")
    assert told.urgent
    assert told.decision.comment == "The money is spent"


def test_done_waits_for_the_actions_and_close_too(town: Town):
    record = decide(town, improvement(town.north, town.employee), "just_do", due=soon())
    first, second = plan(town, record, town.employee), plan(town, record, town.handler)
    assert why_not(record, "done", town.access("manager")) == "Its actions come first: 2 are left."
    decide(town, first, "done", by="employee")
    decide(town, second, "drop")
    record = decide(town, record, "done")
    assert record.state == "done"
    record = decide(town, record, "close", comment="")
    assert (record.state, record.is_open, record.due) == ("closed", False, None)


def test_done_is_to_be_closed_within_the_time_of_an_answer(town: Town, time_machine):
    time_machine.move_to("2026-11-17 10:00+01:00")
    record = decide(town, improvement(town.north, town.employee), "just_do", due=soon(14))
    record = decide(town, record, "done")
    assert record.due == datetime(2026, 11, 19).date()
    assert Task.objects.open().get(record=record).kind == "close"


def test_a_date_is_moved_in_the_open(town: Town):
    record = decide(town, improvement(town.north, town.employee), "just_do", due=soon(14))
    record = decide(town, record, "postpone", comment="The paint is late", due=soon(30))
    assert record.decisions.last().details == {"from": soon(14).isoformat(), "due": soon(30).isoformat()}
    assert Task.objects.open().get(record=record).due == soon(30)


def test_the_sender_withdraws_and_what_was_planned_is_dropped_with_the_reason(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    action = plan(town, record, town.handler)
    with pytest.raises(NotYours):
        decide(town, record, "withdraw", by="manager")
    record = decide(town, record, "withdraw", by="employee", comment="It has solved itself")
    action.refresh_from_db()
    assert (record.state, action.state) == ("withdrawn", "dropped")
    decision = action.decisions.last()
    assert decision.comment == "It has solved itself"
    assert decision.actor_name == f"Kvalitet (Employee, {record.reference})"
    assert not Task.objects.open().exists()
    assert Notification.objects.filter(person=town.handler, record=action, event="moved").exists()


@pytest.mark.parametrize("name", ["withdraw", "lack_means", "same_as"])
def test_what_was_decided_before_it_was_answered_is_read_first(town: Town, sign_in, name: str):
    record = improvement(town.north, town.employee)
    browser = sign_in(town.employee if name == "withdraw" else town.manager)
    page = browser.get(record.get_absolute_url()).content.decode()
    step = re.search(rf'"(/r/[^"]+/move/{name}/[^"]*)"', page)
    assert step
    address = html.unescape(step.group(1))
    assert browser.get(address).status_code == 200
    decide(town, record, "just_do", by="manager", comment="A lamp on Thursday", due=soon())
    other = improvement(town.north, town.employee, "The same lamp")
    said = {"comment": "Never mind", "means": ["time"], "into": other.reference}
    for answer in (browser.get(address), browser.post(address, said)):
        assert "Something has been decided about it after you opened it" in answer.content.decode()
    record.refresh_from_db()
    assert record.state == "doing"


def test_withdrawing_without_a_word_still_tells_those_who_had_actions_why(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    action = plan(town, record, town.handler)
    decide(town, record, "withdraw", by="employee", comment="")
    assert action.decisions.last().comment == "The sender has withdrawn the case."


def test_opened_again_the_clock_starts_anew(town: Town, time_machine):
    time_machine.move_to("2026-11-17 10:00+01:00")
    record = decide(town, improvement(town.north, town.employee), "not_now")
    time_machine.move_to("2027-01-18 10:00+01:00")
    record = decide(town, record, "reopen", by="employee", comment="Now there is money")
    assert (record.state, record.lane, record.answered_at) == ("received", "", None)
    assert record.promised_by == record.due == datetime(2027, 1, 20).date()
    assert Task.objects.open().get(record=record).kind == "answer"


def test_an_answer_that_came_late_is_not_forgotten_when_the_case_is_opened_again(town: Town, time_machine):
    def in_time() -> int:
        day = timezone.localdate()
        return tally.counted(town.access("quality"), Part(None), Span.last(365, day)).now.kept

    time_machine.move_to("2026-11-17 10:00+01:00")
    late, quick = (improvement(town.north, town.employee, text) for text in ("Late", "Quick"))
    decide(town, quick, "not_now")
    time_machine.move_to("2026-12-17 10:00+01:00")
    decide(town, late, "not_now")
    assert in_time() == 1
    for record in (late, quick):
        decide(town, record, "reopen", by="employee", comment="Now there is money")
        decide(town, record, "just_do", due=soon())
    assert in_time() == 1, "the one that was late stays so"
    assert Improvement.objects.get(pk=late.pk).broke_promise


@pytest.mark.parametrize("stopped", [False, True], ids=["running", "stopped"])
def test_a_promise_that_was_broken_before_the_case_was_taken_back_stays_broken(
    town: Town, time_machine, stopped: bool
):
    time_machine.move_to("2026-11-17 10:00+01:00")
    late, quick = (improvement(town.north, town.employee, text) for text in ("Late", "Quick"))
    decide(town, quick, "withdraw", by="employee")
    time_machine.move_to("2026-12-17 10:00+01:00")
    if stopped:
        decide(town, late, "pause", comment="We wait for a part", until=soon(30))
    decide(town, late, "withdraw", by="employee")
    for record in (late, quick):
        decide(town, record, "reopen", by="employee", comment="It is still so")
        decide(town, record, "just_do", due=soon())
    broken = Improvement.objects.filter(broke_promise=True)
    assert list(broken.values_list("pk", flat=True)) == [late.pk]


def test_a_case_from_nobody_named_goes_the_whole_way(town: Town):
    record = improvement_submit(text="The gate", unit=town.north, access=VisitorAccess("Anonymous"))
    record = decide(town, record, "just_do", due=soon())
    record = decide(town, decide(town, record, "done"), "close")
    assert record.state == "closed"
    assert not Follow.objects.filter(record=record).exists()


def test_a_word_to_the_sender_goes_with_the_news_that_it_is_handled_in_full(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    address = f"/r/{record.reference}/move/handle/"
    client = sign_in(town.manager)
    assert "A word to the sender, if you like" in client.get(address).content.decode()
    data = {"due": soon(30).isoformat(), "comment": "Good that you saw it"}
    assert client.post(address, data).status_code == 302
    urgent_mails()
    assert "Good that you saw it" in Mail.objects.get(person=town.employee).text
    assert "Good that you saw it" in sign_in(town.employee).get(record.get_absolute_url()).content.decode()


def test_the_word_to_the_sender_may_be_left_out(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    answer = sign_in(town.manager).post(
        f"/r/{record.reference}/move/handle/", {"due": soon(30).isoformat(), "comment": ""}
    )
    assert answer.status_code == 302
