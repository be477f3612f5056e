"""Each slot is run once, whoever dies in between."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from qms.jobs.models import JobRun
from qms.jobs.services import job_run, jobs_due, runs_purge
from qms.jobs.timing import Every

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)


def due() -> bool:
    return "test.job" in {job.key for job in jobs_due()}


@pytest.mark.django_db
def test_a_job_runs_once_in_its_slot(make_job):
    calls = []
    make_job(lambda: f"call {calls.append(1) or len(calls)}")
    with time_machine.travel(NOON, tick=False):
        assert due()
        run = job_run(key="test.job")
        assert (run.state, run.summary, run.slot.hour) == ("done", "call 1", 5)
        assert not due()
        assert job_run(key="test.job") is None
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert due()
        assert job_run(key="test.job").summary == "call 2"


@pytest.mark.django_db
def test_a_scheduler_stopped_for_three_days_is_caught_up_with_one_run(make_job):
    make_job()
    with time_machine.travel(NOON, tick=False):
        job_run(key="test.job")
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        assert job_run(key="test.job") is not None
        assert job_run(key="test.job") is None
    assert JobRun.objects.filter(job="test.job").count() == 2


@pytest.mark.django_db
def test_a_failed_run_is_tried_again_later_and_says_why(make_job):
    outcomes = [ValueError("no luck"), None]

    def run() -> str:
        if outcome := outcomes.pop(0):
            raise outcome
        return "did it"

    make_job(run)
    with time_machine.travel(NOON, tick=False) as clock:
        failed = job_run(key="test.job")
        assert (failed.state, failed.summary) == ("failed", "ValueError: no luck")
        assert not due()
        assert job_run(key="test.job") is None
        clock.shift(timedelta(seconds=61))
        assert due()
        again = job_run(key="test.job")
        assert (again.pk, again.state, again.attempts) == (failed.pk, "done", 2)


@pytest.mark.django_db
def test_a_job_that_keeps_failing_waits_longer_each_time(make_job):
    make_job(lambda: 1 / 0)
    waits = []
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(6):
            run = job_run(key="test.job")
            waits.append((run.claimable_at - run.finished_at) // timedelta(minutes=1))
            clock.move_to(run.claimable_at)
    assert waits == [1, 5, 15, 60, 60, 60]


@pytest.mark.django_db
def test_a_killed_workers_run_is_taken_over_when_its_lease_has_passed(make_job):
    job = make_job()
    with time_machine.travel(NOON, tick=False) as clock:
        slot = job.timing.latest(NOON)
        JobRun.objects.create(job=job.key, slot=slot, state="running", attempts=1, started_at=NOON,
                              claimable_at=NOON + job.lease)  # fmt: skip
        assert not due()
        assert job_run(key=job.key) is None
        clock.shift(job.lease)
        assert due()
        assert (job_run(key=job.key).attempts, JobRun.objects.get(job=job.key).state) == (2, "done")


@pytest.mark.django_db
def test_a_lost_run_does_not_hold_up_the_next_slot_and_is_noted(make_job):
    job = make_job(timing=Every(1))
    with time_machine.travel(NOON, tick=False) as clock:
        lost = JobRun.objects.create(job=job.key, slot=NOON - timedelta(minutes=1), state="running",
                                     started_at=NOON, claimable_at=NOON + timedelta(minutes=2))  # fmt: skip
        assert job_run(key=job.key) is None
        clock.shift(timedelta(minutes=2))
        assert job_run(key=job.key).state == "done"
    lost.refresh_from_db()
    assert lost.state == "failed"


@pytest.mark.django_db
def test_a_run_that_outlasted_its_lease_does_not_overwrite_its_successor(make_job):
    def overtaken() -> str:
        JobRun.objects.filter(job="test.job").update(attempts=2)
        return "too late"

    make_job(overtaken)
    job_run(key="test.job")
    assert JobRun.objects.get(job="test.job").state == "running"


@pytest.mark.django_db
def test_an_unknown_job_is_an_error():
    with pytest.raises(KeyError):
        job_run(key="no.such")


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_start_a_job_at_once_one_runs_it(make_job):
    calls, outcomes, barrier = [], [], threading.Barrier(4)
    make_job(lambda: f"{calls.append(1)}")

    def start() -> None:
        try:
            barrier.wait()
            outcomes.append(job_run(key="test.job"))
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(calls), len(outcomes), outcomes.count(None)) == (1, 4, 3)


@pytest.mark.django_db
def test_old_runs_are_deleted_but_never_the_latest_of_a_job(make_job):
    make_job(timing=Every(1))
    for days in (1, 3, 9):
        with time_machine.travel(NOON - timedelta(days=days), tick=False):
            job_run(key="test.job")
    with time_machine.travel(NOON, tick=False):
        runs_purge()
        assert JobRun.objects.filter(job="test.job").count() == 1
    with time_machine.travel(NOON + timedelta(days=400), tick=False):
        runs_purge()
    assert JobRun.objects.filter(job="test.job").count() == 1
