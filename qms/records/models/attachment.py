"""Files that hang on records."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history import HistoricalRecords


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Attachments."""

    def present(self) -> "AttachmentQuerySet":
        """Those that have not been removed."""
        return self.filter(removed_at__isnull=True)


class Attachment(models.Model):
    """A file on a record. Its stored name is random and says nothing; `name` is what people see.

    One that is removed is hidden and can no longer be fetched; the file itself is kept until the
    record's retention has run out. `key` tells the form it came with, and its place in it
    (`qms.once.sent_key`): sent twice, it is one.
    """

    class Scan(models.TextChoices):
        CLEAN = "clean", _("Scanned for viruses")
        NONE = "none", _("Not scanned for viruses")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(max_length=200, editable=False)
    thumbnail = models.FileField(max_length=200, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    size = models.PositiveBigIntegerField(_("size"))  # bytes, as stored
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)  # of the file as stored
    is_image = models.BooleanField(default=False)
    key = models.UUIDField(null=True, unique=True, editable=False)
    scan = models.CharField(max_length=10, choices=Scan.choices)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_by_name = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_name = models.CharField(max_length=150, blank=True)
    removed_why = models.CharField(_("reason"), max_length=300, blank=True)

    objects = AttachmentQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["key"])

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["record", "at"], name="attachment_record_at")]
        constraints = [
            models.UniqueConstraint(fields=["file"], name="attachment_file_once"),
            models.CheckConstraint(condition=~Q(file="") & ~Q(name=""), name="attachment_has_file"),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("records:file", args=[self.public_id])

    @property
    def extension(self) -> str:
        """The ending of its name with its dot, ".pdf": that of what it truly is."""
        return f".{self.name.rpartition('.')[2].lower()}"

    @property
    def icon(self) -> str:
        """The icon of its sort."""
        if self.is_image:
            return "image"
        if self.content_type == "application/pdf":
            return "pdf"
        return "spreadsheet" if "sheet" in self.content_type or "csv" in self.content_type else "file"
