"""The official PDF of a version that was taken into force: made once, kept as it was."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models.version import Version


class FrozenPdfQuerySet(models.QuerySet["FrozenPdf"]):
    """Official PDFs."""

    def owed(self) -> Self:
        """Still to be made, whose next try has come, and which nobody is making right now."""
        final = Q(state="ready") | Q(state="unmade", fault="")
        return self.filter(claimable_at__lte=timezone.now()).exclude(final)


class FrozenPdf(models.Model):
    """What is to be made, being made, or made: the row stands from the moment the version is in force.

    Whoever makes it takes a lease until `claimable_at`; a worker that dies is followed by another. `sha256`
    is of the file as stored: a download is exactly what was decided. UNMADE is a version that is a file of
    which no PDF is made: `fault` says why where that can change (LibreOffice is missing), and it is tried
    again; without a `fault` the file itself is what was decided.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be made")
        UNMADE = "unmade", _("The file itself holds")

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="pdf")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    file = models.FileField(max_length=200, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    attempts = models.PositiveSmallIntegerField(default=0)
    claimable_at = models.DateTimeField(default=timezone.now)
    fault = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    objects = FrozenPdfQuerySet.as_manager()

    class Meta:
        verbose_name = _("official PDF")
        verbose_name_plural = _("official PDFs")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & ~Q(sha256="") & Q(made_at__isnull=False)),
                name="pdf_ready_has_file",
            ),
        ]
        indexes = [
            models.Index(fields=["claimable_at"], name="pdf_owed", condition=~Q(state="ready")),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.state}"
