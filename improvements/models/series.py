"""Actions that come again: how often, and until when."""

from calendar import monthrange
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qms.history import HistoricalRecords
from qms.workdays import on_working_day

MOST_EVERY = 60  # the longest time between two: so many weeks, months or years


class Period(models.TextChoices):
    """What is counted between two actions of a series."""

    WEEKS = "weeks", _("weeks")
    MONTHS = "months", _("months")
    YEARS = "years", _("years")


class ActionSeries(models.Model):
    """The rhythm in which an action comes again, until a day or for ever.

    The days are counted from `starts`, never from the day before: what is to be done on the 31st comes on
    the last of each month, and one that was late does not move those after it. One that is paused opens
    nothing until it goes on; one that has ended opens nothing more.
    """

    every = models.PositiveSmallIntegerField(_("every"), default=1)
    period = models.CharField(_("period"), max_length=10, choices=Period.choices)
    starts = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_by_name = models.CharField(max_length=150, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by_name = models.CharField(max_length=150, blank=True, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("series of actions")
        verbose_name_plural = _("series of actions")
        constraints = [
            models.CheckConstraint(condition=Q(period__in=Period.values), name="series_period_known"),
            models.CheckConstraint(
                condition=Q(every__gte=1, every__lte=MOST_EVERY), name="series_every_sane"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("starts")), name="series_until_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.every} {self.period}, {self.starts}"

    @property
    def is_running(self) -> bool:
        """Whether the next one opens when one is done."""
        return self.ended_at is None and self.paused_at is None

    def day(self, number: int) -> date:
        """The day of the occurrence `number` (the first is 0) by the calendar, working day or not."""
        count = number * self.every
        match self.period:
            case Period.WEEKS:
                return self.starts + timedelta(weeks=count)
            case Period.MONTHS:
                return _months_after(self.starts, count)
            case _:
                return _months_after(self.starts, 12 * count)

    def following(self, number: int, today: date) -> int | None:
        """The number of the next one after `number` that lies ahead of `today`; None when there is none.

        Those whose day has passed meanwhile are left out: nobody does the same thing twice on one day.
        """
        number += 1
        while on_working_day(self.day(number)) <= today:
            number += 1
        return None if self.until and self.day(number) > self.until else number

    @property
    def label(self) -> str | Promise:
        """ "Every week", "Every 3 months"."""
        return _LABELS[Period(self.period)] % {"count": self.every}


_LABELS = {
    Period.WEEKS: ngettext_lazy("Every week", "Every %(count)d weeks", "count"),
    Period.MONTHS: ngettext_lazy("Every month", "Every %(count)d months", "count"),
    Period.YEARS: ngettext_lazy("Every year", "Every %(count)d years", "count"),
}


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
