"""Tying records together by reference."""

from collections.abc import Callable

import pytest
from django.test import Client

from improvements.models import Improvement
from qms.exceptions import NotYours
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import Link, Record, Visibility
from qms.records.selectors.timeline import timeline
from qms.records.services import link_add, link_remove, record_change
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
    assert not Link.objects.present().exists()
    link.refresh_from_db()
    assert link.removed_by_name == "Handler"


def test_a_link_of_other_records_cannot_be_untied_from_here(town: Town, sign_in: SignIn):
    here, there, third = (improvement(town.north, town.employee) for _ in range(3))
    link = link_add(source_id=here.pk, target_id=there.pk, type="related", access=town.access("handler"))
    response = sign_in(town.handler).post(f"/r/{third.reference}/links/{link.pk}/remove/")
    assert response.status_code == 302
    assert Link.objects.present().exists()


def said(record: Record, access: Access) -> list[str]:
    record = Improvement.objects.select_related("unit").get(pk=record.pk)
    return [f"{entry.who} {entry.text}" for entry in timeline(record, access).entries]


def test_who_tied_and_untied_stands_in_both_timelines(town: Town, sign_in: SignIn):
    here, there = improvement(town.north, town.employee), improvement(town.north, town.employee)
    link = link_add(source_id=here.pk, target_id=there.pk, type="caused_by", access=town.access("handler"))
    sign_in(town.manager).post(f"/r/{here.reference}/links/{link.pk}/remove/")
    for one, other in ((here, there), (there, here)):
        assert said(one, town.access("reader"))[:2] == [
            f"Manager untied it from {other.reference}",
            f"Handler tied it together with {other.reference}",
        ]
    html = sign_in(town.manager).get(here.get_absolute_url()).content.decode()
    assert f'class="row-link" href="{there.get_absolute_url()}"' not in html


def test_what_is_untied_can_be_tied_again(town: Town):
    here, there = improvement(town.north, town.employee), improvement(town.north, town.employee)
    for _again in range(2):
        link = link_add(source_id=here.pk, target_id=there.pk, type="related", access=town.access("handler"))
        link_remove(link_id=link.pk, access=town.access("handler"))
    assert Link.objects.count() == 2
    with pytest.raises(Link.DoesNotExist):
        link_remove(link_id=link.pk, access=town.access("handler"))


def test_a_tie_to_what_one_does_not_see_is_not_told(town: Town):
    here, there = improvement(town.north, town.employee), improvement(town.north, town.employee)
    link = link_add(source_id=here.pk, target_id=there.pk, type="related", access=town.access("handler"))
    link_remove(link_id=link.pk, access=town.access("handler"))
    Record.objects.filter(pk=there.pk).update(visibility=Visibility.RESTRICTED)
    assert len(said(here, town.access("reader"))) == 1
    assert len(said(here, town.access("handler"))) == 3


def test_a_tie_cut_while_the_record_was_restricted_is_not_told_afterwards(town: Town):
    here, there = improvement(town.north, town.employee), improvement(town.north, town.employee)
    access = town.access("manager")
    secret = {"visibility": "restricted", "confidential_reason": "OSL 26"}
    link = link_add(source_id=here.pk, target_id=there.pk, type="related", access=access)
    record_change(record_id=here.pk, changes=secret, access=access)
    link_remove(link_id=link.pk, access=access)
    record_change(record_id=here.pk, changes={"visibility": "internal"}, access=access)
    assert len(said(here, town.access("reader"))) == 1
    assert len(said(here, access)) == 3
