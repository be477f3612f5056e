"""Mails about sign-in go the same way, in the person's own language."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from qms.mail.models import Mail
from qms.mail.sending import mails_sweep
from qms.organisation.models import Person
from tests.conftest import Town


@pytest.fixture(autouse=True)
def no_rate_limits(settings) -> None:
    """Their counters stand in Redis and outlive a test."""
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.mark.django_db
def test_a_new_password_is_asked_for_through_the_outbox(client, town: Town):
    client.post(reverse("account_reset_password"), {"email": town.employee.email})
    owed = Mail.objects.get()
    assert (owed.purpose, owed.person, owed.to) == ("account", town.employee, town.employee.email)
    assert owed.subject == "Choose a new password"
    mails_sweep()
    [message] = mail.outbox
    [address] = re.findall(r"http://\S+", message.body)
    [(html, _type)] = message.alternatives
    assert f'href="{address}"' in html
    assert client.get(address.replace("http://testserver", ""), follow=True).status_code == 200
    owed.refresh_from_db()
    assert owed.text == "", "the link stands nowhere when it has been sent"


@pytest.mark.django_db
def test_the_mail_speaks_the_persons_language_not_the_visitors(client, town: Town):
    Person.objects.filter(pk=town.employee.pk).update(language="sv")
    client.cookies["django_language"] = "en"
    client.post(reverse("account_reset_password"), {"email": town.employee.email})
    assert '<html lang="sv">' in Mail.objects.get().html


@pytest.mark.django_db
def test_an_unknown_address_is_told_so_and_sees_the_same_page(client, town: Town):
    known = client.post(reverse("account_reset_password"), {"email": town.employee.email}, follow=True)
    unknown = client.post(reverse("account_reset_password"), {"email": "who@town.test"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert len(known.content) == len(unknown.content)
    assert Mail.objects.get(to="who@town.test").person is None
