"""Which deviations demand full handling: the municipality's own rule."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from improvements.models.case import Harm
from qms.history import HistoricalRecords


class FullHandlingRule(models.Model):
    """The one rule: a deviation to which any of the three applies is handled in full.

    Harm at or above a degree; so many deviations in the unit within so many days, itself among them; the
    same reported from so many units. An empty or zero value switches that part off.
    """

    harm = models.CharField(_("harm"), max_length=20, choices=Harm.choices, blank=True, default=Harm.SERIOUS)
    repeats = models.PositiveSmallIntegerField(_("deviations in the unit"), default=10)
    days = models.PositiveSmallIntegerField(_("days"), default=30)
    units = models.PositiveSmallIntegerField(_("units"), default=3)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rule for full handling")
        verbose_name_plural = _("rules for full handling")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="full_rule_only_one"),
            models.CheckConstraint(condition=Q(days__range=(1, 365)), name="full_rule_days"),
            models.CheckConstraint(condition=Q(harm__in=["", *Harm.values]), name="full_rule_harm_known"),
        ]

    def __str__(self) -> str:
        return str(_("rule for full handling"))
