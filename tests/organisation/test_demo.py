"""The demo municipality: whole, the same each time, and only where it belongs."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qms.organisation import demo_people
from qms.organisation.access import access_for
from qms.organisation.models import Deputy, OrganisationEvent, Person, Unit, UnitUserGrant
from qms.organisation.roles import ALL_ROLES, READER
from qms.organisation.selectors import responsible_for
from qms.organisation.selectors.events import event_entries
from qms.organisation.selectors.held import taken_over
from qms.organisation.services.demonstration import municipality_load, strangers


@pytest.fixture
def loaded(db: None) -> None:
    municipality_load()


def test_every_unit_has_people_and_most_have_a_head(loaded: None):
    units = Unit.objects.annotate(n=Count("people"))
    assert units.count() == 86
    assert [unit.code for unit in units if not unit.n] == []
    assert {unit.code for unit in units if not unit.head_id} == {"REV", "VON", "KLK-NAR", "SBF-GEO"}
    assert all(responsible_for(unit) for unit in units)


def test_there_are_300_people_with_names_and_addresses_of_their_own(loaded: None):
    people = list(Person.objects.all())
    assert len(people) == len({p.name for p in people}) == len({p.email for p in people}) == 300
    assert all(p.title and p.home_unit_id and p.email.isascii() for p in people)
    assert Person.history.count() == 300


def test_every_role_is_held_by_somebody(loaded: None):
    held = set(UnitUserGrant.objects.values_list("permission__codename", flat=True))
    assert held == ALL_ROLES
    auditors = Person.objects.filter(Q(groups__name="Förbättringsledare"))
    assert auditors.count() == 4
    assert access_for(auditors[0]).grants["auditor"] == (Unit.objects.get(code="KF").path,)


def test_whom_the_sign_in_page_calls_a_reader_is_nothing_else(loaded: None):
    [reader] = [one for one in demo_people.accounts() if one["role"] == str(READER.label)]
    access = access_for(Person.objects.get(email=reader["email"]))
    assert access.paths({READER.key})
    assert not access.paths(set(ALL_ROLES) - {READER.key})


def test_somebody_stands_in_for_somebody_today(loaded: None):
    assert Deputy.objects.on(timezone.localdate()).count() == 2


def rows() -> tuple[int, ...]:
    return (
        Unit.history.count(),
        Person.history.count(),
        UnitUserGrant.history.count(),
        Deputy.objects.count(),
    )


def test_loading_again_changes_nothing(loaded: None):
    before = rows()
    assert municipality_load() == "86 units, 300 people, 0 of them new"
    assert rows() == before


def test_what_was_changed_in_it_hinders_no_second_loading_and_is_not_put_back(loaded: None):
    somebody = Person.objects.create_user("somebody@real.test", name="Somebody")
    amir = Person.objects.get(name__startswith="Amir")
    amir.email = "amir@elsewhere.test"
    amir.save()
    UnitUserGrant.objects.filter(user=amir).delete()
    unit = Unit.objects.get(code="VOF-HT-2")
    unit.head, unit.code = None, "VOF-HT-9"
    unit.save()
    before = rows()
    assert strangers() == 0 and Person.objects.filter(pk=somebody.pk).exists()
    assert municipality_load() == "86 units, 300 people, 0 of them new"
    assert rows() == before and Person.objects.count() == 301


def test_the_plan_is_the_same_each_time():
    first = demo_people.everybody()
    demo_people.everybody.cache_clear()
    assert demo_people.everybody() == first


def test_a_new_password_reaches_everybody(loaded: None, settings):
    settings.DEMO_PASSWORD = "another one for today"
    municipality_load()
    assert all(person.check_password("another one for today") for person in Person.objects.all()[::100])


def test_the_cast_signs_in(loaded: None, client: Client):
    out = StringIO()
    call_command("demo", "--accounts", stdout=out)
    accounts = json.loads(out.getvalue())
    assert len(accounts) == 15 and set(accounts[0]) == {"role", "name", "email", "password", "blurb"}
    for account in accounts[:3]:
        login = {"login": account["email"], "password": account["password"]}
        assert client.post(reverse("account_login"), login).url == "/"
        client.logout()


def test_the_sign_in_page_lists_the_cast_in_a_demonstration_only(loaded: None, client: Client, settings):
    assert "annika.sjoberg" not in client.get(reverse("account_login")).content.decode()
    settings.DEMO = True
    assert "annika.sjoberg" in client.get(reverse("account_login")).content.decode()


def test_the_demo_is_not_loaded_beside_other_people_unless_forced(db: None):
    Person.objects.create_user("somebody@real.test", name="Somebody")
    with pytest.raises(CommandError, match="1 people here who are not the demo's"):
        call_command("demo")
    assert Person.objects.count() == 1


def test_a_few_things_have_happened_before(loaded: None):
    annika = Person.objects.get(name="Annika Sjöberg")
    [headed] = taken_over(annika)
    assert (headed.unit.code, headed.before) == ("VOF-HT-2", "Gunvor Dahl")
    before = OrganisationEvent.objects.count()
    municipality_load()
    assert OrganisationEvent.objects.count() == before > 15
    assert len(event_entries(OrganisationEvent.objects.all())) == before
