"""What a unit promises those who send something in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.history import HistoricalRecords

LONGEST_PROMISE = 30  # working days; a longer promise is none


class UnitPromise(models.Model):
    """Within how many working days a unit, and everything below it, answers what is sent in.

    Without one the nearest above holds, and at the top settings.ANSWER_PROMISE_DAYS.
    """

    unit = models.OneToOneField(
        "organisation.Unit",
        verbose_name=_("unit"),
        on_delete=models.CASCADE,
        related_name="improvement_promise",
    )
    days = models.PositiveSmallIntegerField(_("working days"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("answer promise")
        verbose_name_plural = _("answer promises")
        constraints = [
            models.CheckConstraint(condition=Q(days__range=(1, LONGEST_PROMISE)), name="unit_promise_days"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.days}"
