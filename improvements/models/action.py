"""Actions, which any record can give rise to."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from improvements.models.case import MOST_TEXT
from qms.records.models import Record, RecordManager


class Action(Record):
    """Something to be done, with an owner and a date. Its source may be any record."""

    KIND: ClassVar[str] = "action"

    source = models.ForeignKey(
        Record, verbose_name=_("source"), on_delete=models.PROTECT, null=True, related_name="actions"
    )
    description = models.TextField(_("more about it"), max_length=MOST_TEXT, blank=True)

    objects: ClassVar[RecordManager] = RecordManager()
    history = HistoricalRecords(excluded_fields=["search", "changed_at"])

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
