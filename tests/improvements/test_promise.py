"""How soon a unit answers: decided by those who lead it, seen by all, kept in its history."""

import threading

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from improvements.models import UnitPromise
from improvements.services import unit_promise_set
from qms.exceptions import RuleViolation
from qms.organisation.models import Unit
from qms.organisation.services import unit_close
from tests.conftest import Town, build_town


def text_of(client, unit: Unit, name: str = "organisation:unit") -> str:
    return client.get(reverse(name, args=[unit.pk])).content.decode()


def test_the_page_of_a_unit_says_how_soon_it_answers_and_who_decided_that(town: Town, sign_in):
    reader = sign_in(town.employee)
    assert "2 working days, as everywhere where nothing else is decided" in text_of(reader, town.north)
    unit_promise_set(unit_id=town.care.pk, days=5, access=town.access("care_head"))
    assert "5 working days, from Care" in text_of(reader, town.north)
    assert "5 working days, from" not in text_of(reader, town.care)
    assert "Change the promise" not in text_of(reader, town.care)
    assert "Change the promise" in text_of(sign_in(town.care_head), town.care)


def test_those_who_lead_a_unit_change_its_promise_on_a_page_that_says_what_is_inherited(town: Town, sign_in):
    unit_promise_set(unit_id=town.care.pk, days=5, access=town.access("care_head"))
    client, address = sign_in(town.manager), reverse("improvements:unit_promise", args=[town.north.pk])
    assert "the same as the unit above: 5 working days, from Care." in client.get(address).content.decode()
    assert client.post(address, {"days": "1"}).url == town.north.get_absolute_url()
    assert UnitPromise.objects.get(unit=town.north).days == 1
    client.post(address, {"days": ""})
    assert not UnitPromise.objects.filter(unit=town.north).exists()


@pytest.mark.parametrize("days", ["0", "31", "-1", "soon", "9" * 40])
def test_days_that_make_no_sense_are_answered_beside_the_field(town: Town, sign_in, days: str):
    address = reverse("improvements:unit_promise", args=[town.north.pk])
    answer = sign_in(town.manager).post(address, {"days": days})
    assert answer.status_code == 422
    assert "Choose between 1 and 30 working days." in answer.content.decode()


def test_a_changed_promise_stands_in_the_history_of_the_unit(town: Town, sign_in):
    for days in (5, 5, 1, None):
        unit_promise_set(unit_id=town.north.pk, days=days, access=town.access("manager"))
    text = text_of(sign_in(town.employee), town.north, "organisation:unit_history")
    assert text.count("changed the answer promise of North") == 3
    assert "from that of the unit above to 5 working days" in text
    assert "from 1 working day to that of the unit above" in text
    rows = UnitPromise.history.filter(unit=town.north)
    assert [row.history_type for row in rows] == ["-", "~", "+"]
    assert {row.history_user for row in rows} == {town.manager}


def test_a_closed_unit_promises_nothing_new(town: Town):
    unit_close(unit_id=town.south.pk, access=town.access("admin"))
    with pytest.raises(RuleViolation, match="has closed"):
        unit_promise_set(unit_id=town.south.pk, days=5, access=town.access("quality"))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_promise_at_once_the_second_waits_and_holds():
    town = build_town()
    both = threading.Barrier(2)
    faults: list[Exception] = []

    def promise(days: int) -> None:
        try:
            both.wait(10)
            unit_promise_set(unit_id=town.north.pk, days=days, access=town.access("manager"))
        except (DatabaseError, RuleViolation) as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=promise, args=[days]) for days in (3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not faults
    assert UnitPromise.history.filter(unit=town.north).count() == 2
    assert UnitPromise.objects.get(unit=town.north).days in (3, 4)
