"""The governing document: what stays while its versions come and go."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.dates import months_later
from documents.models.types import DocumentType
from qms.history import HistoricalRecords
from qms.organisation.models import Unit
from qms.records.models import Record, RecordManager

MOST_LAWS = 2_000  # characters
MOST_WORDS = 400_000  # characters of plain text


class Concerns(models.TextChoices):
    """Who must have read a document, of those who work where it holds."""

    EVERYONE = "everyone", _("Everyone who works there")
    LEADERS = "leaders", _("Heads and managers there")


class Document(Record):
    """A governing document. `owner` answers for its content, `unit` is whom it belongs to.

    `text` is the plain text that search finds: of the version in force, of the newest draft until there is
    one. `due` is the day by which it is looked over, while it is in force. `laws` are short lines of what it
    cites; `cites` are the records that the text in force leads to. The version that last asked people to
    confirm that they have read is `asks_to_read`. `ends_on` is the day from which it holds no longer, decided
    beforehand. `key` tells the form it was begun with (`qms.once.sent_key`): sent twice, it is begun once.
    """

    KIND: ClassVar[str] = "document"

    # Named, because Django's own name for the way back (`document`) is a version's way to its document.
    record_ptr = models.OneToOneField(
        Record, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="as_document"
    )
    type = models.ForeignKey(
        DocumentType, verbose_name=_("type"), on_delete=models.PROTECT, related_name="documents"
    )
    laws = models.TextField(_("laws and rules it rests on"), max_length=MOST_LAWS, blank=True)
    text = models.TextField(max_length=MOST_WORDS, editable=False, blank=True)
    applies_to = models.ManyToManyField(
        Unit, verbose_name=_("applies to"), through="Applies", related_name="documents_applying"
    )
    concerns = models.CharField(
        _("who must read it"), max_length=10, choices=Concerns.choices, default=Concerns.EVERYONE
    )
    key = models.UUIDField(null=True, unique=True, editable=False)
    cites = models.ManyToManyField(Record, related_name="cited_by", editable=False)
    ends_on = models.DateField(_("ends on"), null=True, editable=False)
    asks_to_read = models.ForeignKey(
        "documents.Version", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects: ClassVar[RecordManager] = RecordManager()
    history = HistoricalRecords(excluded_fields=["search", "changed_at", "text", "key"])

    class Meta:
        verbose_name = _("governing document")
        verbose_name_plural = _("governing documents")

    def clean(self) -> None:
        """What lists call it follows its type."""
        self.category = self.type.key

    @property
    def law_lines(self) -> list[str]:
        """The laws it cites, one a line."""
        return [line.strip() for line in self.laws.splitlines() if line.strip()]

    def review_after(self, day: date) -> date:
        """When it is looked over next, counted from `day`."""
        return months_later(day, self.type.review_months)


class Applies(models.Model):
    """A document holds for a unit and everything below it."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="applies")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("unit it applies to")
        verbose_name_plural = _("units it applies to")
        ordering = ["unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["document", "unit"], name="applies_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} applies to {self.unit_id}"
