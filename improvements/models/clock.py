"""The answer clock: where it stood still, and how each way in is looked after."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from improvements.models.case import MOST_TEXT, Channel


class PauseQuerySet(models.QuerySet["Pause"]):
    """Pauses of the answer clock."""

    def running(self, today: date) -> Self:
        """Those that stop a clock on `today`."""
        return self.filter(until__gt=today)


class Pause(models.Model):
    """The answer clock of a case stood still, for a reason that its sender reads.

    It stands from `starts` on and goes again on `until`, which is brought forward when somebody lets it
    go earlier. `promised_before` is the day that had been promised; the working days it stood are added.
    """

    case = models.ForeignKey("improvements.Improvement", on_delete=models.CASCADE, related_name="pauses")
    starts = models.DateField()
    until = models.DateField(_("goes again on"))
    promised_before = models.DateField()
    reason = models.TextField(_("reason"), max_length=MOST_TEXT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("starts")), name="pause_until_not_before_start"),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.starts} – {self.until}"


class Pulse(models.TextChoices):
    """How a way in is doing."""

    UNREAD = "unread", _("Nobody opens")
    UNANSWERED = "unanswered", _("Nobody answers")
    QUIET = "quiet", _("Has gone quiet")
    UNKNOWN = "unknown", pgettext_lazy("way in", "Unknown")
    WELL = "well", _("As it should")


SILENT = (Pulse.UNREAD, Pulse.UNANSWERED, Pulse.QUIET)


class Heartbeat(models.Model):
    """What was last received, opened and answered by one channel of one unit, as the daily check found it.

    A unit to which nothing came has one row, without a channel.
    `opened` means that somebody who handles it looked at it. `count` is how many came in the time that is
    looked at, `usual_days` how many days usually lie between two of them, None where too few came to say.
    `waits_since` is when the oldest came that makes the pulse what it is.
    """

    unit = models.ForeignKey("organisation.Unit", on_delete=models.CASCADE, related_name="heartbeats")
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    received_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(default=0)
    usual_days = models.FloatField(null=True)
    waits_since = models.DateTimeField(null=True)
    pulse = models.CharField(max_length=12, choices=Pulse.choices)
    checked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("way in")
        verbose_name_plural = _("ways in")
        constraints = [
            models.UniqueConstraint(fields=["unit", "channel"], name="heartbeat_once"),
            models.CheckConstraint(condition=Q(pulse__in=Pulse.values), name="heartbeat_pulse_known"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.channel}: {self.pulse}"

    @property
    def label(self) -> str | Promise:
        """The pulse in words."""
        return Pulse(self.pulse).label

    @property
    def icon(self) -> str:
        """The icon of the pulse."""
        return _LOOKS[Pulse(self.pulse)][0]

    @property
    def tone(self) -> str:
        """The colour that supports the words."""
        return _LOOKS[Pulse(self.pulse)][1]


_LOOKS = {
    Pulse.UNREAD: ("hidden", "danger"),
    Pulse.UNANSWERED: ("late", "danger"),
    Pulse.QUIET: ("fall", "warning"),
    Pulse.UNKNOWN: ("unknown", "neutral"),
    Pulse.WELL: ("done", "success"),
}
