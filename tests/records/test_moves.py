"""Moving a record: right, state, reason, one winner; tasks and decisions follow."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from improvements.models import Improvement
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.models import Person
from qms.records.models import Decision, Record, Task
from qms.records.services import comment_add, move, why_not
from tests.conftest import Town, build_town
from tests.factories import improvement


def just_do(record: Improvement, access, comment: str = "We hang up a new sign"):
    return move(
        record_id=record.pk,
        name="just_do",
        access=access,
        comment=comment,
        data={"due": record.due},
    )


def test_a_new_case_is_a_task_of_the_units_head(town: Town):
    record = improvement(town.north, town.employee)
    task = Task.objects.get()
    assert (task.assignee, task.kind, task.due) == (town.manager, "answer", record.due)


def test_moving_closes_the_old_task_and_opens_the_next(town: Town):
    record = improvement(town.north, town.employee)
    just_do(record, town.access("manager"))
    assert list(Task.objects.order_by("pk").values_list("kind", "outcome")) == [
        ("answer", "done"),
        ("carry_out", ""),
    ]


def test_a_decision_keeps_who_when_why(town: Town):
    record = just_do(improvement(town.north, town.employee), town.access("manager"))
    decision = record.decisions.get(name="just_do")
    assert (decision.before, decision.after) == ("received", "doing")
    assert (decision.actor_name, decision.unit_name) == ("Manager", "North")
    assert decision.comment == "We hang up a new sign"


def test_a_move_costs_few_statements(town: Town, django_assert_max_num_queries):
    """Tree and record locked, read, saved with history, decided, its tasks changed, its followers told."""
    record, access = improvement(town.north, town.employee), town.access("manager")
    with django_assert_max_num_queries(17):
        just_do(record, access)


def test_what_is_said_costs_few_statements(town: Town, django_assert_max_num_queries):
    record, access = improvement(town.north, town.employee), town.access("manager")
    with django_assert_max_num_queries(14):
        comment_add(record_id=record.pk, text="We have ordered a new sign", access=access)


def test_the_database_refuses_to_change_a_decision(town: Town):
    improvement(town.north, town.employee)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Decision.objects.update(comment="rewritten")


def test_someone_without_the_right_reads_who_has_it(town: Town):
    record = improvement(town.north, town.employee)
    with pytest.raises(NotYours, match=r"case handler, manager or quality manager in North"):
        just_do(record, town.access("employee"))


def test_a_record_one_does_not_see_does_not_exist(town: Town):
    record = improvement(town.north, town.employee)
    with pytest.raises(Record.DoesNotExist):
        just_do(record, town.access("outsider"))


def test_a_reason_that_is_required_is_asked_for(town: Town):
    record = improvement(town.north, town.employee)
    with pytest.raises(RuleViolation) as error:
        just_do(record, town.access("manager"), comment="  ")
    assert error.value.field == "comment"


def test_why_not_says_that_the_state_has_changed(town: Town):
    record = just_do(improvement(town.north, town.employee), town.access("manager"))
    assert "In progress" in str(why_not(record, "just_do", town.access("manager")))


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_assess_at_once_one_succeeds_and_the_other_reads_why():
    town = build_town()
    record = improvement(town.north, town.employee)
    barrier, outcomes = threading.Barrier(2), []

    def assess(who: str) -> None:
        try:
            access = town.access(who)
            barrier.wait()
            with translation.override("en"):
                just_do(record, access)
            outcomes.append("done")
        except RuleViolation as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=assess, args=(who,)) for who in ("manager", "handler")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["This is no longer possible: it is now “In progress”.", "done"]
    assert Decision.objects.filter(name="just_do").count() == 1


def test_a_leaver_stays_in_the_decision(town: Town):
    record = just_do(improvement(town.north, town.employee), town.access("manager"))
    Person.objects.filter(pk=town.manager.pk).update(is_active=False)
    assert record.decisions.get(name="just_do").actor_name == "Manager"
