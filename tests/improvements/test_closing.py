"""A closed case stands in a register, or says why it does not."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from improvements.models import Improvement
from improvements.services import improvement_restrict
from improvements.services.flags import flag_not_reported, flag_set
from qms.exceptions import RuleViolation
from qms.organisation.models import Person
from qms.records.services import move, why_not
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide, soon

SignIn = Callable[[Person], Client]


@pytest.fixture
def done(town: Town) -> Improvement:
    case = improvement(town.north, town.employee)
    decide(town, case, "just_do", due=soon())
    return decide(town, case, "done")


def test_what_is_not_secret_is_closed_without_a_word_and_says_why_it_has_no_number(
    town: Town, done: Improvement, sign_in: SignIn
):
    page = sign_in(town.manager).get(reverse("records:move", args=[done.reference, "close"]))
    assert "Nothing in it is secret" in page.content.decode()
    closed = decide(town, done, "close", comment="")
    assert closed.no_registry_reason.startswith("Nothing in it is secret")
    assert "Nothing in it is secret" in sign_in(town.manager).get(closed.get_absolute_url()).content.decode()


def test_a_number_needs_no_reason(town: Town, done: Improvement):
    closed = decide(town, done, "close", registry_number=" VON 2026/17 ", no_registry_reason="Kept here")
    assert (closed.registry_number, closed.no_registry_reason) == ("VON 2026/17", "")


def test_what_is_secret_has_a_number_or_a_reason_of_its_own(town: Town, done: Improvement, sign_in: SignIn):
    improvement_restrict(record_id=done.pk, reason="OSL 26 kap. 1 §", access=town.access("manager"))
    address = reverse("records:move", args=[done.reference, "close"])
    refused = sign_in(town.manager).post(address, {"comment": "", "registry_number": ""})
    assert refused.status_code == 422 and "What is secret is registered" in refused.content.decode()
    closed = decide(town, done, "close", no_registry_reason="Of little weight")
    assert closed.no_registry_reason == "Of little weight"


def test_a_case_is_not_closed_before_it_is_said_what_became_of_its_flags(town: Town, done: Improvement):
    access = town.access("manager")
    flag = flag_set(record_id=done.pk, kind="lex_sarah", why="A fall", known_at=timezone.now(), access=access)
    done.refresh_from_db()
    assert why_not(done, "close", access) == "Lex Sarah comes first: say what became of it."
    with pytest.raises(RuleViolation):
        move(record_id=done.pk, name="close", access=access)
    flag_not_reported(flag_id=flag.pk, why="Nobody was harmed", access=access)
    assert why_not(done, "close", access) is None
