"""How the jobs are doing: what nobody has heard of is unknown, never well."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from qms.jobs.models import JobRun, Pulse
from qms.jobs.selectors import Health, operations, queue_length
from qms.jobs.services import job_run, pulse
from qms.jobs.timing import Every

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(db):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def beat() -> None:
    pulse(key=Pulse.SCHEDULER)
    pulse(key=Pulse.WORKER)


def health() -> Health:
    return next(job.health for job in operations().jobs if job.job.key == "test.job")


def test_before_the_first_heartbeat_everything_is_unknown(make_job):
    make_job()
    state = operations()
    assert (state.known, state.scheduler, state.worker) == (False, None, None)
    assert {job.health for job in state.jobs} == {Health.UNKNOWN}


def test_a_job_that_has_never_run_says_so(make_job):
    make_job()
    beat()
    assert health() == Health.NEVER


def test_a_job_that_ran_is_well_and_says_when_it_is_next_due(make_job):
    make_job()
    beat()
    job_run(key="test.job")
    found = next(job for job in operations().jobs if job.job.key == "test.job")
    assert (found.health, found.next_at) == (Health.OK, datetime(2026, 11, 18, 5, tzinfo=UTC))


def test_a_job_that_missed_its_slot_is_late(make_job, at_noon):
    make_job(timing=Every(1))
    job_run(key="test.job")
    at_noon.shift(timedelta(minutes=5))
    beat()
    assert health() == Health.LATE


def test_a_failed_job_says_when_it_is_tried_again(make_job):
    make_job(lambda: 1 / 0)
    beat()
    job_run(key="test.job")
    found = next(job for job in operations().jobs if job.job.key == "test.job")
    assert (found.health, found.next_at) == (Health.FAILED, NOON + timedelta(minutes=1))


def test_a_run_whose_worker_was_lost_is_late(make_job, at_noon):
    job = make_job()
    JobRun.objects.create(job=job.key, slot=job.timing.latest(NOON), state="running", started_at=NOON,
                          claimable_at=NOON + job.lease)  # fmt: skip
    beat()
    assert health() == Health.OK
    at_noon.shift(job.lease)
    beat()
    assert health() == Health.LATE


@pytest.mark.parametrize("silent", [Pulse.SCHEDULER, Pulse.WORKER])
def test_when_scheduler_or_worker_is_silent_a_good_run_is_no_longer_called_well(make_job, at_noon, silent):
    make_job()
    beat()
    job_run(key="test.job")
    assert health() == Health.OK
    at_noon.shift(timedelta(minutes=4))
    pulse(key=Pulse.WORKER if silent == Pulse.SCHEDULER else Pulse.SCHEDULER)
    state = operations()
    assert health() == Health.UNKNOWN
    assert (state.scheduler_silent, state.worker_silent) == (
        silent == Pulse.SCHEDULER,
        silent == Pulse.WORKER,
    )


def test_a_broker_that_does_not_answer_makes_the_queue_unknown_not_empty(settings):
    assert queue_length() is not None
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert queue_length() is None
