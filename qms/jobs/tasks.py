"""What the scheduler and the workers start."""

from typing import Any

from celery import shared_task
from celery.signals import after_task_publish, beat_init
from django.db import close_old_connections

from qms.jobs.enqueue import enqueue
from qms.jobs.models import Pulse
from qms.jobs.services import job_run, jobs_due, pulse


@shared_task
def heartbeat_task() -> None:
    """Each minute: a worker is alive, and starts whatever job is due."""
    pulse(key=Pulse.WORKER)
    for job in jobs_due():
        enqueue(run_job_task, job.key)


@beat_init.connect
def first_heartbeat(**kwargs: Any) -> None:
    """In the scheduler's process: what was missed while it stood still is not left for another minute."""
    heartbeat_task.delay()


@after_task_publish.connect(sender="qms.jobs.tasks.heartbeat_task")
def note_scheduler(**kwargs: Any) -> None:
    """In the scheduler's process: it is alive and the broker took its heartbeat."""
    close_old_connections()
    pulse(key=Pulse.SCHEDULER)


@shared_task
def run_job_task(key: str) -> None:
    """Run the scheduled job called `key`, if it is due and nobody runs it."""
    job_run(key=key)
