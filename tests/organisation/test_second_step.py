"""Who has lost the phone and the recovery codes gets in again by an administrator."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from qms.exceptions import NotYours, RuleViolation
from qms.mail.models import Mail
from qms.organisation.models import Person
from qms.organisation.services import second_step_end
from tests.conftest import Town
from tests.factories import PASSWORD, grant


@pytest.fixture
def lost(town: Town) -> Person:
    """The employee, who signs in with two steps."""
    cache.clear()
    TOTP.activate(town.employee, generate_totp_secret())
    RecoveryCodes.activate(town.employee)
    return town.employee


def page_of(person: Person) -> str:
    return reverse("organisation:person_second_step", args=[person.pk])


def signed_in(client: Client) -> bool:
    client.post("/accounts/login/", {"login": "employee@town.test", "password": PASSWORD})
    return client.get(reverse("organisation:me")).status_code == 200


def test_an_administrator_turns_it_off_and_the_password_is_enough(town: Town, lost: Person, client: Client):
    assert not signed_in(Client())
    client.force_login(town.admin)
    assert page_of(lost) in client.get(lost.get_absolute_url()).content.decode()
    answer = client.post(page_of(lost), follow=True)
    assert answer.redirect_chain[0][0] == lost.get_absolute_url()
    assert not Authenticator.objects.exists()
    assert signed_in(Client())
    assert page_of(lost) not in client.get(lost.get_absolute_url()).content.decode()


def test_the_person_is_told_and_the_history_keeps_who_did_it(town: Town, lost: Person, client: Client):
    second_step_end(person_id=lost.pk, access=town.access("admin"))
    told = Mail.objects.get(to=lost.email)
    assert told.person == lost and "Admin has turned off two-step sign-in" in told.text
    client.force_login(lost)
    page = client.get(reverse("organisation:person_history", args=[lost.pk])).content.decode()
    assert "turned off two-step sign-in" in page


def test_only_who_could_give_all_the_persons_roles_turns_it_off(town: Town, lost: Person):
    grant(town.outsider, "administrator", town.north)
    grant(lost, "auditor", town.kf)
    for who in ("manager", "outsider"):
        with pytest.raises(NotYours):
            second_step_end(person_id=lost.pk, access=town.access(who))
    assert Authenticator.objects.exists()


def test_ones_own_is_turned_off_with_the_password_only(town: Town, client: Client):
    TOTP.activate(town.admin, generate_totp_secret())
    with pytest.raises(RuleViolation, match="with your password"):
        second_step_end(person_id=town.admin.pk, access=town.access("admin"))
    client.force_login(town.admin)
    assert page_of(town.admin) not in client.get(town.admin.get_absolute_url()).content.decode()


def test_where_there_is_none_that_is_said(town: Town):
    with pytest.raises(RuleViolation, match="signs in with the password alone"):
        second_step_end(person_id=town.employee.pk, access=town.access("admin"))
