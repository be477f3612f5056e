"""Two who change the same unit or person from pages opened before: nothing is overwritten unseen."""

import re

from django.test import Client
from django.urls import reverse

from qms.organisation.models import Person, Unit
from tests.conftest import Town


def read(browser: Client, address: str) -> str:
    found = re.search(r'name="read" value="(\w+)"', browser.get(address).content.decode())
    assert found
    return found[1]


def test_a_name_that_another_gave_meanwhile_is_not_put_back(town: Town, admin: Client):
    address = reverse("organisation:unit_edit", args=[town.north.pk])
    mine = {"name": "North", "code": "N-1", "kind": "unit", "read": read(admin, address)}
    admin.post(address, {**mine, "name": "Far North", "code": "NORTH"})

    refused = admin.post(address, mine)
    told = refused.content.decode()
    assert refused.status_code == 422 and "It says now: Far North, NORTH, Unit." in told
    assert 'value="N-1"' in told, "what was typed is kept"
    assert Unit.objects.get(pk=town.north.pk).name == "Far North"

    # The page carries what it has told of: whoever still wants it saves again.
    again = re.search(r'name="read" value="(\w+)"', told)
    assert again and admin.post(address, {**mine, "read": again[1]}).status_code == 302
    assert Unit.objects.get(pk=town.north.pk).code == "N-1"


def test_an_address_that_another_corrected_meanwhile_is_not_put_back(town: Town, admin: Client):
    address = reverse("organisation:person_edit", args=[town.employee.pk])
    given = {"name": "Employee", "email": "employee@town.test", "title": "", "language": "en"}
    mine = {**given, "home_unit": town.north.pk, "read": read(admin, address)}
    assert admin.post(address, {**mine, "email": "right@town.test"}).status_code == 302
    refused = admin.post(address, {**mine, "title": "Night nurse"})
    assert refused.status_code == 422 and "right@town.test" in refused.content.decode()
    person = Person.objects.get(pk=town.employee.pk)
    assert (person.email, person.title) == ("right@town.test", "")


def test_what_the_same_page_saves_twice_is_saved(town: Town, admin: Client):
    address = reverse("organisation:unit_edit", args=[town.north.pk])
    mine = {"name": "North", "code": "NORTH", "kind": "unit", "read": read(admin, address)}
    assert [admin.post(address, mine).status_code for _ in range(2)] == [302, 302]
