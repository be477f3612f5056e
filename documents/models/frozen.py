"""The official PDF of a version that was taken into force: made once, kept as it was."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models.version import Version


class FrozenPdfQuerySet(models.QuerySet["FrozenPdf"]):
    """Official PDFs."""

    def missing(self) -> Self:
        """Still to be made: neither there, nor of a file of which none is made."""
        return self.exclude(Q(state="ready") | Q(state="unmade", fault=""))

    def owed(self) -> Self:
        """Those missing whose next try has come, and which nobody is making right now."""
        return self.missing().filter(claimable_at__lte=timezone.now())


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

    @property
    def is_in_want(self) -> bool:
        """Whether the last try gave none where there is to be one: it failed, or LibreOffice is missing."""
        return self.state == self.State.FAILED or (self.state == self.State.UNMADE and bool(self.fault))
