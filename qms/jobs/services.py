"""Running scheduled jobs: each slot once, whoever is killed in between."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from qms.jobs.models import JobRun, Pulse
from qms.jobs.schedule import ScheduledJob, scheduled_jobs

log = logging.getLogger(__name__)

# A failed run is tried again after this; the last wait repeats until the next slot takes over.
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
SUMMARY_LENGTH = 300


def pulse(*, key: str) -> None:
    """Note that the scheduler or a worker is alive now."""
    Pulse.objects.update_or_create(key=key, defaults={"at": timezone.now()})


def jobs_due() -> Iterator[ScheduledJob]:
    """The jobs whose latest slot has not been done and which nobody runs. One query."""
    now = timezone.now()
    slots = {job.key: job.timing.latest(now) for job in scheduled_jobs}
    runs = {run.job: run for run in JobRun.objects.filter(job__in=slots, slot__in=set(slots.values()))
            if run.slot == slots[run.job]}  # fmt: skip
    for job in scheduled_jobs:
        run = runs.get(job.key)
        if run is None or _claimable(run, now):
            yield job


def _claimable(run: JobRun, now: datetime) -> bool:
    return run.state != JobRun.State.DONE and (run.claimable_at is None or run.claimable_at <= now)


def job_run(*, key: str) -> JobRun | None:
    """Run the job called `key` if its latest slot is still to be done, and return the finished run.

    None when it has been done, or somebody else is at it. A run that fails is noted with its reason,
    logged, and tried again later. Raises KeyError for an unknown job.
    """
    job = scheduled_jobs[key]
    run = _claim(job)
    if run is None:
        return None
    log.info("Job %s starts, slot %s, attempt %s", key, run.slot, run.attempts)
    state, summary = JobRun.State.DONE, ""
    try:
        with translation.override(settings.LANGUAGE_CODE):
            summary = job.run()
    except Exception as error:
        log.exception("Job %s failed", key)
        state, summary = JobRun.State.FAILED, f"{type(error).__name__}: {error}"
    return _finish(run, state, summary)


@transaction.atomic
def _claim(job: ScheduledJob) -> JobRun | None:
    """Take the job's latest slot for this worker, or None."""
    now = timezone.now()
    slot = job.timing.latest(now)
    with connection.cursor() as cursor:
        # Claims of one job queue here: there may be no row yet that could be locked.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"qms.jobs {job.key}"])
    running = JobRun.objects.filter(job=job.key, state=JobRun.State.RUNNING).first()
    if running and not _claimable(running, now):
        return None
    if running:
        running.state, running.finished_at = JobRun.State.FAILED, now
        running.summary = _("The worker was lost in the middle of it.")
        running.save(update_fields=["state", "finished_at", "summary"])
    run = JobRun.objects.filter(job=job.key, slot=slot).first() or JobRun(job=job.key, slot=slot)
    if run.pk and not _claimable(run, now):
        return None
    run.state, run.attempts, run.summary = JobRun.State.RUNNING, run.attempts + 1, ""
    run.started_at, run.finished_at, run.claimable_at = now, None, now + job.lease
    run.save()
    return run


def _finish(run: JobRun, state: JobRun.State, summary: str) -> JobRun:
    run.state, run.summary, run.finished_at = state, summary[:SUMMARY_LENGTH], timezone.now()
    wait = WAITS[min(run.attempts, len(WAITS)) - 1]
    run.claimable_at = run.finished_at + wait if state == JobRun.State.FAILED else None
    # Not if somebody took over meanwhile, because this run outlasted its lease.
    mine = JobRun.objects.filter(pk=run.pk, state=JobRun.State.RUNNING, attempts=run.attempts)
    mine.update(state=state, summary=run.summary, finished_at=run.finished_at, claimable_at=run.claimable_at)
    return run


def runs_purge() -> str:
    """Delete what the ledger no longer needs; the latest run of a job is always kept."""
    deleted = 0
    for job in scheduled_jobs:
        before = timezone.now() - job.timing.kept
        latest = JobRun.objects.filter(job=job.key).order_by("-slot").values("pk")[:1]
        old = JobRun.objects.filter(job=job.key, slot__lt=before).exclude(pk__in=latest)
        deleted += old.delete()[0]
    return _("%(count)d old runs deleted") % {"count": deleted}
