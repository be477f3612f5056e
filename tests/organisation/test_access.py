"""Lists, pages and buttons agree: for every person, every action and every unit, one rule."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from guardian.shortcuts import assign_perm

from improvements.models import Improvement
from qms.organisation.access import (
    Access,
    PersonAccess,
    SystemAccess,
    VisitorAccess,
    access_for,
    declared_actions,
)
from qms.organisation.models import Deputy, Person, Unit, UnitKind
from qms.organisation.roles import ALL_ROLES
from qms.organisation.selectors import holders, nearest_holders
from qms.records.models import Named, Share, Visibility
from tests.conftest import Town
from tests.factories import grant, improvement, person


@pytest.fixture
def crowd(town: Town) -> Town:
    """The town with everything that gives or takes reach, and a case by each in each unit."""
    today = timezone.localdate()
    child = Unit.objects.add_child(Unit.objects.get(pk=town.north.pk), {"code": "N1", "name": "Team"})
    board = Unit.objects.add_child(
        Unit.objects.get(pk=town.kf.pk), {"code": "B", "name": "Board", "kind": UnitKind.BOARD}
    )
    Unit.objects.add_child(board, {"code": "CO", "name": "Company", "kind": UnitKind.COMPANY})
    group = Group.objects.create(name="Authors")
    assign_perm("author", group, town.school)
    grouped, expired, lasts, boss = (person(name, child) for name in ("grouped", "expired", "lasts", "boss"))
    grouped.groups.add(group)
    grant(expired, "quality_manager", town.kf, until=today - timedelta(1))
    grant(lasts, "process_owner", town.care, until=today)
    grant(boss, "approver", child)
    for away, deputy, starts, ends in (
        (town.manager, town.outsider, 0, 0),
        (grouped, town.exec, -1, 1),
        (town.quality, town.employee, 1, 2),  # not yet
        (town.quality, town.reader, -2, -1),  # no longer
    ):
        days = {"starts": today + timedelta(starts), "ends": today + timedelta(ends)}
        Deputy.objects.create(person=away, deputy=deputy, **days)
    person("gone", child, is_active=False)
    person("nowhere")
    authors = list(Person.objects.filter(email__in=["employee@town.test", "exec@town.test"]))
    for number, unit in enumerate(Unit.objects.all()):
        for author in authors:
            case = improvement(unit, author)
            case.visibility = list(Visibility)[(number + author.pk) % len(Visibility)]
            case.owner = grouped if number % 2 else town.reader
            case.save()
            Named.objects.create(record=case, person=town.auditor)
            Named.objects.create(record=case, person=town.exec, ended_at=timezone.now())
            if number % 3 == 0:
                Share.objects.create(record=case, unit=town.school)
                Share.objects.create(record=case, person=town.south_head)
    return town


def everybody() -> Iterator[tuple[str, Access]]:
    for one in Person.objects.select_related("home_unit"):
        yield one.name, access_for(one)
    yield "visitor", VisitorAccess()
    yield "system", SystemAccess("a test")


def test_for_every_action_the_list_and_the_button_agree(crowd: Town):
    cases = list(Improvement.objects.select_related("unit"))
    assert len(cases) >= 16
    for name, access in everybody():
        for action in declared_actions().values():
            listed = set(Improvement.objects.allowing(action, access))
            assert listed == {case for case in cases if access.can(action, case)}, (name, action.key)


def test_for_every_person_what_is_visible_is_what_the_roles_say(crowd: Town):
    rows = Improvement.objects.select_related("unit")
    cases = list(rows.prefetch_related("tasks", "shares__unit", "named"))
    for name, access in everybody():
        shown = set(Improvement.objects.visible_to(access))
        hidden = set(cases) - shown
        expected = {case for case in cases if may_see(access, case)}
        assert shown == expected and hidden == set(cases) - expected, name
        if access.person is not None:
            assert hidden, f"{name} sees everything: the test shows nothing"


def may_see(access: Access, case: Improvement) -> bool:
    """The rule said once more, in plain words and without a query."""
    if access.is_system or case.visibility == Visibility.PUBLIC:
        return True
    if access.person and case.visibility == Visibility.STAFF:
        return True
    acts = access.acts_for
    if {case.owner_id, case.created_by_id} & acts:
        return True
    if any(task.assignee_id in acts and task.closed_at is None for task in case.tasks.all()):
        return True
    if case.visibility == Visibility.SEALED:
        return any(row.person_id in acts and row.ended_at is None for row in case.named.all())
    if case.visibility == Visibility.INTERNAL and any(row.person_id in acts for row in case.shares.all()):
        return True
    kind = case.kind_offer
    action = kind.restricted if case.is_restricted else kind.view
    shared = [] if case.is_restricted else [share.unit for share in case.shares.all()]
    units = [unit for unit in (case.unit, *shared) if unit]
    paths = [path for role in action.roles for path in access.grants.get(role, ())]
    return any(unit.path.startswith(path) for unit in units for path in paths)


def test_a_right_in_a_unit_is_a_right_in_all_below_and_nowhere_else(crowd: Town):
    units = list(Unit.objects.all())
    for name, access in everybody():
        for role in ALL_ROLES:
            held = {unit for unit in units if access.holds({role}, unit)}
            below = {unit for unit in units for top in held if unit.path.startswith(top.path)}
            assert held == below, (name, role)


def test_who_holds_a_role_agrees_with_what_each_may(crowd: Town):
    """Deputies are left out on purpose: a sentence names who holds the role, not who stands in today."""
    Deputy.objects.all().delete()
    for unit in Unit.objects.all():
        for role in ALL_ROLES - {"reader"}:
            named = {one.name for one in holders({role}, unit)}
            assert named == {
                name for name, access in everybody() if access.person and access.holds({role}, unit)
            }
            assert named == {holder.name for holder in nearest_holders({role}, unit)}


def test_an_employee_reads_the_nearest_department_or_company(crowd: Town):
    company = Unit.objects.get(code="CO")
    board_clerk = person("clerk", Unit.objects.get(code="B"))
    worker = person("worker", company)
    assert access_for(Person.objects.get(name="Grouped")).grants["reader"] == (crowd.care.path,)
    assert access_for(worker).grants["reader"] == (company.path,)
    assert access_for(board_clerk).grants["reader"] == (board_clerk.home_unit.path,)
    assert access_for(Person.objects.get(name="Nowhere")).grants == {}


def test_what_has_ended_gives_nothing(crowd: Town):
    def grants(name: str) -> dict[str, tuple[str, ...]]:
        return access_for(Person.objects.select_related("home_unit").get(name=name)).grants

    assert "quality_manager" not in grants("Expired")
    assert grants("Lasts")["process_owner"] == (crowd.care.path,)
    assert "quality_manager" not in grants("Employee") and "quality_manager" not in grants("Reader")
    assert grants("Grouped")["author"] == (crowd.school.path,)
    assert grants("Exec")["author"] == (crowd.school.path,)  # stands in for one of the group
    assert access_for(Person.objects.get(name="Gone")).person is None


def test_an_access_costs_one_query_whatever_it_is_asked(crowd: Town, django_assert_num_queries):
    someone = Person.objects.select_related("home_unit").get(pk=crowd.outsider.pk)
    units = list(Unit.objects.all())
    with django_assert_num_queries(1):
        access = PersonAccess(someone)
        for action in declared_actions().values():
            assert access.can_somewhere(action) == any(access.can_in(action, unit) for unit in units)
        assert access.acts_for
