"""The scheduled jobs: code, not rows. An app adds its own in `contributions.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise

from qms.jobs.timing import Timing
from qms.registry import Registry


@dataclass(frozen=True)
class ScheduledJob:
    """Something the system does by itself.

    `run` does all that is owed at the moment it is called, whatever was missed before, and returns one
    line that says what it did; run twice, it does nothing the second time. `lease` is longer than a run
    can last: when it has passed, the worker that ran it is taken for dead and another takes over.
    """

    key: str
    label: str | Promise
    run: Callable[[], str]
    timing: Timing
    lease: timedelta = timedelta(minutes=16)  # Celery ends a task after 15 (CELERY_TASK_TIME_LIMIT)
    order: int = 100


scheduled_jobs: Registry[ScheduledJob] = Registry(ScheduledJob)
