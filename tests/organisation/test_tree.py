"""The tree: moved, merged, closed, opened again. Nothing is lost on the way."""

import threading
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone
from guardian.shortcuts import assign_perm

from improvements.models import Improvement
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.models import Deputy, Person, Unit, UnitUserGrant
from qms.organisation.selectors import responsible_for, units_in_force
from qms.organisation.services import unit_close, unit_create, unit_merge, unit_move, unit_reopen
from qms.records.models import Task
from qms.records.services import move
from tests.conftest import Town, build_town
from tests.factories import grant, improvement


def names_under(unit: Unit) -> list[str]:
    unit.refresh_from_db()
    return [found.name for found in Unit.objects.under([unit.path])]


def seen_by(town: Town, who: str) -> set[str]:
    return set(Improvement.objects.visible_to(town.access(who)).values_list("title", flat=True))


def test_a_unit_moves_with_everything_below_it(town: Town):
    unit_move(unit_id=town.care.pk, parent_id=town.school.pk, access=town.access("admin"))
    assert names_under(town.kf) == ["Town", "School", "Care", "North", "South"]
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    event = town.care.events.get()
    assert (event.kind, event.before, event.after) == ("unit_moved", "Town", "School")
    assert town.care.history.first().path == Unit.objects.get(pk=town.care.pk).path


def test_rights_follow_the_new_place_at_once(town: Town):
    case = improvement(town.north, town.employee)
    assert seen_by(town, "outsider") == set()
    unit_move(unit_id=town.north.pk, parent_id=town.school.pk, access=town.access("admin"))
    assert seen_by(town, "outsider") == {case.title}
    assert seen_by(town, "reader") == {case.title}  # at home in School
    assert seen_by(town, "care_head") == set()


@pytest.mark.parametrize(
    ("unit", "parent", "sentence"),
    [
        ("care", "care", "Care is Care or lies below it"),
        ("care", "north", "North is Care or lies below it"),
        ("kf", "care", "The topmost unit stays where it is"),
        ("north", "care", "It already lies under Care"),
    ],
)
def test_a_place_that_cannot_be_is_refused(town: Town, unit: str, parent: str, sentence: str):
    with pytest.raises(RuleViolation, match=sentence):
        unit_move(
            unit_id=getattr(town, unit).pk, parent_id=getattr(town, parent).pk, access=town.access("admin")
        )
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_a_local_administrator_moves_nothing_out_of_reach(town: Town):
    grant(town.handler, "administrator", town.care)
    with pytest.raises(NotYours, match="In School"):
        unit_move(unit_id=town.north.pk, parent_id=town.school.pk, access=town.access("handler"))
    unit_move(unit_id=town.north.pk, parent_id=town.south.pk, access=town.access("handler"))
    assert names_under(town.south) == ["South", "North"]


def merge(town: Town, **values: object) -> Unit:
    return unit_merge(
        unit_id=town.north.pk, into_id=town.south.pk, access=town.access("admin"), note="One team", **values
    )


def test_a_merged_unit_lies_closed_under_its_successor(town: Town):
    unit = merge(town)
    assert unit.is_closed and unit.successor == town.south and unit.head is None
    assert names_under(town.south) == ["South", "North"]
    assert town.north not in units_in_force()
    assert responsible_for(unit) == town.south_head
    assert unit.events.get(kind="unit_merged").note == "One team"
    assert town.south.events.get(kind="unit_took_over").before == "North"
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_people_and_roles_follow_a_merger(town: Town):
    grant(town.handler, "handler", town.south, until=date(2030, 1, 1))
    grant(town.reader, "author", town.north)
    merge(town)
    assert set(town.south.people.values_list("name", flat=True)) >= {"Manager", "Handler", "Employee"}
    assert not town.north.people.exists() and not town.north.user_grants.exists()
    held = UnitUserGrant.objects.filter(content_object=town.south)
    assert held.get(permission__codename="author").user == town.reader
    # Held on both: the one that lasts longer stays.
    assert held.get(permission__codename="handler").valid_until is None
    assert town.employee.events.get().after == "South"


def test_open_matters_follow_a_merger_and_closed_ones_keep_their_unit(town: Town):
    done, waiting = improvement(town.north, town.employee), improvement(town.north, town.employee)
    move(record_id=done.pk, name="not_now", access=town.access("manager"), comment="No room this year")
    merge(town)
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.unit, waiting.unit) == (town.north, town.south)
    assert waiting.owner == town.south_head
    task = Task.objects.open().get(record=waiting)
    assert task.assignee == town.south_head
    assert Task.objects.get(record=waiting, outcome="moved").closed_by == town.admin
    row = waiting.history.first()
    assert (row.unit_id, row.history_user) == (town.south.pk, town.admin)
    assert seen_by(town, "south_head") == {done.title, waiting.title}


def test_units_below_follow_a_merger(town: Town):
    unit_merge(unit_id=town.care.pk, into_id=town.school.pk, access=town.access("admin"))
    assert names_under(town.school) == ["School", "North", "South", "Care"]
    assert {unit.name for unit in units_in_force()} == {"Town", "School", "North", "South"}
    assert town.north.events.get().after == "School"


def test_a_unit_cannot_merge_into_what_lies_below_it(town: Town):
    with pytest.raises(RuleViolation, match="lies below it") as refused:
        unit_merge(unit_id=town.care.pk, into_id=town.north.pk, access=town.access("admin"))
    assert refused.value.field == "into"


def test_a_unit_can_merge_into_the_one_above(town: Town):
    case = improvement(town.north, town.employee)
    unit_merge(unit_id=town.north.pk, into_id=town.care.pk, access=town.access("admin"))
    case.refresh_from_db()
    assert (case.unit, case.owner) == (town.care, town.care_head)


def test_closing_is_refused_while_units_lie_below(town: Town):
    with pytest.raises(RuleViolation, match="Care still has 2 units below it"):
        unit_close(unit_id=town.care.pk, access=town.access("admin"))


def test_what_a_closed_unit_leaves_goes_to_the_unit_above(town: Town):
    case = improvement(town.north, town.employee)
    unit_close(unit_id=town.north.pk, access=town.access("admin"), note="No longer needed")
    case.refresh_from_db()
    town.employee.refresh_from_db()
    assert (case.unit, case.owner, town.employee.home_unit) == (town.care, town.care_head, town.care)
    assert not town.north.user_grants.exists()
    assert town.handler.events.filter(kind="role_taken").exists()
    with pytest.raises(RuleViolation, match="North has closed"):
        unit_move(unit_id=town.north.pk, parent_id=town.school.pk, access=town.access("admin"))


def test_a_closed_unit_can_be_opened_again_where_it_lies(town: Town):
    merge(town)
    unit = unit_reopen(unit_id=town.north.pk, access=town.access("admin"))
    assert unit in units_in_force() and unit.successor is None
    with pytest.raises(RuleViolation, match="is not closed"):
        unit_reopen(unit_id=town.north.pk, access=town.access("admin"))


def test_a_unit_under_a_closed_one_waits_for_that(town: Town):
    merge(town)
    unit_close(unit_id=town.south.pk, access=town.access("admin"))
    with pytest.raises(RuleViolation, match="South, which it lies under, is closed"):
        unit_reopen(unit_id=town.north.pk, access=town.access("admin"))


@pytest.mark.parametrize("service", [unit_close, unit_reopen])
def test_the_tree_is_kept_by_administrators(town: Town, service):
    with pytest.raises(NotYours):
        service(unit_id=town.north.pk, access=town.access("care_head"))


@pytest.mark.parametrize("how", ["head", "role", "group"])
def test_nobody_gets_a_role_by_moving_or_merging_units(town: Town, how: str):
    if how == "head":
        Unit.objects.filter(pk=town.school.pk).update(head=town.admin)
    elif how == "role":
        grant(town.admin, "manager", town.school)
    else:
        group = Group.objects.create(name="Team")
        group.user_set.add(town.admin)
        assign_perm("manager", group, town.school)
    access, school, north = town.access("admin"), town.school.pk, town.north.pk
    with pytest.raises(RuleViolation, match="By this you would be manager in North") as refused:
        unit_move(unit_id=north, parent_id=school, access=access)
    assert refused.value.field == "parent"
    with pytest.raises(RuleViolation, match="By this you would be manager in North") as refused:
        unit_merge(unit_id=north, into_id=school, access=access)
    assert refused.value.field == "into"
    if how == "head":  # that ends with the unit
        unit_merge(unit_id=school, into_id=north, access=access)
    else:
        with pytest.raises(RuleViolation, match="By this you would be manager in North"):
            unit_merge(unit_id=school, into_id=north, access=access)
        grant(town.quality, "administrator", town.kf)
        unit_merge(unit_id=school, into_id=north, access=town.access("quality"))


LONGER = "By this you would be manager in North for longer than now"


def stands_in(town: Town, away: Person) -> None:
    """The administrator stands in for somebody today."""
    today = timezone.localdate()
    Deputy.objects.create(person=away, deputy=town.admin, starts=today, ends=today)


def leads_north(town: Town, how: str) -> None:
    """The administrator is manager of North as somebody's deputy, or by a role that ends."""
    if how == "deputy":
        stands_in(town, town.manager)
    else:
        grant(town.admin, "manager", town.north, until=timezone.localdate() + timedelta(days=9))


@pytest.mark.parametrize("how", ["deputy", "for a time"])
def test_a_role_held_for_a_time_does_not_become_one_for_good_by_moving_the_unit(town: Town, how: str):
    grant(town.admin, "manager", town.school)
    leads_north(town, how)
    access, north, school = town.access("admin"), town.north.pk, town.school.pk
    with pytest.raises(RuleViolation, match=LONGER):
        unit_move(unit_id=north, parent_id=school, access=access)
    with pytest.raises(RuleViolation, match=LONGER):
        unit_merge(unit_id=north, into_id=school, access=access)


@pytest.mark.parametrize("how", ["deputy", "for a time"])
def test_a_role_on_a_merged_unit_lasts_no_longer_in_its_successor_than_one_had_it_there(town: Town, how: str):
    grant(town.admin, "manager", town.south)
    leads_north(town, how)
    with pytest.raises(RuleViolation, match=LONGER):
        unit_merge(unit_id=town.south.pk, into_id=town.north.pk, access=town.access("admin"))


def test_a_role_one_has_for_as_long_in_both_units_hinders_no_change(town: Town):
    until = timezone.localdate() + timedelta(days=9)
    for unit in (town.north, town.south, town.school):
        grant(town.admin, "manager", unit, until=until)
    unit_move(unit_id=town.north.pk, parent_id=town.school.pk, access=town.access("admin"))
    unit_merge(unit_id=town.south.pk, into_id=town.north.pk, access=town.access("admin"))


def test_a_role_that_has_ended_hinders_no_merger(town: Town):
    grant(town.admin, "manager", town.north, until=timezone.localdate() - timedelta(days=1))
    assert merge(town).is_closed


def test_a_receiver_that_fails_undoes_all_of_it(town: Town, monkeypatch: pytest.MonkeyPatch):
    improvement(town.north, town.employee)

    def broken(**kwargs: object) -> None:
        raise ValueError("no room")

    monkeypatch.setattr("qms.records.receivers.records_move", broken)
    with pytest.raises(ValueError, match="no room"):
        merge(town)
    assert not Unit.objects.get(pk=town.north.pk).is_closed
    assert Person.objects.get(pk=town.employee.pk).home_unit == town.north


@pytest.mark.django_db(transaction=True)
def test_two_who_move_units_into_each_other_at_once_leave_a_whole_tree():
    town = build_town()
    barrier, outcomes = threading.Barrier(2), []

    def go(unit: Unit, parent: Unit) -> None:
        try:
            access = town.access("admin")
            barrier.wait()
            unit_move(unit_id=unit.pk, parent_id=parent.pk, access=access)
            outcomes.append("done")
        except RuleViolation as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    pairs = [(town.north, town.south), (town.south, town.north)]
    threads = [threading.Thread(target=go, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes)[1] == "done" and "lies below it" in sorted(outcomes)[0]
    assert Unit.objects.find_problems() == ([], [], [], [], [])


@pytest.mark.django_db(transaction=True)
def test_ten_units_added_at_once_all_find_their_place():
    town = build_town()
    added: list[int] = []

    def add(number: int) -> None:
        try:
            unit = unit_create(
                parent_id=town.care.pk,
                name=f"Team {number}",
                code=f"T{number}",
                kind="unit",
                access=town.access("admin"),
            )
            added.append(unit.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(added) == 10
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    assert Unit.objects.get(pk=town.care.pk).numchild == 12
