"""Units: made, renamed, headed; every change leaves its trace."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from improvements.models import Action, Improvement
from improvements.services import action_add
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.models import OrganisationEvent, Unit, UnitKind
from qms.organisation.services import (
    unit_change,
    unit_close,
    unit_create,
    unit_head_set,
    unit_merge,
    unit_move,
)
from qms.records.models import Notification, Task
from qms.records.services import move
from qms.workdays import add_working_days
from tests.conftest import Town
from tests.factories import improvement


def new_unit(town: Town, who: str = "admin", **values: object) -> Unit:
    given = {"parent_id": town.care.pk, "name": "Night", "code": "NIGHT", "kind": UnitKind.UNIT, **values}
    return unit_create(access=town.access(who), **given)


def events(unit: Unit) -> list[tuple[str, str, str]]:
    return list(unit.events.values_list("kind", "before", "after"))


def test_a_unit_is_added_last_below_another(town: Town):
    unit = new_unit(town, name="  Night   patrol ", head_id=town.reader.pk)
    assert [u.name for u in Unit.objects.under([town.care.path])] == [
        "Care",
        "North",
        "South",
        "Night patrol",
    ]
    assert events(unit) == [("head_set", "", "Reader"), ("unit_created", "", "Care")]
    row = unit.history.get()
    assert (row.history_user, row.history_change_reason) == (town.admin, "created")
    assert unit.valid_from == timezone.localdate()


@pytest.mark.parametrize(
    ("values", "field"),
    [({"code": "NORTH"}, "code"), ({"name": "  "}, "name"), ({"kind": "nonsense"}, "kind"),
     ({"kind": UnitKind.MUNICIPALITY}, "kind"), ({"name": "x" * 151}, "name")],
)  # fmt: skip
def test_what_a_unit_cannot_be_is_said_beside_the_field(town: Town, values, field: str):
    with pytest.raises(RuleViolation) as refused:
        new_unit(town, **values)
    assert refused.value.field == field
    assert Unit.objects.count() == 5


def test_only_who_administers_adds_units_and_the_others_read_who_does(town: Town):
    with pytest.raises(NotYours, match="In Care this is done by Admin"):
        new_unit(town, who="care_head")


def test_a_new_name_keeps_what_was_said_under_the_old(town: Town):
    improvement(town.north, town.employee)
    unit_change(
        unit_id=town.north.pk,
        name="Far North",
        code="FAR",
        kind=UnitKind.DIVISION,
        access=town.access("admin"),
    )
    assert set(events(town.north)) == {
        ("unit_renamed", "North", "Far North"),
        ("unit_changed", "NORTH", "FAR"),
        ("unit_changed", "unit", "division"),
    }
    assert Improvement.objects.get().decisions.get().unit_name == "North"


def test_saving_without_a_change_leaves_no_trace(town: Town):
    before = Unit.history.count()
    unit_change(unit_id=town.north.pk, name="North", code="NORTH", kind="unit", access=town.access("admin"))
    assert Unit.history.count() == before and not events(town.north)


def test_a_new_head_takes_over_what_waited_for_the_former(town: Town):
    record = improvement(town.north, town.employee)
    elsewhere = improvement(town.south, town.employee)
    elsewhere.owner = town.manager
    elsewhere.save()
    unit_head_set(unit_id=town.north.pk, head_id=town.handler.pk, access=town.access("admin"))
    record.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (record.owner, elsewhere.owner) == (town.handler, town.manager)
    assert Task.objects.open().get(record=record).assignee == town.handler
    assert record.history.first().history_user == town.admin
    assert events(town.north) == [("head_set", "Manager", "Handler")]


def test_a_head_can_be_changed_without_handing_over(town: Town):
    record = improvement(town.north, town.employee)
    unit_head_set(
        unit_id=town.north.pk, head_id=town.handler.pk, access=town.access("admin"), hand_over=False
    )
    record.refresh_from_db()
    assert record.owner == town.manager


def test_without_a_head_the_one_above_answers_also_for_what_the_former_had(town: Town):
    record = improvement(town.north, town.employee)
    unit_head_set(unit_id=town.north.pk, head_id=None, access=town.access("admin"))
    record.refresh_from_db()
    assert record.owner == Task.objects.open().get(record=record).assignee == town.care_head
    assert improvement(town.north, town.employee).owner == town.care_head


@pytest.mark.parametrize("how", ["head", "above", "moved", "merged", "closed"])
def test_what_waited_for_nobody_comes_to_whoever_answers_then(town: Town, how: str):
    access = town.access("admin")
    Unit.objects.filter(pk__in=[town.north.pk, town.care.pk]).update(head=None)
    case = improvement(town.north, town.employee)
    assert case.owner is None and Task.objects.open().get().assignee is None
    if how == "head":
        unit_head_set(unit_id=town.north.pk, head_id=town.handler.pk, access=access)
    elif how == "above":
        unit_head_set(unit_id=town.care.pk, head_id=town.handler.pk, access=access)
    elif how == "moved":
        unit_move(unit_id=town.north.pk, parent_id=town.school.pk, access=access)
    elif how == "merged":
        unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=access)
    else:
        Unit.objects.filter(pk=town.care.pk).update(head=town.handler)
        unit_close(unit_id=town.north.pk, access=access)
    answers = {"moved": town.outsider, "merged": town.south_head}.get(how, town.handler)
    case.refresh_from_db()
    assert case.owner == answers and Task.objects.open().get().assignee == answers
    assert case.history.first().history_user == town.admin
    told = Notification.objects.get(person=answers, event="task")
    assert (told.record_id, told.urgent) == (case.pk, True)


@pytest.mark.parametrize(
    ("language", "kinds"),
    [
        ("sv", ["Kommun", "Styrelse", "Nämnd", "Förvaltning"]),
        ("nb", ["Kommune", "Styre", "Utvalg", "Etat"]),
    ],
)
def test_a_kind_of_unit_is_called_as_municipalities_call_it(language: str, kinds: list[str]):
    with translation.override(language):
        assert [str(kind.label) for kind in UnitKind][:4] == kinds


def test_nobody_makes_themselves_head(town: Town):
    with pytest.raises(RuleViolation, match="Nobody gives a role to themselves"):
        unit_head_set(unit_id=town.north.pk, head_id=town.admin.pk, access=town.access("admin"))


def test_the_database_refuses_to_change_an_event(town: Town):
    new_unit(town)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        OrganisationEvent.objects.update(before="rewritten")


def test_actions_follow_a_new_head_too(town: Town):
    record = improvement(town.north, town.employee)
    move(
        record_id=record.pk, name="handle", access=town.access("manager"), comment="We look into it",
        data={"due": record.due},
    )  # fmt: skip
    action = action_add(
        source_id=record.pk, title="Count", owner=town.manager, access=town.access("manager"),
        due=add_working_days(record.due, 3),
    )  # fmt: skip
    unit_head_set(unit_id=town.north.pk, head_id=town.handler.pk, access=town.access("admin"))
    assert Action.objects.get(pk=action.pk).owner == town.handler
    assert set(Task.objects.open().values_list("assignee", flat=True)) == {town.handler.pk}
