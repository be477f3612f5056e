"""How the jobs are doing, said truthfully: what nobody has heard of is unknown, not well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import redis
from celery import current_app
from django.conf import settings
from django.utils import timezone

from qms.jobs.models import JobRun, Pulse
from qms.jobs.schedule import ScheduledJob, scheduled_jobs

SILENCE = timedelta(minutes=3)  # after three missed heartbeats nothing is known
BROKER_TIMEOUT = 0.5  # seconds


class Health(StrEnum):
    """How a job is doing."""

    OK = "ok"
    LATE = "late"
    FAILED = "failed"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class JobHealth:
    """One job: how it is doing, its last run (None when never) and when it is next due."""

    job: ScheduledJob
    health: Health
    last: JobRun | None
    next_at: datetime


@dataclass(frozen=True)
class Operations:
    """Scheduler and worker, and all jobs. A pulse of None has never been felt."""

    scheduler: datetime | None
    worker: datetime | None
    jobs: Sequence[JobHealth]
    now: datetime

    @property
    def scheduler_silent(self) -> bool:
        """Whether the scheduler has missed its heartbeats."""
        return _silent(self.scheduler, self.now)

    @property
    def worker_silent(self) -> bool:
        """Whether no worker has answered the heartbeats."""
        return _silent(self.worker, self.now)

    @property
    def known(self) -> bool:
        """Whether the state of the jobs can be told."""
        return not (self.scheduler_silent or self.worker_silent)

    @property
    def well(self) -> int:
        """How many jobs are as they should be."""
        return sum(job.health == Health.OK for job in self.jobs)


def operations() -> Operations:
    """How everything that runs in the background is doing. Two queries."""
    now = timezone.now()
    pulses = dict(Pulse.objects.values_list("key", "at"))
    scheduler, worker = pulses.get(Pulse.SCHEDULER), pulses.get(Pulse.WORKER)
    runs = {run.job: run for run in JobRun.objects.order_by("job", "-slot").distinct("job")}
    known = not (_silent(scheduler, now) or _silent(worker, now))
    jobs = [_job(job, runs.get(job.key), known, now) for job in scheduled_jobs]
    return Operations(scheduler, worker, jobs, now)


def _silent(at: datetime | None, now: datetime) -> bool:
    return at is None or now - at > SILENCE


def _job(job: ScheduledJob, last: JobRun | None, known: bool, now: datetime) -> JobHealth:
    next_at = job.timing.following(now)
    if last and last.state == JobRun.State.FAILED and last.claimable_at:
        next_at = min(next_at, last.claimable_at)
    return JobHealth(job, _health(job, last, now) if known else Health.UNKNOWN, last, next_at)


def _health(job: ScheduledJob, last: JobRun | None, now: datetime) -> Health:
    if last is None:
        return Health.NEVER
    if last.state == JobRun.State.FAILED:
        return Health.FAILED
    if last.state == JobRun.State.RUNNING and last.claimable_at and last.claimable_at > now:
        return Health.OK
    missed = job.timing.following(last.slot) + SILENCE < now
    return Health.LATE if missed or last.state == JobRun.State.RUNNING else Health.OK


def queue_length() -> int | None:
    """How many tasks wait at the broker; None when it does not answer."""
    timeouts = {"socket_connect_timeout": BROKER_TIMEOUT, "socket_timeout": BROKER_TIMEOUT}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **timeouts) as broker:
            length = broker.llen(current_app.conf.task_default_queue)
    except redis.RedisError:
        return None
    return int(length)
