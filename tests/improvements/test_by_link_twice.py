"""What is done by the private link and pressed twice, where no script holds the second press back, is done
once, and the page after it says so as if it had been pressed once."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from improvements.models import Improvement, Verdict
from qms.records.models import Attachment, Comment, Notification
from tests.conftest import Town, build_town
from tests.improvements.steps import carried_out
from tests.improvements.test_nameless import link
from tests.records.files import picture, upload


def key_on(page: str) -> str:
    """The key of the form that the page shows."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found.group(1)


def written(address: str, key: str, text: str = "Every Tuesday", photo: bytes = b""):
    files = {"attachments": upload("lamp.jpg", photo)} if photo else {}
    return Client().post(f"{address}write/", {"text": text, "key": key, **files})


def test_a_message_with_its_photo_is_sent_once_and_those_who_handle_it_are_told_once(town: Town):
    address = link(town)
    key = key_on(Client().get(address).content.decode())
    Notification.objects.all().delete()
    first = written(address, key, photo=picture())
    told = Notification.objects.count()
    second = written(address, key, photo=picture())
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert (Comment.objects.count(), Attachment.objects.count()) == (1, 1)
    assert told == Notification.objects.count() > 0


def test_what_is_written_otherwise_in_a_form_that_was_gone_back_to_is_another_message(town: Town):
    address = link(town)
    key = key_on(Client().get(address).content.decode())
    for text, photo in (("Tuesday", b""), ("Wednesday", b""), ("Wednesday", picture())):
        assert written(address, key, text, photo).status_code == 302
    assert (Comment.objects.count(), Attachment.objects.count()) == (3, 1)
    again = key_on(Client().get(address).content.decode())
    assert again != key
    written(address, again, "Wednesday")
    assert Comment.objects.count() == 4, "said anew it is said again"


def test_a_key_that_is_none_holds_nothing_back(town: Town):
    address = link(town)
    for _press in range(2):
        assert written(address, "x" * 40).status_code == 302
    assert Comment.objects.count() == 2


def test_a_refused_message_keeps_its_key(town: Town):
    address = link(town)
    key = key_on(Client().get(address).content.decode())
    assert key_on(written(address, key, " ").content.decode()) == key


def test_one_case_is_not_told_apart_by_the_key_of_another(town: Town):
    one, other = link(town), link(town, "Another thing")
    key = key_on(Client().get(one).content.decode())
    for address in (one, other):
        written(address, key)
    assert Comment.objects.count() == 2


def test_taking_it_back_and_opening_it_again_lead_to_what_was_done(town: Town):
    address = link(town)
    for name in ("withdraw", "reopen"):
        first, second = (Client().post(f"{address}{name}/", {"comment": "So"}) for _press in range(2))
        assert first.status_code == 302 and first.url == second.url
        assert Improvement.objects.get().decisions.filter(name=name).count() == 1


def test_that_it_got_better_is_said_once_and_thanked_for(town: Town):
    address = link(town)
    carried_out(town, Improvement.objects.get())
    first, second = (Client().post(f"{address}better/", {"better": "yes"}) for _press in range(2))
    assert first.status_code == 302 and first.url == second.url
    assert (Verdict.objects.count(), Comment.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_both_presses_at_the_same_moment_are_one():
    town = build_town()
    address = link(town)
    carried_out(town, Improvement.objects.get())
    key = key_on(Client().get(address).content.decode())
    together = Barrier(2)

    def press(_number: int) -> list[str]:
        try:
            together.wait()
            said = Client().post(f"{address}better/", {"better": "yes"})
            return [written(address, key, photo=picture()).url, said.url]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(press, range(2))
    assert first == second
    assert (Verdict.objects.count(), Attachment.objects.count()) == (1, 1)
    assert Comment.objects.filter(text="Every Tuesday").count() == 1
