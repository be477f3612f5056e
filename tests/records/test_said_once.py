"""A comment or a note that is sent twice, where no script holds the second press back, is said once."""

import pytest
from django.urls import reverse

from qms.records.models import Comment, Notification, Record
from tests.conftest import Town
from tests.factories import improvement


@pytest.fixture
def record(town: Town) -> Record:
    return improvement(town.north, town.employee)


@pytest.mark.parametrize(("name", "prefix"), [("comment", ""), ("note", "note-")])
def test_pressed_twice_it_is_said_once_and_told_once(
    town: Town, record: Record, sign_in, name: str, prefix: str
):
    browser = sign_in(town.manager)
    page = browser.get(record.get_absolute_url())
    key = str(page.context[f"{name}_form"]["key"].value())
    assert f'name="{prefix}key" value="{key}"' in page.content.decode()
    sent = {f"{prefix}text": "@Handler, ask the lawyer", f"{prefix}key": key}
    address = reverse(f"records:{name}", args=[record.reference])
    first, second = (browser.post(address, sent) for _press in range(2))
    assert first.status_code == 302 and first.url == second.url
    assert Comment.objects.count() == 1
    assert Notification.objects.filter(event="called", person=town.handler).count() == 1
    browser.post(address, sent | {f"{prefix}text": "Ask her twice"})
    assert Comment.objects.count() == 2, "other words are something else"


def test_a_note_and_a_comment_with_the_same_key_are_two(town: Town, record: Record, sign_in):
    browser, key = sign_in(town.manager), "0ab5a0f6-9d26-4c36-8a0c-6f3a2f6dd6aa"
    browser.post(reverse("records:comment", args=[record.reference]), {"text": "Ask", "key": key})
    browser.post(reverse("records:note", args=[record.reference]), {"note-text": "Ask", "note-key": key})
    assert sorted(Comment.objects.values_list("internal", flat=True)) == [False, True]


def test_what_another_person_says_with_the_same_key_is_theirs(town: Town, record: Record, sign_in):
    address, key = reverse("records:comment", args=[record.reference]), "0ab5a0f6-9d26-4c36-8a0c-6f3a2f6dd6aa"
    for who in (town.manager, town.handler):
        sign_in(who).post(address, {"text": "Ask", "key": key})
    assert Comment.objects.count() == 2
