"""Taking over the documents a municipality already has."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.document import Document
from documents.models.version import Version


class Origin(models.Model):
    """Where a document that was taken over came from: done again, it is found and not doubled.

    `said` is what the list said of it last, and which `version` it brought: what has been decided here since
    is not undone by a list that says what it always said.
    """

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, primary_key=True, related_name="origin"
    )
    key = models.CharField(max_length=500, unique=True)
    said = models.JSONField(default=dict)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("origin of a document")
        verbose_name_plural = _("origins of documents")

    def __str__(self) -> str:
        return self.key
