"""Groups of people, who get roles together."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from qms.organisation.models import Unit, UnitGroupGrant, UnitUserGrant
from tests.conftest import Town
from tests.organisation.steps import beside, page, send, url


def helpers(admin: Client, role: str, unit: Unit) -> Group:
    """A group with Employee in it, that has a role."""
    send(admin, url("admin_group_add"), name="Helpers")
    group = Group.objects.get()
    send(admin, url("admin_group_join", group.pk), person="Employee")
    send(admin, url("admin_group_give", group.pk), unit=unit.pk, role=role)
    return group


def test_a_group_is_made_filled_and_given_a_role(town: Town, admin: Client):
    group = helpers(admin, "auditor", town.care)
    shown = page(admin.get(url("admin_group", group.pk)))
    assert "Auditor" in shown and "Employee" in shown and "put Employee into the group Helpers" in shown
    assert "Helpers" in page(admin.get(url("admin_groups")))
    assert "auditor" in town.access("employee").grants
    assert "Several" not in beside(send(admin, url("admin_group_add"), name="Helpers"), "name")
    assert beside(send(admin, url("admin_group_add"), name="Helpers"), "name")
    send(admin, url("admin_group_edit", group.pk), name="Friends")
    send(admin, url("admin_group_take", group.pk, UnitGroupGrant.objects.get().pk))
    send(admin, url("admin_group_leave", group.pk, town.employee.pk))
    assert not UnitGroupGrant.objects.exists() and not Group.objects.get(name="Friends").user_set.exists()


@pytest.mark.parametrize(
    ("name", "asks"),
    [
        ("admin_group_edit", "Rename the group Helpers"),
        ("admin_group_remove", "Remove the group Helpers?"),
        ("admin_group_join", "Put somebody into the group Helpers"),
        ("admin_group_give", "Give the group Helpers a role"),
    ],
)
def test_the_page_of_each_act_says_which_group_it_is(town: Town, admin: Client, name: str, asks: str):
    group = helpers(admin, "auditor", town.care)
    assert f"<h1>{asks}</h1>" in admin.get(url(name, group.pk)).content.decode()


def test_an_empty_group_says_so(town: Town, admin: Client):
    send(admin, url("admin_group_add"), name="Helpers")
    assert "Nobody is in the group." in page(admin.get(url("admin_group", Group.objects.get().pk)))


def test_a_group_is_removed_and_its_people_lose_what_they_had_through_it(town: Town, admin: Client):
    group = helpers(admin, "auditor", town.care)
    asked = page(admin.get(url("admin_group_remove", group.pk)))
    assert "1 role of the group" in asked and "1 person in the group" in asked and "Employee" in asked
    assert Group.objects.exists()
    send(admin, url("admin_group_remove", group.pk))
    assert not Group.objects.exists() and "auditor" not in town.access("employee").grants
    history = page(admin.get(url("admin_history")))
    assert "removed the group Helpers" in history and "put Employee into the group Helpers" in history
    assert "took the role “Auditor” in Care from the group Helpers" in history


def test_a_group_that_holds_the_last_administrator_stays(town: Town, admin: Client, sign_in):
    group = helpers(admin, "administrator", town.kf)
    UnitUserGrant.objects.filter(permission__codename="administrator").delete()
    answer = send(sign_in(town.employee), url("admin_group_remove", group.pk))
    assert answer.status_code == 422 and "nobody would be left who can administer" in page(answer)
    assert group.user_set.get() == town.employee and UnitGroupGrant.objects.filter(group=group).exists()
