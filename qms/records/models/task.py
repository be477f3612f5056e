"""Waiting is a task: who must do what, by when."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.kinds import personal_tasks


def waits_for(access: Access) -> Q:
    """The tasks of the person and of everyone the person stands in for today, but of these not what is asked
    of each person: nobody does that for another."""
    own = {access.person.pk} if access.person else set()
    others = access.acts_for - own
    if not others:
        return Q(assignee_id__in=own)
    return Q(assignee_id__in=own) | (Q(assignee_id__in=others) & ~Q(kind__in=personal_tasks()))


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks."""

    def open(self) -> Self:
        """Those that still wait."""
        return self.filter(closed_at__isnull=True)

    def of(self, access: Access) -> Self:
        """Those that wait for the person (`waits_for`)."""
        return self.filter(waits_for(access))

    def soonest_first(self) -> Self:
        """By date; those without a date last."""
        return self.order_by(models.F("due").asc(nulls_last=True), "pk")


class Task(models.Model):
    """Something one person must do with one record.

    Entering a state opens the tasks it needs, leaving it closes them, in the same transaction. A task
    without an assignee waits for nobody, since no head answers for its unit: those who look after the system
    read how many do, and whoever becomes head has them. `unit` is the
    unit in which it waits where that is not the record's: another that is asked about it.
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        DROPPED = "dropped", _("No longer needed")
        MOVED = "moved", _("Handed over")

    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=30)
    note = models.CharField(max_length=300, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="tasks"
    )
    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    due = models.DateField(null=True, blank=True)
    # The hour, where a term runs by hours; `due` is then its day.
    due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,  # `task_closed_by` begins with it
        related_name="+",
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            models.Index(
                fields=["assignee", "due", "id"], name="task_mine", condition=Q(closed_at__isnull=True)
            ),
            models.Index(fields=["due", "id"], name="task_due", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["assignee", "-closed_at"], name="task_done_lately"),
            models.Index(fields=["closed_by", "record", "closed_at"], name="task_closed_by"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "kind", "assignee", "unit"],
                condition=Q(closed_at__isnull=True),
                name="task_open_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="task_closed_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.record_id}"

    @property
    def label(self) -> str | Promise:
        """What is to be done, as a verb phrase."""
        spec = self.record.kind_offer.task(self.kind)
        return spec.label if spec else self.kind

    @property
    def icon(self) -> str:
        """The icon of what is to be done."""
        spec = self.record.kind_offer.task(self.kind)
        return spec.icon if spec else self.record.icon

    @property
    def waits_in(self) -> Unit:
        """The unit in which it waits: the record's, or another that is asked. Needs both loaded."""
        return self.unit or self.record.unit

    def days_late(self, today: date) -> int:
        """Whole days past the date on `today`; 0 when not late."""
        return max((today - self.due).days, 0) if self.due else 0
