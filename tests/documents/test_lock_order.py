"""Whoever changes the tree and whoever adds to a record in it take their locks in one order: the tree, then
people, then records. Both are held where each would have what the other waits for."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from documents.models import Document, ReadDuty, Weight
from documents.services import document_applies_set, versions_enter_into_force
from qms.exceptions import RuleViolation
from qms.organisation.access import SystemAccess
from qms.organisation.models import Person
from qms.organisation.services import person_deactivate, unit_head_set, unit_merge
from tests.conftest import Town, build_town
from tests.documents.steps import approved, begun, day, in_force, ready_to_approve
from tests.factories import grant
from tests.records.test_locking import WAITING

Act = Callable[[], object]


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = build_town()
    grant(town.handler, "author", town.north)
    return town


def halfway(table: str, first: Act, then: Act) -> None:
    """`first` is held up where it comes to `table`, until `then` waits too. Both come through."""
    faults: list[Exception] = []

    def run(act: Act) -> None:
        try:
            with translation.override("en"):
                act()
        except (DatabaseError, RuleViolation) as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in (first, then)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            patience = time.monotonic() + 10
            while time.monotonic() < patience:
                cursor.execute(WAITING)
                if cursor.fetchone()[1] == waiting:
                    break
            else:
                pytest.fail("They do not meet.")
    for thread in threads:
        thread.join(20)
    assert faults == []


def merger(town: Town) -> Act:
    access = town.access("admin")
    return lambda: unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=access)


def asked(document: Document) -> set[Person]:
    return {duty.person for duty in ReadDuty.objects.standing().filter(document=document)}


def test_a_new_duty_is_approved_while_its_unit_merges(town: Town):
    version = ready_to_approve(town, begun(town, applies_to=(town.north, town.south)))
    approve = lambda: approved(town, version, weight=Weight.NEW_DUTY)  # noqa: E731
    halfway("documents_frozenpdf", approve, merger(town))
    document = Document.objects.get()
    assert document.unit == town.south
    assert asked(document) == set(Person.objects.filter(home_unit=town.south, is_active=True))
    assert {duty.unit for duty in ReadDuty.objects.standing()} == {town.south}


def test_a_document_is_said_to_hold_for_a_unit_while_that_merges(town: Town):
    document = in_force(town, weight=Weight.NEW_DUTY, applies_to=(town.school,))
    access = town.access("manager")
    hold = lambda: document_applies_set(document_id=document.pk, units=[town.north], access=access)  # noqa: E731
    halfway("documents_historicalapplies", hold, merger(town))
    assert [row.unit for row in document.applies.all()] == [town.south]
    assert asked(document) == set(Person.objects.filter(home_unit=town.south, is_active=True))


def test_the_night_takes_a_new_duty_into_force_while_its_unit_merges(town: Town):
    version = ready_to_approve(town, begun(town))
    approved(town, version, weight=Weight.NEW_DUTY, valid_from=day(1), read_by=day(20))
    type(version).objects.update(valid_from=day(0))
    night = lambda: versions_enter_into_force(access=SystemAccess("the night"))  # noqa: E731
    halfway("documents_frozenpdf", night, merger(town))
    assert asked(Document.objects.get()) == set(Person.objects.filter(home_unit=town.south, is_active=True))


def test_a_head_leaves_while_the_unit_merges(town: Town):
    unit_head_set(unit_id=town.north.pk, head_id=town.manager.pk, access=town.access("admin"))
    in_force(town, weight=Weight.NEW_DUTY)
    access = town.access("admin")
    leave = lambda: person_deactivate(person_id=town.manager.pk, access=access)  # noqa: E731
    halfway("organisation_deputy", leave, merger(town))
    town.north.refresh_from_db()
    assert town.north.head is None and town.north.successor == town.south
    assert not ReadDuty.objects.standing().filter(person=town.manager).exists()
