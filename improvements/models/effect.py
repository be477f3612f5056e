"""Whether what was done helped."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from improvements.models.case import MOST_TEXT
from qms.history import HistoricalRecords


class EffectCheck(models.Model):
    """The judgement of what was done in one round: planned when the work is done, made on a later day.

    The judge is somebody who did not do it (ISO 9001:2015 10.2.1 d). `sign` is what would show that it has
    helped, said before anybody looks.
    """

    class Result(models.TextChoices):
        WORKED = "worked", _("It worked")
        FAILED = "failed", _("It did not help")

    record = models.ForeignKey(
        "improvements.Improvement", on_delete=models.CASCADE, related_name="checks", editable=False
    )
    round = models.PositiveSmallIntegerField(_("round"), editable=False)
    done = models.TextField(_("what was done"), max_length=MOST_TEXT)
    sign = models.CharField(_("what shows that it helped"), max_length=300, blank=True)
    day = models.DateField(_("judged on"))
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("judged by"), related_name="+"
    )
    result = models.CharField(_("result"), max_length=10, choices=Result.choices, blank=True)
    finding = models.TextField(_("what was seen"), max_length=MOST_TEXT, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by_name = models.CharField(max_length=150, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("effect check")
        verbose_name_plural = _("effect checks")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True, result="") | (Q(judged_at__isnull=False) & ~Q(result="")),
                name="effect_judged_has_result",
            ),
            models.CheckConstraint(
                condition=Q(result__in=["", "worked", "failed"]), name="effect_result_known"
            ),
            models.UniqueConstraint(
                fields=["record"], condition=Q(judged_at__isnull=True), name="effect_one_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.day}"
