"""When something is done, the page leads on: to the next task, else to the start page."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from improvements.models import Improvement
from qms.organisation.models import Person
from qms.records.models import Record
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide

SignIn = Callable[[Person], Client]
NEXT, START = "Next task:", "To the start page"


def answered(client: Client, record: Record, **also: str) -> str:
    """The page one stands on after answering "not now"."""
    form = {"comment": "No money", **also}
    return client.post(f"{record.get_absolute_url()}move/not_now/", form, follow=True).content.decode()


def test_whoever_has_answered_is_led_to_the_next_task_the_soonest(town: Town, sign_in: SignIn):
    first, other, last = (improvement(town.north, town.employee, f"The {n} lamp") for n in ("A", "B", "C"))
    other.tasks.update(due=timezone.localdate() + timedelta(days=1))
    last.tasks.update(due=timezone.localdate() + timedelta(days=9))
    html = answered(sign_in(town.manager), first)
    assert NEXT in html and START not in html
    way = html.split(NEXT)[1].split("</p>")[0]
    assert f'href="{other.get_absolute_url()}"' in way and "Answer: The B lamp" in way


def test_where_nothing_more_waits_it_is_the_start_page(town: Town, sign_in: SignIn):
    client, record = sign_in(town.manager), improvement(town.north, town.employee)
    html = answered(client, record)
    assert NEXT not in html
    assert f'href="{reverse("home:start")}">{START}' in html


def test_while_more_waits_here_and_for_those_who_did_nothing_there_is_no_such_line(
    town: Town, sign_in: SignIn
):
    record = improvement(town.north, town.employee)
    decide(town, record, "handle", due=timezone.localdate() + timedelta(days=9))
    for who in ("manager", "quality", "employee"):  # it is the manager's to see through now
        html = sign_in(getattr(town, who)).get(record.get_absolute_url()).content.decode()
        assert NEXT not in html and START not in html


def test_it_is_said_while_one_has_just_done_it(town: Town, sign_in: SignIn):
    client, record = sign_in(town.manager), improvement(town.north, town.employee)
    answered(client, record)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert START not in client.get(record.get_absolute_url()).content.decode()


def test_a_receipt_leads_on(town: Town, sign_in: SignIn):
    mine = improvement(town.north, town.manager, "The manager's own proposal")
    waiting = improvement(town.north, town.employee, "The gate is open")
    Improvement.objects.get(pk=mine.pk).tasks.open().delete()
    address = reverse("improvements:receipt", args=[mine.reference])
    way = sign_in(town.manager).get(address).content.decode().split(NEXT)[1]
    assert f'href="{waiting.get_absolute_url()}"' in way
    own = reverse("improvements:receipt", args=[waiting.reference])
    html = sign_in(town.employee).get(own).content.decode()
    assert START in html and NEXT not in html
