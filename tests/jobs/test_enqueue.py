"""Handing work to a worker: after commit, and never at the cost of the person who waits."""

import socket
import time
from collections.abc import Iterator

import pytest
from celery import shared_task
from django.db import transaction
from kombu.exceptions import EncodeError

from qms.jobs import enqueue as handing_over
from qms.jobs.enqueue import ANSWER_WITHIN, enqueue
from tests.broker import NOWHERE, queued


@shared_task
def nothing_task(number: object) -> None:
    """Never run: only its message matters."""


@pytest.fixture
def mute_broker() -> Iterator[str]:
    """Something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_before_the_transaction_is_committed(broker_at):
    with transaction.atomic():
        enqueue(nothing_task, 1)
        assert queued() == 0
    assert queued() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_sent(broker_at):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(nothing_task, 1)
        raise ZeroDivisionError
    assert queued() == 0


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_costs_a_person_no_time_and_no_error(broker_at, caplog):
    broker_at(NOWHERE)
    start = time.monotonic()
    enqueue(nothing_task, 1)
    assert time.monotonic() - start < 0.5
    assert "left to the sweeper" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_never_answers_costs_the_first_of_many_half_a_second(broker_at, mute_broker):
    broker_at(mute_broker)
    start = time.monotonic()
    for number in range(20):
        enqueue(nothing_task, number)
    assert time.monotonic() - start < ANSWER_WITHIN + 0.4


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_comes_back_is_used_again(broker_at, settings):
    broker_at(NOWHERE)
    enqueue(nothing_task, 1)
    broker_at(settings.CELERY_BROKER_URL)
    enqueue(nothing_task, 2)
    assert queued() == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_broker_dropped_is_made_anew(broker_at, settings):
    enqueue(nothing_task, 1)
    channel = handing_over._publishers().acquire(block=True)
    channel.connection.default_channel.client.connection_pool.disconnect()
    channel.release()
    enqueue(nothing_task, 2)
    assert queued() == 2


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_our_own_is_not_taken_for_a_broker_that_is_down(broker_at):
    with pytest.raises((EncodeError, TypeError)):
        enqueue(nothing_task, object())


@pytest.mark.django_db(transaction=True)
def test_what_is_asked_for_twice_in_one_transaction_is_sent_once(broker_at):
    with transaction.atomic():
        with transaction.atomic():
            enqueue(nothing_task, 1)
        enqueue(nothing_task, 1)
        enqueue(nothing_task, 2)
    assert queued() == 2
    enqueue(nothing_task, 1)
    assert queued() == 3


@pytest.mark.django_db(transaction=True)
def test_what_is_asked_for_again_after_a_rolled_back_part_is_sent(broker_at):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            enqueue(nothing_task, 1)
            raise ZeroDivisionError
        enqueue(nothing_task, 1)
    assert queued() == 1
