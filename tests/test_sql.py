"""Questions that PostgreSQL plans once for a connection."""

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.urls import get_resolver
from django.utils import timezone

from qms.organisation.models import Unit
from qms.planned import PlannedRows
from qms.records.models import Decision
from qms.records.services import move
from qms.sql import Question
from tests.conftest import build_town
from tests.factories import improvement

pytestmark = pytest.mark.django_db

_NAMED = Question("SELECT %(word)s::text, %(number)s::int + 1, %(word)s::text LIKE 'a%%'")


def test_it_answers_as_it_is_asked_each_time_with_other_values():
    assert _NAMED.fetch({"number": 1, "word": "apple"}) == [("apple", 2, True)]
    assert _NAMED.fetch({"word": "pear %s", "number": 41}) == [("pear %s", 42, False)]
    assert Question("SELECT id FROM unnest(%s::int[]) AS given (id) WHERE id > %s").fetch([[1, 2], 1]) == [
        (2,)
    ]
    assert Question("SELECT 1").fetch([]) == [(1,)]


def test_the_words_are_told_once_and_count_as_no_question_of_the_page(django_assert_num_queries):
    question = Question("SELECT %s::text || ' twice'")
    for _again in range(2):
        with django_assert_num_queries(1):
            question.fetch(["told"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%%'' twice''%%'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_what_was_told_stands_when_the_transaction_is_undone_and_a_new_connection_is_told_anew():
    question = Question("SELECT %s::int * 2")
    with transaction.atomic():
        assert question.fetch([2]) == [(4,)]
        transaction.set_rollback(True)
    assert question.fetch([3]) == [(6,)]
    connection.close()
    assert question.fetch([4]) == [(8,)]


def test_a_connection_that_is_lost_meanwhile_is_said_as_djangos_own_error():
    """In a thread of its own, so with a connection of its own."""
    question = Question("SELECT %s::int * 3")

    def _lost() -> None:
        try:
            with connection.cursor() as cursor, suppress(OperationalError):
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            question.fetch([1])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as apart, pytest.raises((OperationalError, InterfaceError)):
        apart.submit(_lost).result()
    assert question.fetch([2]) == [(6,)]


def test_every_question_of_the_product_says_enough_to_be_planned():
    assert get_resolver().url_patterns  # all that pages use is loaded
    # By type: to ask some lazy things what they are sets them off.
    questions: list[Question] = [found for found in gc.get_objects() if type(found) is Question]
    assert len(questions) > 10
    connection.ensure_connection()
    for question in questions:
        question._tell()


def test_planned_rows_are_the_objects_the_orm_would_give(django_assert_num_queries):
    town = build_town()

    def ask(head: int, other: int) -> QuerySet[Unit]:
        heads = Q(head=head) | Q(head=other)
        return Unit.objects.filter(heads, name__gt="A").select_related("head").defer("code").order_by("name")

    planned = PlannedRows(ask, 2)
    for heads in ((town.manager.pk, town.south_head.pk), (town.care_head.pk, -1)):
        with django_assert_num_queries(1):
            found = [(unit, unit.name, unit.head, unit.head.name) for unit in planned.fetch(*heads)]
        assert found == [(unit, unit.name, unit.head, unit.head.name) for unit in ask(*heads)]
    assert planned.fetch(None, None) == []
    assert planned.fetch(town.manager.pk, town.south_head.pk)[0].get_deferred_fields() == {"code"}


def test_planned_rows_read_what_the_database_keeps_in_another_form():
    town = build_town()
    case = improvement(town.north, town.employee)
    due = {"due": timezone.localdate()}
    move(record_id=case.pk, name="just_do", access=town.access("manager"), comment="Yes", data=due)
    planned = PlannedRows(lambda pk: Decision.objects.filter(record=pk, name="just_do"))
    (decision,) = planned.fetch(case.pk)
    assert decision.details and decision.details == Decision.objects.get(name="just_do").details
