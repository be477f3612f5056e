"""Single sign-on against a real identity provider on this machine: the whole way, over HTTP."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from qms.organisation.models import Person
from qms.organisation.services import person_change, person_create, person_deactivate
from tests.conftest import Town
from tests.factories import PASSWORD
from tests.organisation.conftest import Provider

pytestmark = pytest.mark.usefixtures("single_sign_on")


def is_in(client: Client) -> bool:
    return client.get("/organisation/me/").status_code == 200


def test_the_sign_in_page_offers_it(town: Town, client: Client):
    assert "Town account" in client.get("/accounts/login/").content.decode()


def test_somebody_known_is_signed_in_and_keeps_name_and_password(
    town: Town, client: Client, provider: Provider
):
    rows = Person.history.count()
    provider.knows("u1", email="EMPLOYEE@town.test", email_verified=True, name="Quite Another Name")
    provider.sign_in(client, "u1")
    assert is_in(client)
    person = Person.objects.get(pk=town.employee.pk)
    assert person.name == "Employee" and person.check_password(PASSWORD)
    assert Person.history.count() == rows


def test_from_then_on_the_providers_key_is_enough(town: Town, provider: Provider):
    provider.knows("u2", email="employee@town.test", email_verified=True)
    provider.sign_in(Client(), "u2")
    person_change(
        person_id=town.employee.pk, name="Employee", email="married@town.test", title="", language="en",
        home_unit_id=town.north.pk, access=town.access("admin"),
    )  # fmt: skip
    again = Client()
    provider.sign_in(again, "u2")
    assert is_in(again)
    assert SocialAccount.objects.get().user == town.employee


def test_an_unknown_address_reads_whom_to_ask(town: Town, client: Client, provider: Provider):
    provider.knows("u3", email="stranger@elsewhere.test", email_verified=True)
    answer = provider.sign_in(client, "u3")
    text = answer.content.decode()
    assert answer.status_code == 403 and "stranger@elsewhere.test" in text
    assert not is_in(client)
    assert not Person.objects.filter(email="stranger@elsewhere.test").exists()


@pytest.mark.parametrize("claims", [{"email_verified": False}, {}])
def test_an_address_the_provider_does_not_vouch_for_is_not_trusted(
    town: Town, client: Client, provider: Provider, claims
):
    provider.knows("u4", email="admin@town.test", **claims)
    answer = provider.sign_in(client, "u4")
    assert answer.status_code == 403 and "admin@town.test" not in answer.content.decode()
    assert not is_in(client) and not SocialAccount.objects.exists()


def test_a_provider_that_gives_out_the_addresses_itself_can_be_trusted_by_setting(
    town: Town, client: Client, provider: Provider, settings
):
    [app] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    app["settings"]["verified_email"] = ["town.test"]
    provider.knows("u5", email="employee@town.test")
    provider.sign_in(client, "u5")
    assert is_in(client)
    provider.knows("u6", email="employee@elsewhere.test")
    assert provider.sign_in(Client(), "u6").status_code == 403


def test_no_address_at_all_is_not_an_account(town: Town, client: Client, provider: Provider):
    provider.knows("u7", name="Nobody")
    assert provider.sign_in(client, "u7").status_code == 403


def test_who_has_left_is_turned_away(town: Town, client: Client, provider: Provider):
    provider.knows("u8", email="employee@town.test", email_verified=True)
    provider.sign_in(Client(), "u8")
    person_deactivate(person_id=town.employee.pk, access=town.access("admin"))
    answer = provider.sign_in(client, "u8")
    assert answer.redirect_chain[-1][0] == reverse("account_inactive")
    assert not is_in(client)


def test_of_one_who_has_left_no_key_is_kept_and_who_has_the_address_now_gets_in(
    town: Town, client: Client, provider: Provider
):
    provider.knows("u9", email="employee@town.test", email_verified=True)
    person_deactivate(person_id=town.employee.pk, access=town.access("admin"))
    answer = provider.sign_in(client, "u9")
    assert answer.redirect_chain[-1][0] == reverse("account_inactive")
    assert not SocialAccount.objects.exists()
    hired = taken_over_address(town, "employee")
    provider.sign_in(client, "u9")
    assert is_in(client) and SocialAccount.objects.get().user == hired


def test_one_who_comes_back_as_a_new_person_gets_in_by_the_key_of_before(
    town: Town, client: Client, provider: Provider
):
    provider.knows("u10", email="employee@town.test", email_verified=True)
    provider.sign_in(Client(), "u10")
    person_deactivate(person_id=town.employee.pk, access=town.access("admin"))
    hired = taken_over_address(town, "employee")
    provider.sign_in(client, "u10")
    assert is_in(client) and SocialAccount.objects.get().user == hired


def taken_over_address(town: Town, who: str) -> Person:
    """Somebody new with the address of one who has left, who is noted under another."""
    gone = Person.objects.get(pk=getattr(town, who).pk)
    address, access = gone.email, town.access("admin")
    person_change(
        person_id=gone.pk, name=gone.name, email=f"gone.{address}", title="", language="en",
        home_unit_id=gone.home_unit_id, access=access,
    )  # fmt: skip
    return person_create(
        name="Newly Hired", email=address, language="en", home_unit_id=town.north.pk, access=access
    )


def test_an_answer_that_we_did_not_ask_for_is_refused(town: Town, client: Client, provider: Provider):
    answer = client.get(reverse("openid_connect_callback", args=["sso"]), {"code": "x", "state": "made-up"})
    assert answer.status_code == 401
    assert not is_in(client)


def test_going_there_takes_a_press_of_the_button(town: Town, client: Client):
    assert client.get(reverse("openid_connect_login", args=["sso"])).status_code == 200


def test_a_service_that_does_not_answer_is_a_calm_page(town: Town, client: Client, settings):
    [app] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    app["settings"]["server_url"] = "http://localhost:9"  # the discard port: nobody listens
    answer = client.post(reverse("openid_connect_login", args=["sso"]))
    assert answer.status_code == 503
    assert "sign-in service" in answer.content.decode()


def test_whoever_adds_a_person_reads_how_they_get_in(town: Town, sign_in):
    browser, address = sign_in(town.admin), reverse("organisation:admin_person_add")
    sent = {"name": "Nora Ny", "email": "nora@town.test", "language": "sv", "home_unit": town.north.pk}
    answer = browser.post(address, sent, follow=True).content.decode()
    assert "Nora Ny is added. No invitation is sent." in answer
    assert "they sign in by “Town account”; who has no account there chooses a password" in answer
    assert "they sign in by “Town account”" in browser.get(address).content.decode()
