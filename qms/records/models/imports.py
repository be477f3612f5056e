"""A list that is taken over: tried first, then done; and what came of each of its rows."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.records.models.record import Record


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Runs."""

    def owed(self) -> Self:
        """With work left that nobody is doing right now."""
        return self.filter(state__in=ImportRun.AT_WORK, claimable_at__lte=timezone.now())


class ImportRun(models.Model):
    """One list, with the files that belong to it.

    First every row is looked at and nothing is written (CHECKING, then CHECKED); when the person has seen
    what would happen, it is done (RUNNING, then DONE), unless somebody stops it (STOPPED), from which it can
    go on. A worker holds it until `claimable_at`; what it has finished stays finished.

    `importer` is the key of what an app has offered, `source` what the person says the list comes from;
    `digest` tells whether another list has the same content.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being looked through")
        CHECKED = "checked", _("Looked through")
        RUNNING = "running", _("Being taken over")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Taken over")

    AT_WORK: ClassVar = (State.CHECKING.value, State.RUNNING.value)

    importer = models.CharField(max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("list"), max_length=150)
    source = models.CharField(_("where it comes from"), max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    archive = models.FileField(max_length=200, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    started_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    claimable_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[ImportRunQuerySet] = ImportRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("list that is taken over")
        verbose_name_plural = _("lists that are taken over")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(
                fields=["claimable_at"],
                name="import_run_owed",
                condition=Q(state__in=["checking", "running"]),
            ),
            models.Index(fields=["importer", "-started_at", "-id"], name="import_run_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["importer", "source", "digest"],
                name="import_run_same_list_once",
                condition=Q(state__in=["checking", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def at_work(self) -> bool:
        """Whether a worker has it, or owes it."""
        return self.state in self.AT_WORK


class ImportRow(models.Model):
    """A row of a list: what it says, what would come of it or came of it, and why not."""

    class Outcome(models.TextChoices):
        WAITING = "", _("Waiting")
        NEW = "new", _("New")
        LIKE = "like", _("New, though perhaps here already")
        VERSION = "version", _("New version")
        DATA = "data", _("Other data")
        SAME = "same", _("Nothing new")
        REFUSED = "refused", _("Not possible")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    title = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=500, blank=True)  # what it is known by, once it is understood
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    done = models.BooleanField(default=False)  # in the state the run is in
    why_not = models.TextField(blank=True)
    record = models.ForeignKey(Record, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("row of a list")
        verbose_name_plural = _("rows of a list")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_row_once")]
        indexes = [
            models.Index(fields=["run", "outcome", "number"], name="import_row_outcome"),
            models.Index(fields=["run", "key"], name="import_row_key"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"
