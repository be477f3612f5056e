"""An address that is no longer a person's opens nothing of theirs."""

import re
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.cache import cache
from django.test import Client

from qms.mail.models import Mail
from qms.organisation.models import Person
from qms.organisation.services import person_change, person_create
from tests.conftest import Town
from tests.factories import PASSWORD

OLD, NEW = "employee@town.test", "married@town.test"


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()


def ask_for_a_new_password(address: str) -> None:
    Client().post("/accounts/password/reset/", {"email": address})


def let_the_address_change(town: Town) -> None:
    person = town.employee
    person_change(
        person_id=person.pk, name=person.name, email=NEW, title=person.title, language=person.language,
        home_unit_id=person.home_unit_id, access=town.access("admin"),
    )  # fmt: skip


def test_an_address_somebody_had_before_opens_their_account_no_longer(town: Town):
    ask_for_a_new_password(OLD)  # the library keeps the address then
    let_the_address_change(town)
    Mail.objects.all().delete()
    client = Client()
    client.post("/accounts/login/", {"login": OLD, "password": PASSWORD})
    assert client.get("/organisation/me/").status_code == 302
    ask_for_a_new_password(OLD)
    assert not re.search("/reset/key/", Mail.objects.get(to=OLD).text)


def test_the_address_before_is_told_that_another_counts_now(town: Town):
    let_the_address_change(town)
    told = Mail.objects.get(to=OLD)
    assert "Admin has changed the address you sign in with" in told.text
    assert NEW not in told.text, "whoever reads there may be somebody else"
    assert not Mail.objects.filter(to=NEW).exists()


def test_addresses_of_before_that_were_kept_are_forgotten_and_those_of_today_stay(town: Town):
    EmailAddress.objects.create(user=town.employee, email=NEW)
    EmailAddress.objects.create(user=town.reader, email="Reader@town.test")
    import_module("qms.organisation.migrations.0004_addresses_given_up").forget(apps, None)
    assert [kept.user for kept in EmailAddress.objects.all()] == [town.reader]


def test_whoever_gets_the_address_gets_their_own_account_and_no_other(town: Town):
    ask_for_a_new_password(OLD)
    let_the_address_change(town)
    newcomer = person_create(
        name="Erik", email=OLD, language="sv", home_unit_id=town.north.pk, access=town.access("admin")
    )
    Mail.objects.all().delete()
    ask_for_a_new_password(OLD)
    [link] = re.findall(r"http://testserver(\S+)", Mail.objects.get(to=OLD).text)
    client = Client()
    page = client.get(link, follow=True)
    new = "four other words here"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert Person.objects.get(pk=newcomer.pk).check_password(new)
    assert Person.objects.get(pk=town.employee.pk).check_password(PASSWORD)
