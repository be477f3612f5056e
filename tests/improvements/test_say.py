"""The form for everyone: no cookie, no login, and proofs against robots that ask nothing of people."""

import hashlib
import itertools
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from improvements.models import FollowLink, Improvement
from improvements.selectors import similar
from improvements.services.sender_mail import addresses_forget
from qms.mail.models import Mail
from qms.organisation.services import unit_close, unit_merge
from qms.proof import new_ticket, read_ticket, ticket_bits
from qms.records.models import Record, Visibility
from qms.records.services import comment_add, note_add
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import carried_out, decide
from tests.improvements.test_merge import join

SAY = reverse("voices:say_unit", args=["NORTH"])


@pytest.fixture(autouse=True)
def _counted_anew(settings) -> None:
    """A test's own counts: the server behind the cache is shared with others."""
    own = {**settings.CACHES["shared"], "KEY_PREFIX": f"say-{uuid4()}"}
    settings.CACHES = {**settings.CACHES, "shared": own}


def proof(ticket: str) -> str:
    """The work that a browser does."""
    bits = ticket_bits(ticket)
    for number in itertools.count():
        digest = hashlib.sha256(f"{ticket}:{number}".encode()).digest()
        if int.from_bytes(digest, "big") >> (256 - bits) == 0:
            return str(number)
    raise AssertionError


def form(*, seconds: float = 30, **fields: str) -> dict[str, str]:
    """A form that was opened so many seconds ago."""
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds), tick=False):
        ticket = new_ticket()
    return {"text": "The swing in the park is broken", "ticket": ticket, **fields}


def test_a_resident_says_something_and_gets_a_link_without_any_cookie(town: Town):
    browser = Client()
    page = browser.get(SAY)
    assert "What do you want to say?" in page.content.decode()
    answer = browser.post(SAY, form())
    assert answer.status_code == 302
    record = Improvement.objects.get()
    assert (record.channel, record.unit, record.created_by) == ("residents", town.north, None)
    assert record.reference in browser.get(answer.url).content.decode()
    assert not browser.cookies


def test_somebody_signed_in_is_nobody_here(town: Town, sign_in):
    browser = sign_in(town.employee)
    assert "Employee" not in browser.get(SAY).content.decode()
    browser.post(SAY, form(employee="on"))
    record = Improvement.objects.get()
    assert (record.channel, record.created_by) == ("anonymous", None)


def test_a_unit_is_found_by_search_and_a_closed_one_is_not_there(town: Town):
    found = Client().get(reverse("voices:say"), {"q": "nor"}).content.decode()
    assert SAY in found and "South" not in found
    assert "Nothing fits" in Client().get(reverse("voices:say"), {"q": "xyzzy"}).content.decode()
    assert Client().get(reverse("voices:say_unit", args=["NOWHERE"])).status_code == 404


def test_whoever_chose_from_the_top_comes_nearer_to_the_place_it_is_about(town: Town):
    browser = Client()
    care = browser.get(reverse("voices:say_unit", args=[town.care.code])).content.decode()
    assert "Is it about a place that belongs there?" in care
    assert f'href="{SAY}"' in care and "School" not in care
    assert "Is it about a place that belongs there?" not in browser.get(SAY).content.decode()


def test_an_address_on_a_wall_leads_to_the_unit_that_took_over(town: Town):
    unit_merge(unit_id=town.north.pk, into_id=town.school.pk, access=town.access("admin"))
    page = Client().get(f"{SAY}?lang=en").content.decode()
    assert "North no longer exists. What you write goes to School." in page
    assert Client().post(SAY, form()).status_code == 302
    assert Improvement.objects.get().unit == town.school


def test_what_is_sent_to_a_unit_that_closed_meanwhile_goes_to_the_one_above(town: Town):
    filled = form()
    unit_close(unit_id=town.north.pk, access=town.access("admin"))
    assert Client().post(SAY, filled).status_code == 302
    assert Improvement.objects.get().unit == town.care


def test_a_form_sent_twice_is_one_case_with_one_link(town: Town):
    filled = form()
    first, second = Client().post(SAY, filled), Client().post(SAY, filled)
    assert first.url == second.url
    assert Improvement.objects.count() == 1


def test_with_the_work_done_three_seconds_are_enough_without_it_twenty(town: Town):
    quick = form(seconds=5)
    page = Client().post(SAY, quick)
    assert page.status_code == 422
    assert "press once more in " in page.content.decode()
    assert "The swing in the park" in page.content.decode()
    assert Client().post(SAY, {**quick, "proof": proof(quick["ticket"])}).status_code == 302
    hasty = form(seconds=1)
    assert Client().post(SAY, {**hasty, "proof": proof(hasty["ticket"])}).status_code == 422


@pytest.mark.parametrize("ticket", ["", "made-up", "eyJrZXkiOjF9:1abc:def"])
def test_a_ticket_that_is_not_ours_is_replaced_and_the_text_kept(town: Town, ticket: str):
    page = Client().post(SAY, {**form(), "ticket": ticket})
    assert page.status_code == 422
    assert "Everything is still here" in page.content.decode()
    again = page.context["form"]
    assert read_ticket(again["ticket"].value(), "").age < 5
    assert not Improvement.objects.exists()


def test_a_page_that_was_open_for_days_is_renewed(town: Town):
    page = Client().post(SAY, form(seconds=3 * 24 * 3600))
    assert page.status_code == 422
    assert "Everything is still here" in page.content.decode()


def test_what_fills_in_the_field_that_nobody_sees_is_asked_again(town: Town):
    page = Client().post(SAY, form(website="https://buy.example"))
    assert page.status_code == 422
    assert "buy.example" not in page.content.decode()
    assert not Improvement.objects.exists()


def test_work_for_another_ticket_counts_for_nothing(town: Town):
    other = proof(form()["ticket"])
    ticket = form(seconds=5)["ticket"]
    assert not read_ticket(ticket, other + "x").worked
    assert read_ticket(ticket, proof(ticket)).worked


def test_without_the_work_four_an_hour_are_let_through_and_the_fifth_reads_why_not(town: Town):
    for number in range(4):
        assert Client().post(SAY, form(text=f"Thing {number}")).status_code == 302
    page = Client().post(SAY, form(text="Thing 5"))
    assert page.status_code == 422
    assert "Much has been sent from your network" in page.content.decode()
    assert "Thing 5" in page.content.decode()
    worked = form(text="Thing 6")
    assert Client().post(SAY, {**worked, "proof": proof(worked["ticket"])}).status_code == 302


def test_no_address_stands_in_the_cache(town: Town):
    Client().post(SAY, form(), REMOTE_ADDR="203.0.113.77")
    cache = caches["shared"]
    store = cache._cache.get_client(write=True)
    keys = store.keys(f"{cache.key_prefix}*")
    kept = [bytes(part) for key in keys for part in (key, store.dump(key) or b"")]
    assert kept and not any(b"203.0.113.77" in part for part in kept)


def test_when_the_counts_cannot_be_read_nothing_is_received_and_it_is_said_kindly(town: Town, settings):
    settings.CACHES = {
        **settings.CACHES,
        "shared": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 1},
        },
    }
    assert Client().get(SAY).status_code == 200
    page = Client().post(SAY, form())
    assert page.status_code == 422
    assert "We cannot receive it right now" in page.content.decode()
    assert not Improvement.objects.exists()


def test_who_leaves_an_address_gets_the_answer_by_mail_and_no_notes(town: Town):
    Client().post(f"{SAY}?lang=en", form(email="resident@example.test"))
    record = Improvement.objects.get()
    decide(town, record, "not_now", comment="The park is rebuilt in May")
    comment_add(record_id=record.pk, text="Welcome to look at the plans", access=town.access("manager"))
    note_add(record_id=record.pk, text="He calls every week", access=town.access("manager"))
    answer, message = Mail.objects.filter(to="resident@example.test").order_by("pk")
    assert "Not now." in answer.text and "The park is rebuilt in May" in answer.text
    assert "Welcome to look at the plans" in message.text
    assert "every week" not in answer.text + message.text
    assert record.reference in answer.subject


def test_the_mail_that_it_is_done_asks_whether_it_got_better(town: Town):
    Client().post(f"{SAY}?lang=en", form(email="resident@example.test"))
    carried_out(town, Improvement.objects.get(), "The swing hangs again")
    last = Mail.objects.filter(to="resident@example.test").latest("pk")
    assert "Now it is done.\n\nThe swing hangs again\n\nDid it get better?" in last.text


def test_what_goes_on_in_another_case_is_answered_by_mail_when_that_one_is(town: Town):
    Client().post(f"{SAY}?lang=en", form(email="resident@example.test"))
    record, into = Improvement.objects.get(), improvement(town.north, town.employee)
    join(town, record, into)
    comment_add(record_id=into.pk, text="I am afraid there", access=town.access("employee"))
    decide(town, into, "not_now", comment="The park is rebuilt in May")
    joined, answer = Mail.objects.filter(to="resident@example.test").order_by("pk")
    assert "Somebody else has sent in the same" in joined.text
    assert "The park is rebuilt in May" in answer.text and record.reference in answer.subject
    assert into.reference not in answer.subject + answer.text


def test_the_address_is_kept_as_long_as_the_case_goes_on_in_another(town: Town):
    Client().post(SAY, form(email="resident@example.test"))
    into = improvement(town.north, town.employee)
    join(town, Improvement.objects.get(text__startswith=form()["text"]), into)
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        addresses_forget()
        assert FollowLink.objects.get().email
        decide(town, into, "not_now")
    with time_machine.travel(timezone.now() + timedelta(days=92)):
        addresses_forget()
    assert not FollowLink.objects.get().email


def test_what_a_resident_says_is_a_view_until_it_is_sorted_and_an_employees_a_proposal(town: Town):
    Client().post(SAY, form())
    Client().post(SAY, form(text="The night shift is short", employee="on"))
    sorts = dict(Improvement.objects.values_list("channel", "category"))
    assert sorts == {"residents": "complaint", "anonymous": "proposal"}


def test_of_a_case_kept_from_view_the_mail_says_only_that_there_is_news(town: Town):
    Client().post(f"{SAY}?lang=en", form(email="resident@example.test"))
    record = Improvement.objects.get()
    record.visibility = "restricted"
    record.save()
    decide(town, record, "not_now", comment="Her daughter said no")
    mail = Mail.objects.get(to="resident@example.test")
    assert "There is news" in mail.text and "daughter" not in mail.text


def test_the_address_is_forgotten_a_month_after_the_case_was_closed(town: Town):
    Client().post(SAY, form(email="resident@example.test"))
    record = Improvement.objects.get()
    decide(town, record, "not_now", comment="Later")
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        addresses_forget()
    assert FollowLink.objects.get().email
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        addresses_forget()
    assert not FollowLink.objects.get().email
    assert not Mail.objects.filter(to="resident@example.test").exists()


def test_what_is_no_address_is_said_beside_the_field(town: Town):
    page = Client().post(SAY, form(email="nobody"))
    assert "That is not an e-mail address" in page.content.decode()


def test_what_is_public_and_similar_stands_on_the_receipt_alone(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(similar, "PATIENCE", 60_000)
    public, internal = (
        improvement(town.north, town.employee, f"Swing {n} in the park is broken") for n in "AB"
    )
    Record.objects.filter(pk=public.pk).update(visibility=Visibility.PUBLIC)
    browser = Client()
    assert "similar" not in browser.get(SAY).content.decode()
    receipt = browser.post(SAY, form()).url
    page = browser.get(receipt).content.decode()
    assert "Others have said something similar" in page and public.title in page
    assert internal.title not in page
    assert public.title not in browser.get(receipt.replace("done=sent", "")).content.decode()
    assert not browser.cookies
    Record.objects.filter(pk=public.pk).update(visibility=Visibility.INTERNAL)
    assert "Others have said something similar" not in browser.get(receipt).content.decode()
