"""Roles: nobody gives what they may not give, nobody gives to themselves, somebody can always administer."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from qms.exceptions import NotYours, RuleViolation
from qms.organisation.models import Person, UnitGroupGrant, UnitUserGrant
from qms.organisation.services import (
    deputy_set,
    group_create,
    group_grant,
    group_join,
    group_leave,
    group_rename,
    group_revoke,
    person_deactivate,
    role_grant,
    role_revoke,
    unit_head_set,
)
from tests.conftest import Town
from tests.factories import grant


def give(town: Town, who: str, role: str, unit: str, to: str, **values: object) -> UnitUserGrant:
    return role_grant(
        role=role,
        unit_id=getattr(town, unit).pk,
        person_id=getattr(town, to).pk,
        access=town.access(who),
        **values,
    )


def test_a_role_holds_on_the_unit_and_below_until_its_last_day(town: Town):
    today = timezone.localdate()
    given = give(town, "admin", "auditor", "care", "employee", until=today)
    assert town.access("employee").grants["auditor"] == (town.care.path,)
    assert given.history.get().history_user == town.admin
    event = town.employee.events.get()
    assert (event.kind, event.what, event.unit_name, event.after) == (
        "role_given", "auditor", "Care", today.isoformat(),
    )  # fmt: skip
    UnitUserGrant.objects.filter(pk=given.pk).update(valid_until=today - timedelta(1))
    assert "auditor" not in town.access("employee").grants


def test_given_again_it_gets_the_new_last_day(town: Town):
    first = give(town, "admin", "auditor", "care", "employee")
    again = give(town, "admin", "auditor", "care", "employee", until=timezone.localdate())
    assert first.pk == again.pk and UnitUserGrant.objects.get(pk=first.pk).valid_until
    with pytest.raises(RuleViolation, match="has that role there already"):
        give(town, "admin", "auditor", "care", "employee", until=timezone.localdate())


@pytest.mark.parametrize("role", ["reader", "author", "handler"])
def test_a_manager_gives_the_everyday_roles_at_home(town: Town, role: str):
    give(town, "manager", role, "north", "employee")
    with pytest.raises(NotYours, match="In South this is done by South Head, Care Head"):
        give(town, "manager", role, "south", "employee")
    with pytest.raises(NotYours, match="In Care"):
        give(town, "manager", role, "care", "employee")


@pytest.mark.parametrize(
    "role",
    ["manager", "process_owner", "approver", "auditor", "quality_manager", "executive", "administrator"],
)
def test_a_manager_gives_no_other_role(town: Town, role: str):
    with pytest.raises(NotYours, match="In North this is done by Admin"):
        give(town, "manager", role, "north", "employee")


@pytest.mark.parametrize("who", ["employee", "handler", "reader", "auditor", "quality", "exec", "outsider"])
def test_others_give_none(town: Town, who: str):
    with pytest.raises(NotYours):
        give(town, who, "reader", "north", "south_head")


def test_nobody_gives_a_role_to_themselves(town: Town):
    with pytest.raises(RuleViolation, match="Nobody gives a role to themselves") as refused:
        give(town, "admin", "quality_manager", "kf", "admin")
    assert refused.value.field == "person"
    Person.objects.filter(pk=town.admin.pk).update(is_superuser=True)
    give(town, "admin", "quality_manager", "kf", "admin")  # the very first one has nobody to ask


@pytest.mark.parametrize("begins_in", [0, 3])
def test_nobody_gives_a_role_to_whom_they_stand_in_for(town: Town, begins_in: int):
    starts = timezone.localdate() + timedelta(begins_in)
    stands_in = {"deputy_id": town.admin.pk, "starts": starts, "ends": starts + timedelta(7)}
    group = group_of(town, "employee")
    deputy_set(person_id=town.employee.pk, access=town.access("employee"), **stands_in)
    admin = town.access("admin")
    with pytest.raises(RuleViolation, match=r"You stand in for .* and would have the role too") as refused:
        give(town, "admin", "quality_manager", "kf", "employee")
    assert refused.value.field == "person"
    with pytest.raises(RuleViolation, match="would have the role too"):
        unit_head_set(unit_id=town.north.pk, head_id=town.employee.pk, access=admin)
    with pytest.raises(RuleViolation, match="would have the role too"):
        group_grant(role="quality_manager", unit_id=town.kf.pk, group_id=group.pk, access=admin)
    group.user_set.clear()
    with pytest.raises(RuleViolation, match="would have the role too"):
        group_join(group_id=group.pk, person_id=town.employee.pk, access=admin)
    with pytest.raises(RuleViolation, match="would have the role too"):
        person_deactivate(person_id=town.manager.pk, to_id=town.employee.pk, heads_too=True, access=admin)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"role": "emperor"}, "no such role"),
        ({"until": timezone.localdate() - timedelta(1)}, "Choose today or a later day"),
    ],
)
def test_what_cannot_be_given_is_said(town: Town, values, sentence: str):
    given = {"role": "auditor", "unit": "care", "to": "employee", **values}
    with pytest.raises(RuleViolation, match=sentence):
        give(town, "admin", given.pop("role"), **given)


def test_nothing_is_given_on_a_closed_unit_or_to_a_leaver(town: Town):
    town.north.valid_until = timezone.localdate()
    town.north.save()
    with pytest.raises(RuleViolation, match="North has closed"):
        give(town, "admin", "auditor", "north", "reader")
    Person.objects.filter(pk=town.reader.pk).update(is_active=False)
    with pytest.raises(RuleViolation, match="Reader has left"):
        give(town, "admin", "auditor", "care", "reader")


def test_a_role_is_taken_back_by_who_could_give_it_or_given_up(town: Town):
    held = UnitUserGrant.objects.get(user=town.handler)
    with pytest.raises(NotYours):
        role_revoke(grant_id=held.pk, access=town.access("south_head"))
    role_revoke(grant_id=held.pk, access=town.access("handler"))
    assert "handler" not in town.access("handler").grants
    assert town.handler.events.get().kind == "role_taken"
    assert UnitUserGrant.history.get(history_type="-").history_user == town.handler
    with pytest.raises(UnitUserGrant.DoesNotExist):
        role_revoke(grant_id=held.pk, access=town.access("handler"))


def test_the_last_administrator_keeps_the_role(town: Town):
    held = UnitUserGrant.objects.get(user=town.admin)
    grant(town.handler, "administrator", town.care)  # not of the whole
    grant(town.reader, "administrator", town.kf, until=timezone.localdate() + timedelta(30))  # not for good
    with pytest.raises(RuleViolation, match="nobody would be left"):
        role_revoke(grant_id=held.pk, access=town.access("admin"))
    with pytest.raises(RuleViolation, match="nobody would be left"):
        give(town, "reader", "administrator", "kf", "admin", until=timezone.localdate())
    grant(town.quality, "administrator", town.kf)
    role_revoke(grant_id=held.pk, access=town.access("admin"))


def group_of(town: Town, *names: str) -> Group:
    group = group_create(name="Helpers", access=town.access("admin"))
    for name in names:
        group_join(group_id=group.pk, person_id=getattr(town, name).pk, access=town.access("admin"))
    return group


def test_everyone_in_a_group_has_its_roles(town: Town):
    group = group_of(town, "employee", "reader")
    given = group_grant(role="auditor", unit_id=town.care.pk, group_id=group.pk, access=town.access("admin"))
    assert town.access("employee").grants["auditor"] == (town.care.path,)
    group_leave(group_id=group.pk, person_id=town.employee.pk, access=town.access("admin"))
    assert "auditor" not in town.access("employee").grants
    group_revoke(grant_id=given.pk, access=town.access("admin"))
    assert "auditor" not in town.access("reader").grants
    kinds = list(group.events.values_list("kind", flat=True))
    assert kinds == [
        "role_taken",
        "group_left",
        "role_given",
        "group_joined",
        "group_joined",
        "group_created",
    ]
    assert UnitGroupGrant.history.filter(history_type="-").get().history_user == town.admin


def test_groups_are_kept_by_administrators_of_the_whole(town: Town):
    grant(town.handler, "administrator", town.care)
    group = group_of(town)
    for who in ("handler", "manager", "quality"):
        with pytest.raises(NotYours):
            group_create(name="Mine", access=town.access(who))
        with pytest.raises(NotYours):
            group_join(group_id=group.pk, person_id=town.employee.pk, access=town.access(who))
        with pytest.raises(NotYours):
            group_grant(role="reader", unit_id=town.north.pk, group_id=group.pk, access=town.access(who))


def test_a_group_is_no_way_around(town: Town):
    group = group_of(town, "employee")
    with pytest.raises(RuleViolation, match="Nobody gives a role to themselves"):
        group_join(group_id=group.pk, person_id=town.admin.pk, access=town.access("admin"))
    group.user_set.add(town.admin)
    with pytest.raises(RuleViolation, match="Nobody gives a role to themselves"):
        group_grant(
            role="quality_manager", unit_id=town.kf.pk, group_id=group.pk, access=town.access("admin")
        )


def test_the_last_administrator_by_a_group_stays_in_it(town: Town):
    group = group_of(town, "employee")
    given = group_grant(
        role="administrator", unit_id=town.kf.pk, group_id=group.pk, access=town.access("admin")
    )
    role_revoke(grant_id=UnitUserGrant.objects.get(user=town.admin).pk, access=town.access("employee"))
    with pytest.raises(RuleViolation, match="nobody would be left"):
        group_leave(group_id=group.pk, person_id=town.employee.pk, access=town.access("employee"))
    with pytest.raises(RuleViolation, match="nobody would be left"):
        group_revoke(grant_id=given.pk, access=town.access("employee"))


def test_a_group_has_a_name_of_its_own(town: Town):
    group = group_of(town)
    with pytest.raises(RuleViolation) as refused:
        group_create(name="Helpers ", access=town.access("admin"))
    assert refused.value.field == "name"
    assert group_rename(group_id=group.pk, name="Friends", access=town.access("admin")).name == "Friends"
    assert group.events.first().before == "Helpers"
    group_join(group_id=group.pk, person_id=town.reader.pk, access=town.access("admin"))
    with pytest.raises(RuleViolation, match="is in the group already"):
        group_join(group_id=group.pk, person_id=town.reader.pk, access=town.access("admin"))
