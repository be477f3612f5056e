"""A type that stops being public: its documents stay in the register until one act takes them all out."""

from django.urls import reverse

from documents.bulk import SHOWN
from documents.models import Document
from documents.selectors.register import registered
from qms.records.models import Visibility
from tests.conftest import Town
from tests.documents.steps import begun, in_force, routine


def no_longer_public(sign_in, town: Town):
    page = sign_in(town.quality).get(reverse("documents:type", args=["rutin"]))
    sent = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    return sign_in(town.quality).post(
        reverse("documents:type", args=["rutin"]), {**sent, "is_public": ""}, follow=True
    )


def test_whoever_makes_a_type_no_longer_public_is_led_to_what_still_is(town: Town, sign_in):
    document = in_force(town)
    page = no_longer_public(sign_in, town)
    assert not routine().is_public
    said = page.content.decode()
    assert "1 document of this type is still in the public register." in said
    assert document.reference in said and page.context["list"].filter.only == "still_public"


def test_the_page_of_types_says_what_is_public_though_its_type_is_not(town: Town, sign_in):
    in_force(town)
    no_longer_public(sign_in, town)
    page = sign_in(town.quality).get(reverse("documents:types")).content.decode()
    assert "1 document still is" in page and "category=rutin&amp;only=still_public" in page


def test_all_of_them_are_taken_out_at_once(town: Town, sign_in):
    first, second = in_force(town), in_force(town, "Keys")
    begun(town, "In the making")
    no_longer_public(sign_in, town)
    sent = {"act": SHOWN.key, "all": "1", "query": "only=still_public&category=rutin", "visibility": "staff"}
    address = reverse("records:bulk", args=["document"])
    browser = sign_in(town.quality)
    preview = browser.post(address, sent | {"step": "preview"})
    tokens = [row.token for row in preview.context["able"]]
    assert {row.record.pk for row in preview.context["able"]} == {first.pk, second.pk}
    browser.post(address, {**sent, "step": "do", "token": tokens})
    assert not registered().exists()
    assert {*Document.objects.filter(state="in_force").values_list("visibility", flat=True)} == {"staff"}


def test_what_is_restricted_is_not_opened_with_many_others(town: Town):
    document = begun(town, restricted_why="OSL 26:1").document
    document.state = "in_force"
    why = SHOWN.why_not(document, town.access("quality"), {"visibility": Visibility.STAFF})
    assert "on its own page" in str(why)


def test_a_type_without_public_documents_is_just_saved(town: Town, sign_in):
    begun(town)
    page = no_longer_public(sign_in, town)
    assert page.request["PATH_INFO"] == reverse("documents:types")
    assert "still in the public register" not in page.content.decode()
