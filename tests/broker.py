"""Another broker for this process, for as long as a test lasts: one that is down, or mute."""

from collections.abc import Callable, Iterator

import pytest
import redis
from celery import current_app
from django.conf import settings

from qms.jobs import enqueue as handing_over

NOWHERE = "redis://127.0.0.1:1/0"


def empty_queue() -> None:
    """Forget what waits for a worker of these tests."""
    redis.Redis.from_url(settings.REDIS_URL).delete(settings.CELERY_TASK_DEFAULT_QUEUE)


def queued() -> int:
    """How many messages wait for a worker of these tests."""
    return int(redis.Redis.from_url(settings.REDIS_URL).llen(settings.CELERY_TASK_DEFAULT_QUEUE))


@pytest.fixture
def broker_at() -> Iterator[Callable[[str], None]]:
    """Point this process at a broker, as if its settings said so; back again after the test."""

    def _point(url: str) -> None:
        current_app.conf.broker_url = url
        handing_over._publishers.cache_clear()
        handing_over._down_until = 0.0

    empty_queue()
    _point(settings.CELERY_BROKER_URL)
    yield _point
    _point(settings.CELERY_BROKER_URL)
    empty_queue()
