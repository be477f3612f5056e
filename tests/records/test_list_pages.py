"""The pages of the list, as each of the cast sees them."""

from collections.abc import Callable

import pytest
from django.test import Client

from qms.organisation.models import Person
from qms.records.models import Record, Visibility
from tests.conftest import Town
from tests.factories import improvement

SignIn = Callable[[Person], Client]


def titles(client: Client, query: str = "") -> list[str]:
    """What the list shows, in its order."""
    return [record.title for record in client.get(f"/records/?{query}").context["list"].rows]


@pytest.fixture
def cases(town: Town) -> dict[str, Record]:
    """One case per unit, by the unit's code, and a restricted one."""
    found = {
        unit.code: improvement(unit, town.employee if unit == town.north else town.south_head, unit.name)
        for unit in (town.north, town.south, town.school)
    }
    secret = improvement(town.north, town.manager, "Zweihander")
    secret.visibility = Visibility.RESTRICTED
    secret.save()
    return {**found, "secret": secret}


def test_each_sees_their_own_part(town: Town, cases: dict[str, Record], sign_in: SignIn):
    seen = {
        who: set(titles(sign_in(getattr(town, who)))) for who in ("quality", "reader", "outsider", "employee")
    }
    assert seen == {
        "quality": {"North", "South", "School", "Zweihander"},
        "reader": {"North", "South", "School"},
        "outsider": {"School"},
        "employee": {"North", "South"},
    }


def test_a_unit_is_meant_with_everything_below(town: Town, cases: dict[str, Record], sign_in: SignIn):
    client = sign_in(town.quality)
    assert set(titles(client, f"unit={town.care.pk}")) == {"North", "South", "Zweihander"}
    assert titles(client, f"unit={town.school.pk}") == ["School"]
