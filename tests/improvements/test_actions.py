"""Actions: planned by handlers, done by whoever got them; the last one gives the case back."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from improvements.models import Action
from improvements.services import action_add
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import access_for
from qms.organisation.models import Deputy, Person
from qms.records.models import Notification, Record, Task
from qms.records.services import move
from qms.ui.dates import day_text
from tests.conftest import Town, build_town
from tests.documents.steps import begun
from tests.factories import grant, improvement, person
from tests.improvements.steps import decide, handled, plan, soon


@pytest.fixture
def case(town: Town):
    return handled(town, improvement(town.north, town.employee))


def waiting(record: Record) -> list[tuple[str, Person | None]]:
    return [(task.kind, task.assignee) for task in Task.objects.open().filter(record=record).order_by("pk")]


def test_an_action_becomes_the_task_of_whoever_got_it_at_once(town: Town, case):
    action = plan(town, case, town.outsider)
    assert (action.unit, action.source_id, action.reference[0]) == (town.north, case.pk, "Å")
    assert waiting(action) == [("do", town.outsider)]
    assert Notification.objects.get(person=town.outsider).urgent


def test_whoever_got_it_needs_no_other_right(town: Town, case):
    stranger = person("stranger")
    action = plan(town, case, stranger)
    access = access_for(stranger)
    assert Record.objects.visible_to(access).get(pk=action.pk)
    assert not Record.objects.visible_to(access).filter(pk=case.pk).exists()
    done = move(record_id=action.pk, name="done", access=access, comment="Done")
    assert (done.state, done.is_open) == ("done", False)


def test_only_those_who_handle_the_case_plan_for_it(town: Town, case):
    for who in ("employee", "reader", "auditor"):
        with pytest.raises(NotYours):
            action_add(source_id=case.pk, title="x", owner=town.employee, due=soon(), access=town.access(who))
    with pytest.raises(Record.DoesNotExist):
        action_add(
            source_id=case.pk, title="x", owner=town.employee, due=soon(), access=town.access("outsider")
        )


def test_first_it_is_decided_then_planned_and_a_closed_case_gets_nothing_more(town: Town):
    record = improvement(town.north, town.employee)
    with pytest.raises(RuleViolation, match="Decide first"):
        plan(town, record, town.employee)
    decide(town, record, "not_now")
    with pytest.raises(RuleViolation, match="is closed"):
        plan(town, record, town.employee)


def test_a_person_who_has_left_gets_no_action(town: Town, case):
    town.handler.is_active = False
    town.handler.save()
    with pytest.raises(RuleViolation, match="Handler has left") as refused:
        plan(town, case, town.handler)
    assert refused.value.field == "owner"


def test_the_last_action_done_gives_the_case_back_to_its_owner(town: Town, case):
    first, second = plan(town, case, town.employee), plan(town, case, town.handler)
    decide(town, first, "done", by="employee")
    assert waiting(case) == [("carry_out", town.manager)]
    decide(town, second, "done", by="handler")
    assert waiting(case) == [("finish", town.manager)]
    told = Notification.objects.filter(person=town.manager, record=case, event="task").latest("at")
    assert (told.task.kind, told.urgent) == ("finish", True)


def test_dropping_the_last_one_gives_it_back_too(town: Town, case):
    decide(town, plan(town, case, town.employee), "drop")
    assert waiting(case) == [("finish", town.manager)]


def test_another_action_or_one_opened_again_takes_it_away_again(town: Town, case):
    first = plan(town, case, town.employee)
    decide(town, first, "done", by="employee")
    second = plan(town, case, town.handler)
    assert waiting(case) == [("carry_out", town.manager)]
    decide(town, second, "done", by="handler")
    assert waiting(case) == [("finish", town.manager)]
    again = decide(town, first, "reopen", by="employee", comment="It fell down", due=soon(9))
    assert (again.state, again.due) == ("planned", soon(9))
    assert waiting(case) == [("carry_out", town.manager)]


def test_an_action_of_a_closed_case_is_not_opened_again_alone(town: Town, case):
    action = plan(town, case, town.employee)
    decide(town, action, "done", by="employee")
    decide(town, case, "withdraw", by="employee")
    with pytest.raises(RuleViolation, match=f"{case.reference}, which is closed"):
        decide(town, action, "reopen", by="employee", due=soon())


def test_a_new_date_keeps_the_old_one(town: Town, case):
    action = decide(town, plan(town, case, town.employee), "postpone", by="employee", due=soon(20))
    assert action.decisions.last().details == {"from": soon(5).isoformat(), "due": soon(20).isoformat()}
    assert Task.objects.open().get(record=action).due == soon(20)


@pytest.mark.django_db(transaction=True)
def test_of_two_last_actions_done_at_once_one_gives_the_case_back():
    town = build_town()
    case = handled(town, improvement(town.north, town.employee))
    actions = {"employee": plan(town, case, town.employee), "handler": plan(town, case, town.handler)}
    barrier, errors = threading.Barrier(2), []

    def finish(who: str) -> None:
        try:
            access = town.access(who)
            barrier.wait(20)
            move(record_id=actions[who].pk, name="done", access=access, comment="Done")
        except Exception as error:  # noqa: BLE001  a thread's fault must reach the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=finish, args=(who,)) for who in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not errors
    assert waiting(case) == [("finish", town.manager)]


@pytest.mark.django_db(transaction=True)
def test_a_case_withdrawn_while_its_action_is_being_done_ends_without_a_lock_in_a_circle():
    town = build_town()
    for _round in range(4):
        case = handled(town, improvement(town.north, town.employee))
        action = plan(town, case, town.handler)
        barrier, outcomes = threading.Barrier(2), []

        def act(who: str, record: Record, name: str, barrier=barrier, outcomes=outcomes) -> None:
            try:
                access = town.access(who)
                barrier.wait(20)
                move(record_id=record.pk, name=name, access=access, comment="So be it")
                outcomes.append(name)
            except RuleViolation as refused:
                outcomes.append(str(refused))
            finally:
                connection.close()

        threads = [
            threading.Thread(target=act, args=("employee", case, "withdraw")),
            threading.Thread(target=act, args=("handler", action, "done")),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        case.refresh_from_db()
        action.refresh_from_db()
        assert case.state == "withdrawn"
        assert action.state in ("done", "dropped")
        assert len(outcomes) == 2
        assert not Task.objects.open().filter(record__in=[case.pk, action.pk]).exists()


def test_whoever_plans_for_somebody_away_reads_who_stands_in(town: Town, case, sign_in):
    today = timezone.localdate()
    address = reverse("improvements:add_action", args=[case.reference])
    sent = {"title": "Paint it", "owner": town.employee.email, "due": soon().isoformat()}
    later = Deputy.objects.create(
        person=town.employee, deputy=town.reader, starts=today + timedelta(days=1), ends=soon()
    )

    def told(title: str) -> str:
        return sign_in(town.manager).post(address, sent | {"title": title}, follow=True).content.decode()

    assert "stands in" not in told("Paint it")
    Deputy.objects.filter(pk=later.pk).update(starts=today)
    assert f"Reader stands in until {day_text(soon())} and sees it too." in told("Wash it")


def test_pressed_twice_an_action_is_planned_once_and_told_once(town: Town, case, sign_in):
    browser, address = sign_in(town.manager), reverse("improvements:add_action", args=[case.reference])
    page = browser.get(address)
    key = str(page.context["form"]["key"].value())
    assert f'name="key" value="{key}"' in page.content.decode()
    sent = {"title": "Paint it", "owner": town.employee.email, "due": soon().isoformat(), "key": key}
    first, second = (browser.post(address, sent, follow=True) for _press in range(2))
    [action] = Action.objects.all()
    assert Notification.objects.filter(record=action, person=town.employee).count() == 1
    for page in (first, second):
        assert f"{action.reference} is now on Employee&#x27;s work list." in page.content.decode()
    browser.post(address, sent | {"title": "Paint the other one too"})
    sign_in(town.handler).post(address, sent)
    assert Action.objects.count() == 3, "other words, or another person's, are another action"


def test_an_action_planned_without_a_key_is_planned_each_time(town: Town, case, sign_in):
    address = reverse("improvements:add_action", args=[case.reference])
    sent = {"title": "Paint it", "owner": town.employee.email, "due": soon().isoformat(), "key": "x"}
    for _press in range(2):
        sign_in(town.manager).post(address, sent)
    assert Action.objects.count() == 2


def test_one_list_holds_what_somebody_has_undertaken_wherever_it_comes_from(town: Town, case, sign_in):
    """An action of a governing document stands beside that of a case, and is the same kind of task."""
    grant(town.handler, "author", town.north)
    document = begun(town).document
    theirs = town.employee
    for_case = plan(town, case, theirs, title="Paint the sign")
    for_document = action_add(
        source_id=document.pk,
        title="Ask the union about the routine",
        owner=theirs,
        due=soon(),
        access=town.access("manager"),
    )
    browser = sign_in(theirs)
    listed = browser.get(reverse("improvements:actions")).content.decode()
    for action in (for_case, for_document):
        assert action.title in listed and waiting(action) == [("do", theirs)]
    page = browser.get(for_document.get_absolute_url()).content.decode()
    assert document.reference in page
    move(record_id=for_document.pk, name="done", access=town.access("employee"), comment="They agree")
    assert not Task.objects.open().filter(record=for_document) and waiting(for_case)
