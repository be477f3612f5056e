"""What is sent after the session has ended, and addresses that only take what is sent."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from qms.records.models import Comment
from tests.conftest import Town
from tests.factories import improvement

FOUND = "Nobody had locked the shed"


@pytest.fixture
def page(town: Town) -> str:
    return improvement(town.north, town.employee).get_absolute_url()


def test_what_was_typed_is_shown_and_signing_in_leads_back_to_the_page_of_the_form(page: str):
    referer = {"Referer": f"http://testserver{page}?changes=1"}
    answer = Client().post(f"{page}comment/", {"text": FOUND}, headers=referer)
    told = answer.content.decode()
    assert answer.status_code == 403 and FOUND in told
    assert f"next=http%3A//testserver{page}%3Fchanges%3D1" in told
    assert not Comment.objects.exists()


def test_a_button_without_words_leads_to_sign_in_and_back_to_where_it_stood(page: str):
    answer = Client().post(f"{page}follow/", {"on": "1"}, headers={"Referer": f"http://testserver{page}"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{reverse('account_login')}?next=http%3A//testserver{page}"


def test_nobody_is_led_elsewhere_after_signing_in(page: str):
    answer = Client().post(f"{page}follow/", {}, headers={"Referer": "https://elsewhere.test/"})
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={page}follow/"


def test_after_signing_in_the_page_of_the_form_opens(page: str, town: Town):
    browser, back = Client(), f"http://testserver{page}"
    town.employee.set_password("words-that-nobody-guesses")
    town.employee.save()
    way = browser.post(f"{page}follow/", {}, headers={"Referer": back}).headers["Location"]
    given = {"login": town.employee.email, "password": "words-that-nobody-guesses", "next": back}
    answer = browser.post(way, given)
    assert (answer.status_code, answer.headers["Location"]) == (302, back)
    assert browser.get(back).status_code == 200


def test_an_address_that_only_takes_what_is_sent_says_so_and_leads_to_its_page(
    page: str, town: Town, sign_in
):
    answer = sign_in(town.employee).get(f"{page}comment/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert f'href="{page}"' in answer.content.decode()


def test_a_comment_that_is_refused_takes_the_focus(page: str, town: Town, sign_in):
    browser = sign_in(town.manager)
    for act, other in (("comment", "note-text"), ("note", "text")):
        answer = browser.post(f"{page}{act}/", {"text": "", "note-text": ""})
        boxes = [
            box for box in answer.content.decode().split("<textarea")[1:] if "autofocus" in box.split(">")[0]
        ]
        assert answer.status_code == 422 and len(boxes) == 1
        assert f'name="{other}"' not in boxes[0]


def test_pages_for_everyone_open_in_the_language_of_the_sign_in_page(town: Town, client: Client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nb"
    page = client.get(reverse("account_login")).content.decode()
    assert f'href="{reverse("voices:say")}?lang=nb"' in page
