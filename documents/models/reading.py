"""Who must have read what, and who has."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models.document import Document
from documents.models.version import Version
from qms.organisation.models import Unit


class ReadDutyQuerySet(models.QuerySet["ReadDuty"]):
    """Duties to read."""

    def standing(self) -> Self:
        """Those that count today: confirmed, or still to be."""
        return self.filter(closed_at__isnull=True)

    def missing(self) -> Self:
        """Those not confirmed yet."""
        return self.filter(closed_at__isnull=True, confirmed_at__isnull=True)


class ReadDuty(models.Model):
    """A person must read a version of a document and confirm it, by a day (ISO 9001:2015 7.3).

    `version` is the one that asked for it; what is read and confirmed (`confirmed_version`) is whatever is in
    force that day. One that has fallen away is closed with its reason, never deleted. `unit` is where the
    person works: it follows the person.
    """

    class Closed(models.TextChoices):
        LEFT = "left", _("has left")
        MOVED = "moved", _("works where it does not hold")
        NEWER = "newer", _("a newer version asks instead")
        ROLE = "role", _("is none of those who lead there")
        RESTRICTED = "restricted", _("it is only for those who handle it")
        REPEALED = "repealed", _("the document was repealed")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="read_duties")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="read_duties")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="read_duties")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    due = models.DateField(_("to be read by"))
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.CharField(max_length=10, choices=Closed.choices, blank=True)

    objects = ReadDutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty to read")
        verbose_name_plural = _("duties to read")
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="read_duty_once"),
            models.UniqueConstraint(
                fields=["document", "person"],
                condition=Q(closed_at__isnull=True),
                name="read_duty_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_why="")
                | (Q(closed_at__isnull=False) & ~Q(closed_why="")),
                name="read_duty_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) ^ Q(confirmed_version__isnull=False),
                name="read_duty_confirmed_version",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "due"],
                name="read_duty_mine",
                condition=Q(closed_at__isnull=True, confirmed_at__isnull=True),
            ),
            # Status per unit is counted from the index alone.
            models.Index(
                fields=["document", "unit"],
                include=["confirmed_at", "due", "person"],
                name="read_duty_status",
                condition=Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} reads {self.document_id}"
