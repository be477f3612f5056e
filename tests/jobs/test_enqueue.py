"""Handing work to a worker: after commit, and never at the cost of the person who waits."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest
import redis
from celery import current_app, shared_task
from django.db import transaction
from kombu.exceptions import EncodeError

from qms.jobs import enqueue as handing_over
from qms.jobs.enqueue import ANSWER_WITHIN, enqueue

QUEUE = "tests.enqueue"


@shared_task
def nothing_task(number: object) -> None:
    """Never run: only its message matters."""


@pytest.fixture
def broker_at(settings) -> Iterator[Callable[[str], None]]:
    """Point this process at another broker for one test."""
    before = current_app.conf.broker_url, current_app.conf.task_default_queue

    def _point(url: str) -> None:
        current_app.conf.broker_url = url
        handing_over._publishers.cache_clear()
        handing_over._down_until = 0.0

    current_app.conf.task_default_queue = QUEUE
    current_app.amqp.__dict__.pop("queues", None)
    _point(before[0])
    yield _point
    redis.Redis.from_url(settings.REDIS_URL).delete(QUEUE)
    _point(before[0])
    current_app.conf.task_default_queue = before[1]
    current_app.amqp.__dict__.pop("queues", None)


@pytest.fixture
def mute_broker() -> Iterator[str]:
    """Something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def waiting(settings) -> Callable[[], int]:
    """How many messages wait in the test's queue."""
    return lambda: redis.Redis.from_url(settings.REDIS_URL).llen(QUEUE)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_before_the_transaction_is_committed(broker_at, waiting):
    with transaction.atomic():
        enqueue(nothing_task, 1)
        assert waiting() == 0
    assert waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_sent(broker_at, waiting):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(nothing_task, 1)
        raise ZeroDivisionError
    assert waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_costs_a_person_no_time_and_no_error(broker_at, caplog):
    broker_at("redis://127.0.0.1:1/0")
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
def test_a_broker_that_comes_back_is_used_again(broker_at, waiting, settings):
    broker_at("redis://127.0.0.1:1/0")
    enqueue(nothing_task, 1)
    broker_at(settings.CELERY_BROKER_URL)
    enqueue(nothing_task, 2)
    assert waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_broker_dropped_is_made_anew(broker_at, waiting, settings):
    enqueue(nothing_task, 1)
    channel = handing_over._publishers().acquire(block=True)
    channel.connection.default_channel.client.connection_pool.disconnect()
    channel.release()
    enqueue(nothing_task, 2)
    assert waiting() == 2


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_our_own_is_not_taken_for_a_broker_that_is_down(broker_at):
    with pytest.raises((EncodeError, TypeError)):
        enqueue(nothing_task, object())
