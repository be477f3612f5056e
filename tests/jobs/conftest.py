"""A job of the tests' own, registered for one test."""

from collections.abc import Callable, Iterator
from datetime import time

import pytest

from qms.jobs.schedule import ScheduledJob, scheduled_jobs
from qms.jobs.timing import Daily, Timing
from tests.broker import broker_at

__all__ = ["broker_at"]

AT_SIX = Daily(time(6))


@pytest.fixture
def make_job() -> Iterator[Callable[..., ScheduledJob]]:
    """Register a job called test.job that does what it is given; gone after the test."""
    added: list[str] = []

    def _make(run: Callable[[], str] = lambda: "did it", timing: Timing = AT_SIX) -> ScheduledJob:
        added.append("test.job")
        return scheduled_jobs.add(ScheduledJob("test.job", "A test", run, timing))

    yield _make
    for key in added:
        scheduled_jobs._offers.pop(key)
