"""Where the gapless references come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """The last number given in a series and year.

    Its row is locked by whoever takes a number until that transaction ends: a rolled-back creation
    gives its number back, so there are no gaps, and two creations never get the same.
    """

    series = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="counter_series_year")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
