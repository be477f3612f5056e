"""Documents that say nearly the same in two parts of the house."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models.document import Document


class Sketch(models.Model):
    """The sketch of a document's text (`documents.content.similar`); `of` tells of which text."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="+")
    of = models.CharField(max_length=64)  # SHA-256 of the text
    marks = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = _("sketch of a text")
        verbose_name_plural = _("sketches of texts")

    def __str__(self) -> str:
        return str(self.document_id)


class Twin(models.Model):
    """Two documents in force, of two units, with nearly the same text. Found anew each night."""

    first = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    percent = models.PositiveSmallIntegerField()  # of what they say that both say
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("near-duplicate")
        verbose_name_plural = _("near-duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="twin_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="twin_in_order"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="twin_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id} ({self.percent} %)"
