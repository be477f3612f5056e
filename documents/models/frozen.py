"""The official PDF of a version that was taken into force: made once, kept as it was."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import owed
from documents.models.owed import Owed, OwedQuerySet
from documents.models.version import Version


class FrozenPdf(Owed):
    """The official PDF of a version: owed from the moment the version is in force.

    `sha256` is of the file as stored: a download is exactly what was decided. `said` is what its document
    said of itself at that moment (`selectors.paper`): however late it is made, that stands in it. UNMADE is a
    version that is a file of which no PDF is made: `fault` says why where that can change (LibreOffice is
    missing), and it is tried again; without a `fault` the file itself is what was decided.
    """

    class State(models.TextChoices):
        PENDING = owed.PENDING, _("Being made")
        READY = owed.READY, _("Ready")
        FAILED = owed.FAILED, _("Could not be made")
        UNMADE = "unmade", _("The file itself holds")

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="pdf")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    file = models.FileField(max_length=200, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    made_at = models.DateTimeField(null=True, blank=True)
    said = models.JSONField(default=dict, editable=False)

    objects: ClassVar[OwedQuerySet["FrozenPdf"]] = OwedQuerySet.as_manager()  # type: ignore[assignment]

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

    @classmethod
    def settled(cls) -> Q:
        """Of a file that itself holds none is made; not where LibreOffice is missing, which may come."""
        return Q(state=cls.State.UNMADE, fault="")

    @property
    def is_in_want(self) -> bool:
        """Whether the last try gave none where there is to be one: it failed, or LibreOffice is missing."""
        return self.state == self.State.FAILED or (self.state == self.State.UNMADE and bool(self.fault))
