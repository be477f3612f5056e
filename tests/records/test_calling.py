"""Whom one can call on while writing: only people who would read it, and never too many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from improvements.services import improvement_restrict
from qms.records.selectors.called import MOST, people_to_call
from qms.records.services import follow_set
from tests.conftest import Town
from tests.factories import improvement, person


def offered(town: Town, record, words: str, *, by: str = "employee", internal: bool = False) -> list[str]:
    found = people_to_call(record, words, but=getattr(town, by), internal=internal)
    return [one.name for one in found]


@pytest.fixture
def record(town: Town):
    return improvement(town.north, town.employee)


def test_whoever_is_called_that_and_sees_the_record_is_offered(town: Town, record):
    assert offered(town, record, "han") == ["Handler"]
    assert offered(town, record, "HEAD") == ["Care Head", "South Head"]
    assert offered(town, record, "care h") == ["Care Head"]


@pytest.mark.parametrize("words", ["", "   ", "\x00", "xyzzy", "%", "_"])
def test_nobody_is_offered_for_what_no_name_begins_with(town: Town, record, words: str):
    assert offered(town, record, words) == []


def test_whoever_does_not_see_it_has_left_or_writes_it_is_not_offered(town: Town, record):
    assert offered(town, record, "outsider") == []
    assert offered(town, record, "employee") == []
    town.handler.is_active = False
    town.handler.save()
    assert offered(town, record, "handler") == []


def test_of_a_restricted_record_only_those_who_handle_it_are_offered(town: Town, record):
    improvement_restrict(record_id=record.pk, reason="OSL 26", access=town.access("manager"))
    assert offered(town, record, "reader") == [] and offered(town, record, "handler") == ["Handler"]


def test_in_a_note_only_those_who_handle_it_are_offered(town: Town, record):
    assert offered(town, record, "reader") == ["Reader"]
    assert offered(town, record, "reader", by="manager", internal=True) == []
    assert offered(town, record, "handler", by="manager", internal=True) == ["Handler"]


def test_whoever_follows_it_comes_first_and_no_more_than_fit_are_offered(town: Town, record):
    people = [person(f"anna_{letter}", town.north) for letter in "abcdefgh"]
    follow_set(record_id=record.pk, access=town.access("manager"), on=True)
    last = people[-1]
    record.follows.create(person=last)
    with CaptureQueriesContext(connection) as queries:
        found = offered(town, record, "anna")
    assert found[0] == last.name and len(found) == MOST and len(queries) <= 25
