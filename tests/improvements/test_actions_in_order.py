"""Actions that wait for another: visibly, never in a circle, let go when that one is out of the way."""

import threading

import pytest
import time_machine
from django.db import connection

from improvements.models import Action
from improvements.services import action_add
from qms.exceptions import NotYours, RuleViolation
from qms.records.models import Notification, Task
from qms.records.selectors.told import consequence
from qms.records.services import move
from tests.conftest import Town, build_town
from tests.factories import improvement
from tests.improvements.moments import at, day
from tests.improvements.steps import decide, handled, plan, soon


@pytest.fixture
def case(town: Town):
    return handled(town, improvement(town.north, town.employee))


def plan_after(town: Town, case, first: Action, title: str = "Hang it up", days: int = 9) -> Action:
    return action_add(
        source_id=case.pk,
        title=title,
        owner=town.employee,
        due=soon(days),
        after=first,
        access=town.access("manager"),
    )


def fresh(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


def waiting_tasks(action: Action) -> list[str]:
    return list(Task.objects.open().filter(record=action).values_list("kind", flat=True))


def test_one_that_comes_after_another_waits_and_is_nobodys_task_yet(town: Town, case):
    second = plan_after(town, case, plan(town, case, town.handler))
    assert (second.state, waiting_tasks(second)) == ("waiting", [])
    assert not Notification.objects.filter(record=second, person=town.employee, event="task").exists()
    with pytest.raises(RuleViolation, match="it is now “Waits for another”"):
        decide(town, second, "done", by="employee")


def test_the_page_says_why_it_waits(town: Town, case, client):
    first = plan(town, case, town.handler)
    second = plan_after(town, case, first)
    client.force_login(town.employee)
    for page in (second.get_absolute_url(), case.get_absolute_url()):
        assert f"Cannot start before {first.reference} is done" in client.get(page).content.decode()


def test_when_that_one_is_done_it_becomes_its_owners_task_who_is_told_at_once(town: Town, case):
    first = plan(town, case, town.handler)
    second = plan_after(town, case, first)
    decide(town, first, "done", by="handler")
    assert (fresh(second).state, waiting_tasks(second)) == ("planned", ["do"])
    assert Notification.objects.get(record=second, person=town.employee, event="task").urgent
    assert f"{first.reference} is done" in second.decisions.last().actor_name
    decide(town, second, "done", by="employee")
    assert waiting_tasks(case) == ["finish"], "the last of them gives the case back"


def test_one_that_is_dropped_lets_go_what_waited_for_it_and_says_so(town: Town, case):
    first = plan(town, case, town.handler)
    second = plan_after(town, case, first)
    decide(town, first, "drop", by="manager")
    assert fresh(second).state == "planned"
    assert f"{first.reference} was dropped" in second.decisions.last().actor_name


def test_when_the_case_ends_what_waits_is_dropped_and_not_let_go_first(town: Town, case):
    second = plan_after(town, case, plan(town, case, town.handler))
    decide(town, case, "withdraw", by="employee")
    assert fresh(second).state == "dropped"
    assert not second.decisions.filter(name="let_go").exists()
    assert not Notification.objects.filter(record=second, event="task").exists()


def test_one_that_is_opened_again_makes_what_came_after_it_wait_again(town: Town, case):
    first = plan(town, case, town.handler)
    second, third = plan_after(town, case, first), plan_after(town, case, first, "Paint it")
    decide(town, first, "done", by="handler")
    decide(town, third, "done", by="employee")
    decide(town, first, "reopen", by="handler", due=soon(3))
    assert (fresh(second).state, waiting_tasks(second)) == ("waiting", [])
    assert fresh(third).state == "done", "what is done stays done"


def test_one_dropped_while_it_waited_waits_still_when_it_is_opened_again(town: Town, case):
    first = plan(town, case, town.handler)
    second = plan_after(town, case, first)
    decide(town, second, "drop", comment="Not needed")
    decide(town, second, "reopen", comment="Needed after all", due=soon(12))
    assert (fresh(second).state, waiting_tasks(second)) == ("waiting", [])
    decide(town, first, "done", by="handler")
    assert (fresh(second).state, waiting_tasks(second)) == ("planned", ["do"])
    decide(town, second, "done", by="employee")
    decide(town, second, "reopen", by="employee", comment="It fell down", due=soon(12))
    assert fresh(second).state == "planned"


def test_a_planner_may_let_it_begin_without_waiting_and_then_it_is_not_held_again(town: Town, case):
    first = plan(town, case, town.handler)
    second = plan_after(town, case, first)
    with pytest.raises(NotYours):
        decide(town, second, "begin", by="employee")
    decide(town, second, "begin")
    decide(town, first, "done", by="handler")
    decide(town, first, "reopen", by="handler", due=soon(3))
    assert (fresh(second).state, fresh(second).after) == ("planned", None)


def test_nothing_waits_in_a_circle_for_itself_nor_for_another_case(town: Town, case):
    first = plan(town, case, town.handler)
    second = plan_after(town, case, first)
    third = plan_after(town, case, second)
    with pytest.raises(RuleViolation, match=f"{third.reference} waits for this one already") as refused:
        decide(town, first, "wait", after=third)
    assert refused.value.field == "after"
    with pytest.raises(RuleViolation, match="waits for this one already"):
        decide(town, first, "wait", after=first)
    other = plan(town, handled(town, improvement(town.north, town.employee)), town.handler)
    with pytest.raises(RuleViolation, match="in the same case"):
        decide(town, first, "wait", after=other)
    decide(town, first, "done", by="handler")
    with pytest.raises(RuleViolation, match="still to be done"):
        decide(town, second, "wait", after=first)


def test_one_whose_date_passed_while_it_waited_gets_a_new_one_in_the_open(town: Town):
    with time_machine.travel(at("2026-11-16 08:00"), tick=False) as clock:
        case = handled(town, improvement(town.north, town.employee))
        first = plan(town, case, town.handler)
        second = plan_after(town, case, first, days=7)
        clock.move_to(at("2026-12-18 08:00"))
        decide(town, first, "done", by="handler")
        # A week of working days on from Friday: Christmas Eve and Christmas Day are none.
        assert fresh(second).due == day("2026-12-29")
        assert second.decisions.last().details == {"from": "2026-11-23", "due": "2026-12-29"}


@pytest.mark.django_db(transaction=True)
def test_two_who_let_two_actions_wait_for_each_other_at_once_make_no_circle():
    town = build_town()
    for _round in range(4):
        case = handled(town, improvement(town.north, town.employee))
        pair = [plan(town, case, town.handler), plan(town, case, town.employee)]
        barrier, refused = threading.Barrier(2), []

        def let_wait(record: Action, after: Action, barrier=barrier, refused=refused) -> None:
            try:
                access = town.access("manager")
                barrier.wait(20)
                move(record_id=record.pk, name="wait", access=access, data={"after": after})
            except RuleViolation as sentence:
                refused.append(str(sentence))
            finally:
                connection.close()

        threads = [threading.Thread(target=let_wait, args=(one, other)) for one, other in (pair, pair[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert len(refused) == 1
        assert sorted(fresh(action).state for action in pair) == ["planned", "waiting"]


def test_planning_one_after_another_through_the_page_says_that_it_waits(town: Town, case, client):
    first = plan(town, case, town.handler)
    client.force_login(town.manager)
    sent = {"title": "Hang it up", "owner": "Employee", "due": soon(9).isoformat(), "after": first.pk}
    page = client.post(f"/improvements/{case.reference}/actions/add/", sent, follow=True).content.decode()
    second = Action.objects.get(after=first)
    assert f"{second.reference} waits for {first.reference}; Employee is told when it can begin." in page


def test_before_it_is_opened_again_it_is_said_that_it_may_wait(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    first, second = plan(town, record, town.handler), plan(town, record, town.employee)
    decide(town, second, "wait", after=first)
    dropped = decide(town, second, "drop", by="manager", comment="Not now")
    words = consequence(dropped, dropped.kind_offer.transition("reopen"))
    assert words == "It is to be done again. If what it waits for is not done, it waits again."
