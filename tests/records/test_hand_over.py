"""Giving what waits for me to somebody else, who can then do it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from improvements.models import Improvement
from qms.exceptions import NotYours, RuleViolation
from qms.mail.models import Mail
from qms.organisation.models import Deputy
from qms.records.mailing import urgent_mails
from qms.records.models import Notification, Record, Task
from qms.records.selectors.timeline import timeline
from qms.records.services import follow_set, move, task_hand_over
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import ask, carried_out, decide, handled, plan


def task_of(record: Record) -> Task:
    return record.tasks.open().get()


def address(record: Record) -> str:
    return f"/r/{record.reference}/hand-over/{task_of(record).pk}/"


def test_the_page_of_a_record_offers_it_only_to_whom_it_waits_for(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    assert address(record) in sign_in(town.manager).get(record.get_absolute_url()).content.decode()
    assert "hand-over" not in sign_in(town.handler).get(record.get_absolute_url()).content.decode()


def test_it_comes_to_the_others_work_list_with_the_date_and_the_word(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    data = {"to": "handler@town.test", "note": "You know the house"}
    answer = sign_in(town.manager).post(address(record), data, follow=True)
    assert f"{record.reference} is now on Handler&#x27;s work list." in answer.content.decode()
    task = task_of(record)
    assert (task.assignee, task.due, task.note) == (town.handler, record.due, "You know the house")
    assert "You know the house" in sign_in(town.handler).get("/work/").content.decode()
    assert Task.objects.get(assignee=town.manager).outcome == "moved"


def test_the_receiver_is_told_at_once_and_only_once(town: Town):
    record = improvement(town.north, town.employee)
    follow_set(record_id=record.pk, access=town.access("handler"), on=True)
    task_hand_over(task_id=task_of(record).pk, to=town.handler, note="Please", access=town.access("manager"))
    told = Notification.objects.get(person=town.handler)
    assert (told.event, told.urgent) == ("task", True)
    urgent_mails()
    assert "Please" in Mail.objects.get(person=town.handler).text


def test_whoever_gets_it_is_responsible_and_can_do_it(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    action = plan(town, record, town.reader)
    task_hand_over(task_id=task_of(action).pk, to=town.outsider, access=town.access("reader"))
    assert Record.objects.get(pk=action.pk).owner == town.outsider
    access = town.access("outsider")
    assert move(record_id=action.pk, name="done", comment="Painted", access=access).state == "done"


def test_the_page_says_who_becomes_responsible_only_where_that_is_so(town: Town, sign_in):
    lamp = carried_out(town, improvement(town.north, town.employee))
    ask(town, lamp, town.south)
    question = lamp.tasks.open().get(unit=town.south)
    page = sign_in(town.south_head).get(f"/r/{lamp.reference}/hand-over/{question.pk}/").content.decode()
    assert "comes to their work list" in page and "become responsible" not in page
    record = improvement(town.north, town.employee)
    page = sign_in(town.manager).get(address(record)).content.decode()
    assert f"They also become responsible for {record.reference}." in page


def test_what_another_unit_is_asked_never_gives_away_the_record_itself(town: Town):
    lamp = carried_out(town, improvement(town.north, town.employee))
    ask(town, lamp, town.south)
    Record.objects.filter(pk=lamp.pk).update(owner=town.south_head)
    question = lamp.tasks.open().get(unit=town.south)
    task_hand_over(task_id=question.pk, to=town.outsider, access=town.access("south_head"))
    assert Record.objects.get(pk=lamp.pk).owner == town.south_head


def test_the_timeline_says_who_handed_it_to_whom_and_why(town: Town):
    record = improvement(town.north, town.employee)
    task_hand_over(
        task_id=task_of(record).pk, to=town.handler, note="On leave", access=town.access("manager")
    )
    entry = timeline(Improvement.objects.select_related("unit").get(), town.access("reader")).entries[0]
    assert (entry.who, entry.text, entry.speech) == ("Manager", "handed it over to Handler", "On leave")
    told = Notification.objects.get(person=town.employee)
    assert (told.event, told.urgent) == ("moved", False)


def test_who_stands_in_hands_over_too(town: Town):
    record, today = improvement(town.north, town.employee), timezone.localdate()
    Deputy.objects.create(
        person=town.manager, deputy=town.reader, starts=today, ends=today + timedelta(days=1)
    )
    task_hand_over(task_id=task_of(record).pk, to=town.handler, access=town.access("reader"))
    assert Record.objects.get().owner == town.handler


def test_nobody_else_hands_it_over(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    answer = sign_in(town.handler).post(address(record), {"to": "reader@town.test"})
    assert answer.status_code == 403
    assert "Only the person who has the task can hand it over." in answer.content.decode()
    with pytest.raises(NotYours):
        task_hand_over(task_id=task_of(record).pk, to=town.reader, access=town.access("handler"))


def test_what_is_done_already_is_not_handed_over(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    task, where = task_of(record), address(record)
    decide(town, record, "not_now")
    answer = sign_in(town.manager).post(where, {"to": "handler@town.test"})
    assert answer.status_code == 409
    with pytest.raises(RuleViolation, match="already done"):
        task_hand_over(task_id=task.pk, to=town.handler, access=town.access("manager"))


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("", "Write a name."),
        ("manager@town.test", "Manager has it already."),
        ("nobody at all", "Nobody fits"),
    ],
)
def test_a_receiver_who_cannot_be_is_said_beside_the_field(town: Town, sign_in, to: str, said: str):
    record = improvement(town.north, town.employee)
    answer = sign_in(town.manager).post(address(record), {"to": to, "note": "Keep me"})
    assert answer.status_code == 422
    assert said in answer.content.decode() and "Keep me" in answer.content.decode()
    assert task_of(record).assignee == town.manager


def test_a_task_of_another_record_is_not_there(town: Town, sign_in):
    here, there = improvement(town.north, town.employee), improvement(town.north, town.employee)
    answer = sign_in(town.manager).get(f"/r/{here.reference}/hand-over/{task_of(there).pk}/")
    assert answer.status_code == 404
