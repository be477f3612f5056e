"""A record given to another unit goes on being seen where it came from; a restricted one does not."""

from improvements.services import improvement_restrict
from qms.records.models import Record
from qms.records.services import move
from tests.conftest import Town
from tests.factories import improvement


def sees(town: Town, who: str, record: Record) -> bool:
    return Record.objects.visible_to(town.access(who)).filter(pk=record.pk).exists()


def sent_to_school(town: Town) -> Record:
    record = improvement(town.north, town.employee)
    return move(
        record_id=record.pk,
        name="send_on",
        access=town.access("manager"),
        comment="It is theirs",
        data={"unit": town.school},
    )


def test_both_units_see_what_was_sent_on_and_nobody_else(town: Town):
    record = sent_to_school(town)
    expected = {"manager": True, "handler": True, "reader": True, "outsider": True}
    assert {who: sees(town, who, record) for who in expected} == expected
    other = improvement(town.north, town.employee)
    assert not sees(town, "outsider", other)


def test_a_share_shows_nothing_of_a_restricted_record(town: Town):
    record = sent_to_school(town)
    improvement_restrict(record_id=record.pk, reason="Chapter 26", access=town.access("outsider"))
    expected = {"manager": False, "handler": False, "outsider": True, "employee": True}
    assert {who: sees(town, who, record) for who in expected} == expected
