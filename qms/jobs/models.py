"""The ledger of scheduled jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """One run of one scheduled job for one slot of the timetable.

    A slot is run once: the row is claimed under a lock, a failed run is tried again, a run whose worker
    was killed is taken over when its lease has passed. `claimable_at` says when somebody may claim it
    again: the end of the lease while it runs, the next try when it has failed.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    job = models.CharField(max_length=60)
    slot = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    claimable_at = models.DateTimeField(null=True, blank=True)
    summary = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["-slot", "job"]
        constraints = [
            models.UniqueConstraint(fields=["job", "slot"], name="jobrun_job_slot"),
            models.UniqueConstraint(
                fields=["job"], condition=models.Q(state="running"), name="jobrun_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.slot:%Y-%m-%d %H:%M}: {self.state}"


class Pulse(models.Model):
    """When something that must keep beating last did: the scheduler, a worker."""

    SCHEDULER = "scheduler"  # beats when it has handed a heartbeat to the broker
    WORKER = "worker"  # beats when it has got one

    key = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("pulse")
        verbose_name_plural = _("pulses")

    def __str__(self) -> str:
        return f"{self.key}: {self.at:%Y-%m-%d %H:%M:%S}"
