"""Taking over the documents a municipality already has: a list and its files, tried first, then done."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models.document import Document


class Origin(models.Model):
    """Where a document that was taken over came from: done again, it is found and not doubled."""

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, primary_key=True, related_name="origin"
    )
    key = models.CharField(max_length=500, unique=True)

    class Meta:
        verbose_name = _("origin of a document")
        verbose_name_plural = _("origins of documents")

    def __str__(self) -> str:
        return self.key


class TakeOverQuerySet(models.QuerySet["TakeOver"]):
    """Runs."""

    def owed(self) -> Self:
        """With work left that nobody is doing right now."""
        return self.filter(state__in=("checking", "running"), claimable_at__lte=timezone.now())


class TakeOver(models.Model):
    """One list with its files. First every row is looked at and nothing is written (CHECKING, then CHECKED);
    when the person has seen what would happen, it is done (RUNNING, then DONE). A worker holds it until
    `claimable_at`; what it has finished stays finished.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being looked through")
        CHECKED = "checked", _("Looked through")
        RUNNING = "running", _("Being taken over")
        DONE = "done", _("Taken over")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("list"), max_length=150)
    archive = models.FileField(max_length=200, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    started_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    claimable_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[TakeOverQuerySet] = TakeOverQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("taking over of documents")
        verbose_name_plural = _("takings over of documents")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(
                fields=["claimable_at"], name="take_over_owed", condition=Q(state__in=["checking", "running"])
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TakeOverRow(models.Model):
    """A row of the list: what it says, what would come of it or came of it, and why not."""

    class Outcome(models.TextChoices):
        WAITING = "", _("Waiting")
        NEW = "new", _("New document")
        VERSION = "version", _("New version")
        DATA = "data", _("Other data")
        SAME = "same", _("Nothing new")
        REFUSED = "refused", _("Not possible")

    run = models.ForeignKey(TakeOver, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    key = models.CharField(max_length=500, blank=True)  # of its origin, once it is understood
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    done = models.BooleanField(default=False)  # in the state the run is in
    why_not = models.CharField(max_length=400, blank=True)
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("row of a list")
        verbose_name_plural = _("rows of a list")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="take_over_row_once")]
        indexes = [models.Index(fields=["run", "outcome", "number"], name="take_over_row_outcome")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"
