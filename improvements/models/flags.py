"""What the law asks more about: lex Sarah, lex Maria and personal data breaches."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history import HistoricalRecords

MOST_WHY = 2000  # characters


class FlagKind(models.TextChoices):
    """What a case can be marked as."""

    LEX_SARAH = "lex_sarah", _("Lex Sarah")
    LEX_MARIA = "lex_maria", _("Lex Maria")
    DATA_BREACH = "data_breach", _("Personal data breach")


class TermUnit(models.TextChoices):
    """What a term is counted in. Hours run by the clock, also at night and over a weekend."""

    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    MONTHS = "months", _("months")


class FlagSetting(models.Model):
    """How long those who handle a kind of flag have, and a group whose members they are.

    Without a row the term of `improvements.flags` holds, and there is no group.
    """

    kind = models.CharField(_("flag"), max_length=20, choices=FlagKind.choices, unique=True, editable=False)
    amount = models.PositiveSmallIntegerField(_("term"))
    unit = models.CharField(_("counted in"), max_length=10, choices=TermUnit.choices)
    group = models.ForeignKey(
        Group, verbose_name=_("group"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [
            models.CheckConstraint(condition=Q(amount__range=(1, 365)), name="flag_setting_amount"),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_setting_kind_known"),
            models.CheckConstraint(condition=Q(unit__in=TermUnit.values), name="flag_setting_unit_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.amount} {self.unit}"


class FlagHandler(models.Model):
    """Somebody who handles the cases of a kind of flag. Ended, never deleted."""

    kind = models.CharField(max_length=20, choices=FlagKind.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("handler of a flag")
        verbose_name_plural = _("handlers of flags")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "person"], condition=Q(ended_at__isnull=True), name="flag_handler_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_handler_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind}"


class Flag(models.Model):
    """A case marked as something the law asks more about: when it was known, the term, what became of it.

    `known_at` is when the municipality learned of it, from which the term runs to `due_at`. A flag that
    was `lifted` was a mistake; one that is settled otherwise still marks the case.
    """

    class Outcome(models.TextChoices):
        WAITING = "", _("Waits")
        REPORTED = "reported", _("Reported to the authority")
        NOT_REPORTED = "not_reported", _("Not to be reported")
        LIFTED = "lifted", _("Marked by mistake")

    case = models.ForeignKey("improvements.Improvement", on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=20, choices=FlagKind.choices)
    why = models.TextField(_("What has happened?"), max_length=MOST_WHY)
    known_at = models.DateTimeField(_("known since"))
    due_at = models.DateTimeField(_("term"))
    set_at = models.DateTimeField(default=timezone.now)
    set_by_name = models.CharField(max_length=150)
    outcome = models.CharField(max_length=15, choices=Outcome.choices, blank=True)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    number = models.CharField(_("the authority's number"), max_length=60, blank=True)
    outcome_why = models.TextField(_("reason"), max_length=MOST_WHY, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("flag on a case")
        verbose_name_plural = _("flags on cases")
        ordering = ["set_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=~Q(outcome="lifted"), name="flag_once_on_a_case"
            ),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_kind_known"),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at__isnull=True)
                | (~Q(outcome="") & Q(settled_at__isnull=False)),
                name="flag_settled_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="reported") | Q(reported_at__isnull=False), name="flag_reported_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.case_id}"

    @property
    def label(self) -> Any:
        """What the case is marked as."""
        return self.get_kind_display()

    @property
    def is_waiting(self) -> bool:
        """Whether it still has to be reported, or decided not to be."""
        return not self.outcome

    @property
    def is_late(self) -> bool:
        """Whether the term ran out before it was reported, or has run out now."""
        return self.due_at < (self.reported_at or self.settled_at or timezone.now())
