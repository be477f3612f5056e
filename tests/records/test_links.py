"""Tying records together by reference."""

from collections.abc import Callable

import pytest
from django.test import Client

from qms.exceptions import NotYours
from qms.organisation.models import Person
from qms.records.models import Link, Record, Visibility
from qms.records.services import link_add, link_remove
from tests.conftest import Town
from tests.factories import improvement

SignIn = Callable[[Person], Client]


def tie(client: Client, record: Record, reference: str, type: str = "related"):
    return client.post(f"/r/{record.reference}/links/", {"reference": reference, "type": type})


def test_a_record_is_tied_by_its_reference_in_any_case(town: Town, sign_in: SignIn):
    here, there = improvement(town.north, town.employee), improvement(town.north, town.employee)
    response = tie(sign_in(town.handler), here, f" {there.reference.lower()} ", "same_as")
    assert response.status_code == 302
    link = Link.objects.get()
    assert (link.source_id, link.target_id, link.type) == (here.pk, there.pk, "same_as")


@pytest.mark.parametrize("reference", ["F-1999-0001", "nonsense", "👾"])
def test_an_unknown_reference_is_said_beside_the_field(town: Town, sign_in: SignIn, reference: str):
    here = improvement(town.north, town.employee)
    response = tie(sign_in(town.handler), here, reference)
    assert response.status_code == 422
    assert f"There is no {reference} among what you see." in response.content.decode()


def test_a_hidden_record_is_answered_like_an_unknown_one(town: Town, sign_in: SignIn):
    here, there = improvement(town.north, town.employee), improvement(town.school, town.outsider)
    Record.objects.filter(pk=there.pk).update(visibility=Visibility.RESTRICTED)
    html = tie(sign_in(town.handler), here, there.reference).content.decode()
    assert f"There is no {there.reference} among what you see." in html
    assert there.title not in html


def test_a_record_cannot_be_tied_to_itself(town: Town, sign_in: SignIn):
    here = improvement(town.north, town.employee)
    response = tie(sign_in(town.handler), here, here.reference)
    assert response.status_code == 422
    assert "cannot be tied to itself" in response.content.decode()


def test_tying_twice_changes_nothing(town: Town, sign_in: SignIn):
    here, there = improvement(town.north, town.employee), improvement(town.north, town.employee)
    client = sign_in(town.handler)
    tie(client, here, there.reference)
    tie(client, here, there.reference)
    assert Link.objects.count() == 1


def test_only_those_who_may_change_one_of_them_tie_and_untie(town: Town, sign_in: SignIn):
    here, there = improvement(town.north, town.employee), improvement(town.north, town.employee)
    assert tie(sign_in(town.reader), here, there.reference).status_code == 403
    with pytest.raises(NotYours):
        link_add(source_id=here.pk, target_id=there.pk, type="related", access=town.access("reader"))
    link = link_add(source_id=here.pk, target_id=there.pk, type="related", access=town.access("handler"))
    with pytest.raises(NotYours):
        link_remove(link_id=link.pk, access=town.access("reader"))


def test_untying_is_one_button(town: Town, sign_in: SignIn):
    here, there = improvement(town.north, town.employee), improvement(town.north, town.employee)
    link = link_add(source_id=here.pk, target_id=there.pk, type="related", access=town.access("handler"))
    response = sign_in(town.handler).post(f"/r/{there.reference}/links/{link.pk}/remove/")
    assert response.status_code == 302
    assert not Link.objects.exists()


def test_a_link_of_other_records_cannot_be_untied_from_here(town: Town, sign_in: SignIn):
    here, there, third = (improvement(town.north, town.employee) for _ in range(3))
    link = link_add(source_id=here.pk, target_id=there.pk, type="related", access=town.access("handler"))
    response = sign_in(town.handler).post(f"/r/{third.reference}/links/{link.pk}/remove/")
    assert response.status_code == 302
    assert Link.objects.exists()
