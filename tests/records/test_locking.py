"""Two people at once with one record: each reads it as it is after the other."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone, translation

from improvements.models import Action, Improvement
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.services import unit_close, unit_merge
from qms.records.models import LinkType, Task
from qms.records.services import comment_add, link_add, move, record_owner_set, task_hand_over
from qms.records.services.locking import lock_records
from tests.conftest import Town, build_town
from tests.documents.steps import begun
from tests.factories import grant, improvement
from tests.improvements.steps import decide, handled, plan, soon

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = """SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_get_activity(NULL)
    WHERE wait_event_type = 'Lock'
    AND datid = (SELECT oid FROM pg_database WHERE datname = current_database())"""


def test_a_lock_outside_a_transaction_would_hold_nobody_off_and_is_refused():
    with pytest.raises(TransactionManagementError):
        lock_records(1)


def send_on(town: Town, record: Improvement) -> None:
    move(
        record_id=record.pk,
        name="send_on",
        access=town.access("manager"),
        comment="It is theirs",
        data={"unit": town.south},
    )


def just_do(town: Town, record: Improvement, who: str = "manager") -> None:
    due = timezone.localdate() + timedelta(days=3)
    move(record_id=record.pk, name="just_do", access=town.access(who), comment="Yes", data={"due": due})


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """The block is one transaction; `act` begins within it, in another, and waits until it is over."""
    faults: list[Exception] = []

    def run() -> None:
        try:
            with translation.override("en"):
                act()
        except (ObjectDoesNotExist, DatabaseError, RuleViolation) as fault:
            faults.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        yield
        thread.start()
        with connection.cursor() as cursor:
            patience = time.monotonic() + 10
            while thread.is_alive() and time.monotonic() < patience:
                cursor.execute(WAITING)
                if cursor.fetchone()[1]:
                    break
    thread.join(20)
    if faults:
        raise faults[0]


def test_a_comment_on_a_record_that_is_sent_on_meanwhile_is_kept():
    town = build_town()
    record = improvement(town.north, town.employee)
    employee = town.access("employee")
    with meanwhile(lambda: comment_add(record_id=record.pk, text="See here", access=employee)):
        send_on(town, record)
    assert record.comments.get().text == "See here"


def test_a_record_given_to_somebody_meanwhile_becomes_their_task():
    town = build_town()
    record = improvement(town.north, town.employee)
    with meanwhile(lambda: just_do(town, record)):
        record_owner_set(record_id=record.pk, owner=town.handler, access=town.access("manager"))
    assert Task.objects.open().get().assignee == town.handler


def test_a_task_handed_over_while_its_record_moves_on_does_not_outlive_its_state():
    town = build_town()
    record = improvement(town.north, town.employee)
    task = Task.objects.open().get()
    with meanwhile(lambda: just_do(town, record, "handler")):
        task_hand_over(task_id=task.pk, to=town.handler, access=town.access("manager"))
    assert [task.kind for task in Task.objects.open()] == ["carry_out"]


def test_two_records_are_tied_to_each_other_from_both_sides_at_once():
    town = build_town()
    one, other = improvement(town.north, town.employee), improvement(town.north, town.employee)
    type = LinkType.values[0]

    def tie(source: Improvement, target: Improvement) -> None:
        link_add(source_id=source.pk, target_id=target.pk, type=type, access=town.access("manager"))

    with meanwhile(lambda: tie(other, one)):
        tie(one, other)
    assert one.links_out.count() + other.links_out.count() == 2


def done_with_its_action(town: Town) -> tuple[Improvement, Action]:
    record = decide(town, improvement(town.north, town.employee), "just_do", due=soon())
    action = plan(town, record, town.handler)
    decide(town, action, "done", by="handler")
    decide(town, record, "done")
    return record, action


def test_an_action_is_not_opened_again_while_its_case_is_closed():
    town = build_town()
    record, action = done_with_its_action(town)
    with (
        pytest.raises(RuleViolation, match="is closed"),
        meanwhile(lambda: decide(town, action, "reopen", by="handler", due=soon())),
    ):
        decide(town, record, "close")
    assert not Action.objects.open().exists()


def test_a_case_is_not_closed_while_one_of_its_actions_is_opened_again():
    town = build_town()
    record, action = done_with_its_action(town)
    with (
        pytest.raises(RuleViolation, match="Its actions come first"),
        meanwhile(lambda: decide(town, record, "close")),
    ):
        decide(town, action, "reopen", by="handler", due=soon())
    assert Improvement.objects.get().is_open


def test_an_action_marked_as_done_while_its_case_is_withdrawn_waits_for_it():
    town = build_town()
    record = handled(town, improvement(town.north, town.employee))
    action = plan(town, record, town.handler)
    with (
        pytest.raises(RuleViolation, match="no longer possible"),
        meanwhile(lambda: decide(town, action, "done", by="handler")),
    ):
        decide(town, record, "withdraw", by="employee")
    assert Action.objects.get().state == "dropped"


def merged(town: Town, access: Access) -> None:
    unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=access)


def test_a_case_sent_to_a_unit_that_merges_meanwhile_is_refused_with_the_reason():
    town = build_town()
    administrator = town.access("admin")
    with (
        pytest.raises(RuleViolation, match="North has closed"),
        meanwhile(lambda: improvement(town.north, town.employee)),
    ):
        merged(town, administrator)
    assert not Improvement.objects.exists()


def test_a_unit_that_merges_while_a_case_is_sent_takes_it_along():
    town = build_town()
    administrator = town.access("admin")
    with meanwhile(lambda: merged(town, administrator)):
        record = improvement(town.north, town.employee)
    record.refresh_from_db()
    assert (record.unit, record.owner) == (town.south, town.south_head)


def test_a_document_begun_in_a_unit_that_closes_meanwhile_is_refused_with_the_reason():
    town = build_town()
    grant(town.handler, "author", town.north)
    administrator = town.access("admin")
    with (
        pytest.raises(RuleViolation, match="North has closed"),
        meanwhile(lambda: begun(town)),
    ):
        unit_close(unit_id=town.north.pk, access=administrator)


def test_a_case_sent_on_to_a_unit_that_closes_meanwhile_is_refused_and_kept_where_it_was():
    town = build_town()
    record = improvement(town.north, town.employee)
    administrator = town.access("admin")
    with (
        pytest.raises(RuleViolation, match="South has closed"),
        meanwhile(lambda: send_on(town, record)),
    ):
        unit_close(unit_id=town.south.pk, access=administrator)
    record.refresh_from_db()
    assert record.unit == town.north
