"""Signing in and what belongs to it, through the real views, in the look of the house."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from qms.mail.models import Mail

PASSWORD = "three words apart"


@pytest.fixture
def person(town):
    town.employee.set_password(PASSWORD)
    town.employee.save()
    return town.employee


@pytest.fixture
def signed_in(person):
    cache.clear()  # the rate limit of the tests before
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def test_a_password_manager_recognises_the_fields(db):
    html = Client().get(reverse("account_login")).content.decode()
    assert 'autocomplete="username"' in html
    assert 'autocomplete="current-password"' in html


def test_a_wrong_password_is_told_and_the_address_kept(person):
    response = Client().post(reverse("account_login"), {"login": person.email, "password": "wrong"})
    html = response.content.decode()
    assert "data-error-summary" in html
    assert f'value="{person.email}"' in html
    assert "wrong" not in html.split("<form")[1].split("data-error-summary")[0]


def test_signing_in_and_out(person):
    client = Client()
    response = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert response.status_code == 302
    assert b"data-drafts-forget" in client.get(reverse("account_logout")).content
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get(reverse("account_logout")).status_code == 302


def test_accounts_are_shown_in_the_demonstration_only(db):
    assert b"demo-accounts.js" not in Client().get(reverse("account_login")).content


def test_a_forgotten_password_is_chosen_anew_by_mail(person):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": person.email})
    letter = Mail.objects.get()
    assert "example.com" not in letter.subject
    link = re.search(r"http://[^/]+(\S+)", letter.text).group(1)
    page = client.get(link, follow=True)
    assert b"new-password" in page.content
    address = page.redirect_chain[-1][0]
    new = "four other words here"
    response = client.post(address, {"password1": new, "password2": new}, follow=True)
    assert response.status_code == 200
    person.refresh_from_db()
    assert person.check_password(new)
    assert b"account_reset" not in client.get(link).content


def test_an_unknown_address_gets_the_same_page_and_a_letter_that_says_so(db):
    response = Client().post(reverse("account_reset_password"), {"email": "nobody@town.example"}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("account_reset_password_done")
    assert "sign up" not in Mail.objects.get().text


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "socialaccount_login_cancelled",
    ],
)
def test_the_pages_before_signing_in_have_our_frame(db, name):
    response = Client().get(reverse(name))
    assert response.status_code == 200
    html = response.content.decode()
    assert 'class="plain"' in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("name", ["account_change_password", "mfa_index"])
def test_the_pages_about_ones_own_account_have_the_rail(signed_in, name):
    response = signed_in.get(reverse(name))
    assert response.status_code == 200
    html = response.content.decode()
    assert 'class="rail"' in html
    assert html.count("<h1") == 1


def code_for(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_two_step_sign_in_is_turned_on_used_and_turned_off(person, signed_in):
    signed_in.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = signed_in.get(reverse("mfa_activate_totp"))
    assert b'class="qr"' in page.content
    assert b"one-time-code" in page.content
    secret = page.context["form"].secret
    signed_in.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert Authenticator.objects.filter(user=person, type="totp").exists()
    codes = signed_in.get(reverse("mfa_view_recovery_codes"))
    recovery = codes.context["unused_codes"]
    assert recovery[0].encode() in codes.content
    assert b"data-error-summary" not in signed_in.get(reverse("mfa_generate_recovery_codes")).content

    other = Client()
    step = other.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}, follow=True)
    assert step.redirect_chain[-1][0].startswith(reverse("mfa_authenticate"))
    assert b"data-error-summary" in other.post(reverse("mfa_authenticate"), {"code": "000000"}).content
    assert other.post(reverse("mfa_authenticate"), {"code": recovery[0]}).status_code == 302

    assert signed_in.get(reverse("mfa_deactivate_totp")).status_code == 200
    signed_in.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=person, type="totp").exists()


def test_what_concerns_the_sign_in_is_confirmed_with_the_password(person, signed_in):
    page = signed_in.get(reverse("mfa_activate_totp"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_reauthenticate"))
    assert person.email.encode() in page.content
