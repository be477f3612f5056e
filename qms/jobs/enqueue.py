"""Handing work to a worker without ever making a person wait for the broker."""

import logging
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from celery import current_app
from celery.app.task import Task
from django.conf import settings
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from kombu.pools import producers

log = logging.getLogger(__name__)

ANSWER_WITHIN = 0.4  # seconds a broker has to answer a person's request
LEAVE_ALONE = 5.0  # seconds a broker that did not answer is left alone by this process

_down_until = 0.0  # on the monotonic clock


def enqueue(task: Task, *args: Any) -> None:
    """Start `task` with `args` (ids) when the transaction has been committed; once, however often asked.

    When the broker does not answer this is logged and nothing is lost: the effect is pending in its row,
    and a sweeper finds it. Whoever enqueues has therefore written such a row. Faults of our own (an
    argument that cannot be sent, a task that cannot be imported) are raised.
    """
    call = _Call(task, args)
    if all(call != waiting[1] for waiting in connection.run_on_commit):
        transaction.on_commit(call)


@dataclass(frozen=True)
class _Call:
    """A task with its arguments, which two calls of `enqueue` in one transaction can have in common."""

    task: Task
    args: tuple[Any, ...]

    def __call__(self) -> None:
        """Hand it to the broker."""
        _send(self.task, self.args)


def _send(task: Task, args: tuple[Any, ...]) -> None:
    global _down_until
    if settings.CELERY_TASK_ALWAYS_EAGER:
        task.apply(args, throw=True)
        return
    if time.monotonic() < _down_until:
        log.warning("The broker did not answer lately; %s%r is left to the sweeper", task.name, args)
        return
    try:
        with _publishers().acquire(block=True) as producer:
            task.apply_async(args, producer=producer)
    except (OperationalError, OSError) as error:
        _down_until = time.monotonic() + LEAVE_ALONE
        log.warning("The broker does not answer (%s); %s%r is left to the sweeper", error, task.name, args)


@cache
def _publishers() -> Any:
    """Connections of their own: a worker waits for its broker, a person's request does not."""
    options = {
        **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        "socket_connect_timeout": ANSWER_WITHIN,
        "socket_timeout": ANSWER_WITHIN,
        "max_retries": 0,
        "interval_start": 0,
    }
    return producers[current_app.connection_for_write(transport_options=options)]
