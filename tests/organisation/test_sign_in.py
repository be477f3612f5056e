"""Signing in: by whom, how often, for how long; what it says and what it does not give away."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from qms.mail.models import Mail
from qms.organisation.models import Person
from qms.organisation.services import person_create, person_deactivate, person_reactivate
from tests.conftest import Town
from tests.factories import PASSWORD

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    """The counters of the rate limits stand in Redis and outlive a test."""
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD) -> HttpResponse:
    return client.post(LOGIN, {"login": email, "password": password})


def is_in(client: Client) -> bool:
    return client.get("/organisation/me/").status_code == 200


def shape(response: HttpResponse) -> str:
    """What a page says, without what differs between any two requests."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())
    return re.sub(r'value="[^"]*@[^"]*"', "", text)


@pytest.mark.parametrize("email", ["employee@town.test", "Employee@Town.TEST"])
def test_the_case_of_the_address_does_not_matter(town: Town, client: Client, email: str):
    assert sign_in(client, email).status_code == 302
    assert is_in(client)


def test_nobody_signs_up(town: Town, client: Client):
    assert client.get("/accounts/signup/").status_code == 404
    data = {"email": "new@town.test", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/signup/", data).status_code == 404
    assert not Person.objects.filter(email="new@town.test").exists()


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(town: Town):
    known = sign_in(Client(), "employee@town.test", "wrong")
    unknown = sign_in(Client(), "somebody@town.test", "wrong")
    assert known.status_code == unknown.status_code
    assert shape(known) == shape(unknown)


def test_who_has_left_reads_so_but_only_with_the_right_password(town: Town, client: Client):
    person_deactivate(person_id=town.employee.pk, access=town.access("admin"))
    wrong = sign_in(Client(), "employee@town.test", "wrong")
    assert shape(wrong) == shape(sign_in(Client(), "somebody@town.test", "wrong"))
    right = client.post(LOGIN, {"login": "employee@town.test", "password": PASSWORD}, follow=True)
    assert right.redirect_chain[-1][0] == reverse("account_inactive")
    assert not is_in(client)


def test_who_has_left_gets_no_link_to_a_new_password(town: Town):
    person_deactivate(person_id=town.employee.pk, access=town.access("admin"))
    gone = Client().post("/accounts/password/reset/", {"email": "employee@town.test"}, follow=True)
    unknown = Client().post("/accounts/password/reset/", {"email": "somebody@town.test"}, follow=True)
    assert shape(gone) == shape(unknown)
    assert "/password/reset/key/" not in Mail.objects.get(to="employee@town.test").text


def test_somebody_new_chooses_the_first_password_by_the_same_way(town: Town, client: Client):
    person = person_create(
        name="Nora", email="nora@town.test", language="nb", home_unit_id=town.north.pk,
        access=town.access("admin"),
    )  # fmt: skip
    client.post("/accounts/password/reset/", {"email": person.email})
    [link] = re.findall(r"http://testserver(\S+)", Mail.objects.get(to=person.email).text)
    page = client.get(link, follow=True)
    new = "four other words here"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert sign_in(Client(), person.email, new).status_code == 302


@pytest.mark.parametrize("password", ["employee@town", "short", "password1234"])
def test_a_weak_password_is_refused_with_the_reason(town: Town, client: Client, password: str):
    sign_in(client, "employee@town.test")
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answer = client.post("/accounts/password/change/", data)
    assert answer.status_code == 200 and b"ds-validation-message" in answer.content
    assert Person.objects.get(pk=town.employee.pk).check_password(PASSWORD)


def test_a_new_password_ends_the_other_sessions_and_is_told_by_mail(town: Town):
    here, elsewhere = Client(), Client()
    sign_in(here, "employee@town.test")
    sign_in(elsewhere, "employee@town.test")
    assert is_in(elsewhere)
    new = "four other words here"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_in(here) and not is_in(elsewhere)
    told = Mail.objects.get()
    assert told.person == town.employee and "service desk" in told.text


def test_a_session_ends_when_the_person_leaves_and_stays_ended(town: Town, client: Client):
    sign_in(client, "employee@town.test")
    assert is_in(client)
    person_deactivate(person_id=town.employee.pk, access=town.access("admin"))
    assert not is_in(client)
    person_reactivate(person_id=town.employee.pk, home_unit_id=town.north.pk, access=town.access("admin"))
    assert not is_in(client)
    sign_in(client, "employee@town.test")
    assert is_in(client)


def test_signing_out_leaves_no_page_for_back(town: Town, client: Client):
    client.force_login(town.employee)
    asked = client.get(reverse("account_logout"))
    assert asked.status_code == 200 and "Clear-Site-Data" not in asked.headers
    answer = client.post(reverse("account_logout"))
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (302, '"cache"')
    assert client.get("/").status_code == 302


def test_signing_in_is_noted_but_is_no_change_of_the_person(town: Town, client: Client):
    rows = Person.history.count()
    sign_in(client, "employee@town.test")
    assert Person.objects.get(pk=town.employee.pk).last_login is not None
    assert Person.history.count() == rows


def test_after_five_wrong_passwords_even_the_right_one_waits(town: Town):
    for _ in range(5):
        assert sign_in(Client(), "employee@town.test", "wrong").status_code == 200
    client = Client()
    refused = sign_in(client, "employee@town.test")
    assert refused.status_code == 200 and not is_in(client)
    assert b"ds-validation-message" in refused.content or b"data-error-summary" in refused.content
    other = Client()
    sign_in(other, "reader@town.test")
    assert is_in(other), "another person's sign-in is not held up"


def test_who_was_held_up_and_chooses_a_new_password_gets_in_at_once(town: Town):
    for _ in range(5):
        sign_in(Client(), "employee@town.test", "wrong")
    client = Client()
    client.post("/accounts/password/reset/", {"email": "employee@town.test"})
    [link] = re.findall(r"http://testserver(\S+)", Mail.objects.get(to="employee@town.test").text)
    page = client.get(link, follow=True)
    new = "four other words here"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    sign_in(client, "Employee@Town.test", new)
    assert is_in(client)


def test_the_limit_tells_as_little_of_unknown_addresses(town: Town):
    for _ in range(5):
        sign_in(Client(), "employee@town.test", "wrong")
        sign_in(Client(), "somebody@town.test", "wrong")
    known, unknown = (sign_in(Client(), f"{who}@town.test", "wrong") for who in ("employee", "somebody"))
    assert shape(known) == shape(unknown)


def test_too_many_requests_for_new_passwords_get_a_calm_page(town: Town):
    answers = [Client().post("/accounts/password/reset/", {"email": "employee@town.test"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert b'class="plain"' in answers[-1].content
    assert Mail.objects.filter(to="employee@town.test").count() == 5


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def two_steps(town: Town) -> tuple[str, list[str]]:
    """The employee has turned on two-step sign-in: the app's secret and the recovery codes."""
    client = Client()
    sign_in(client, "employee@town.test")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    cache.clear()
    return secret, codes


def test_with_two_steps_the_password_alone_lets_nobody_in(two_steps, client: Client):
    assert sign_in(client, "employee@town.test").url.startswith(reverse("mfa_authenticate"))
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_in(client)


def test_the_apps_code_lets_in(two_steps, client: Client):
    secret, _codes = two_steps
    sign_in(client, "employee@town.test")
    cache.clear()  # the code was used to turn it on a moment ago
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert is_in(client)


def test_turning_two_steps_on_and_off_is_told_by_mail(town: Town, django_capture_on_commit_callbacks):
    client = Client()
    sign_in(client, "employee@town.test")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    told = Mail.objects.get(person=town.employee)
    assert "service desk" in told.text
    client.post(reverse("mfa_deactivate_totp"))
    assert Mail.objects.filter(person=town.employee).count() == 2


def test_a_code_works_once(two_steps):
    secret, codes = two_steps
    for code in (code_now(secret), codes[0]):
        first, second = Client(), Client()
        sign_in(first, "employee@town.test")
        first.post(reverse("mfa_authenticate"), {"code": code})
        assert is_in(first)
        sign_in(second, "employee@town.test")
        second.post(reverse("mfa_authenticate"), {"code": code})
        assert not is_in(second)


def test_guessing_codes_is_held_up(two_steps, client: Client):
    secret, _codes = two_steps
    sign_in(client, "employee@town.test")
    for number in range(6):
        client.post(reverse("mfa_authenticate"), {"code": f"00000{number}"})
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert not is_in(client)


def test_two_steps_end_only_after_the_password(two_steps, client: Client, town: Town):
    client.force_login(town.employee, backend="qms.organisation.backends.PersonBackend")
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer.status_code == 302 and "reauthenticate" in answer.url
    assert Authenticator.objects.filter(user=town.employee, type="totp").exists()


@pytest.mark.parametrize(("language", "html"), [("sv", '<html lang="sv">'), ("nb", '<html lang="nb">')])
def test_mail_about_the_sign_in_speaks_the_persons_language(town: Town, language: str, html: str):
    Person.objects.filter(pk=town.employee.pk).update(language=language)
    client = Client()
    sign_in(client, "employee@town.test")
    new = "four other words here"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert html in Mail.objects.get().html
