"""Actions, which any record can give rise to."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from improvements.models.case import MOST_TEXT
from improvements.models.series import ActionSeries
from qms.history import HistoricalRecords
from qms.records.models import Record, RecordManager

LONGEST_LINK = 500


class Action(Record):
    """Something to be done, with an owner and a date. Its source may be any record.

    One may wait for another of the same source (`after`). One that comes again has a `series` and is its
    `occurrence`; it follows on `previous`, which opened it when it was done. `outcome` says what was done,
    `outcome_link` where that can be seen; with `evidence_required` it is not done without a file or a link.
    `key` tells the form it was planned with (`qms.once.sent_key`): sent twice, it is planned once.
    """

    KIND: ClassVar[str] = "action"

    source = models.ForeignKey(
        Record, verbose_name=_("source"), on_delete=models.PROTECT, null=True, related_name="actions"
    )
    description = models.TextField(_("more about it"), max_length=MOST_TEXT, blank=True)
    after = models.ForeignKey(
        "self",
        verbose_name=_("waits for"),
        on_delete=models.PROTECT,
        null=True,
        related_name="waiting",
        editable=False,
    )
    series = models.ForeignKey(
        ActionSeries, on_delete=models.PROTECT, null=True, related_name="actions", editable=False
    )
    occurrence = models.PositiveIntegerField(default=0, editable=False)
    previous = models.OneToOneField(
        "self",
        verbose_name=_("follows on"),
        on_delete=models.PROTECT,
        null=True,
        related_name="next",
        editable=False,
    )
    key = models.UUIDField(null=True, unique=True, editable=False)
    evidence_required = models.BooleanField(_("something must show that it is done"), default=False)
    outcome = models.TextField(_("what was done"), max_length=MOST_TEXT, blank=True, editable=False)
    outcome_link = models.URLField(
        _("where it can be seen"), max_length=LONGEST_LINK, blank=True, editable=False
    )

    objects: ClassVar[RecordManager] = RecordManager()
    history = HistoricalRecords(excluded_fields=["search", "changed_at", "key"])

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        constraints = [
            models.CheckConstraint(
                condition=Q(after__isnull=True) | ~Q(after=F("record_ptr")), name="action_not_after_itself"
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=False) | Q(previous__isnull=True, occurrence=0),
                name="action_follows_in_a_series",
            ),
            models.UniqueConstraint(fields=["series", "occurrence"], name="action_occurrence_once"),
        ]

    @property
    def goes_on_by_itself(self) -> bool:
        """Whether it only follows on one that was done: what it came from no longer waits for it."""
        return self.previous_id is not None
