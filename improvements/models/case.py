"""The improvement case."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from qms.history import HistoricalRecords
from qms.organisation.models import Person
from qms.records.models import Record, RecordManager

if TYPE_CHECKING:
    from improvements.models.clock import Pause

MOST_TEXT = 10_000  # characters of what somebody writes
MOST_SOURCE = MOST_NUMBER = 100


class Category(models.TextChoices):
    """What a handler has classified a case as; the sender never has to choose."""

    PROPOSAL = "proposal", _("Proposal")
    DEVIATION = "deviation", _("Deviation")
    COMPLAINT = "complaint", _("Complaint or view")
    PRAISE = "praise", _("Praise")


class Lane(models.TextChoices):
    """How a case is handled: at once, or in full with actions."""

    UNDECIDED = "", _("Not assessed")
    JUST_DO = "just_do", _("Just do it")
    FULL = "full", _("Handled in full")


class Channel(models.TextChoices):
    """Which way a case came in."""

    STAFF = "staff", _("From an employee")
    ANONYMOUS = "anonymous", _("Without a name")
    RESIDENTS = "residents", _("From a resident")
    IMPORT = "import", _("From an older system")


class Harm(models.TextChoices):
    """How much harm came of what happened, or nearly did; from the least to the worst."""

    NONE = "none", _("No harm")
    INCONVENIENCE = "inconvenience", _("Inconvenience")
    MINOR = "minor", _("Minor harm")
    SERIOUS = "serious", _("Serious harm")
    VERY_SERIOUS = "very_serious", _("Very serious harm")

    def reaches(self, least: str) -> bool:
        """Whether it is at or above the degree `least`."""
        return Harm.values.index(self) >= Harm.values.index(least)


class Means(models.TextChoices):
    """What is lacking where nothing can be done (ISO 9001:2015 7.1)."""

    TIME = "time", _("Time")
    PEOPLE = "people", _("People")
    COMPETENCE = "competence", _("Competence")
    PREMISES = "premises", _("Premises and equipment")
    MANDATE = "mandate", _("Mandate")


class Improvement(Record):
    """A case: somebody saw something that does not work or could be better.

    `created_by` is null when it was sent anonymously. `promised_by` is the day its sender was promised
    an answer by and `answered_at` when the first decision came; both stand when it is sent on.
    `opened_at` is when somebody who handles it first looked at it. `restarted_at` is when it was opened
    again, from which the clock then counts; `broke_promise` says that the answer before that came late,
    or had not come by its day when the case was taken back.
    `round` is which time it is handled: what did not help goes round once more. One that is the same as
    another goes on in that one (`merged_into`).
    """

    KIND: ClassVar[str] = "improvement"

    # Why it stands in no register: public records are registered or kept in order (OSL 5 kap. 1 §).
    no_registry_reason = models.CharField(_("why it has no registry number"), max_length=200, blank=True)
    # What the sender wrote is never changed; what it is called (`title`) is the handler's to word.
    text = models.TextField(_("What could be better?"), max_length=MOST_TEXT)
    channel = models.CharField(
        _("came in"), max_length=10, choices=Channel.choices, default=Channel.STAFF, editable=False
    )
    lane = models.CharField(_("lane"), max_length=10, choices=Lane.choices, blank=True)
    harm = models.CharField(_("harm"), max_length=20, choices=Harm.choices, blank=True)
    correction = models.TextField(_("what was done at once"), max_length=MOST_TEXT, blank=True)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    means = ArrayField(
        models.CharField(max_length=20, choices=Means.choices),
        verbose_name=_("means that are lacking"),
        default=list,
        blank=True,
        editable=False,
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("goes on in"),
        on_delete=models.PROTECT,
        null=True,
        related_name="merged",
        editable=False,
    )
    promised_by = models.DateField(_("answer promised by"), null=True, blank=True)
    opened_at = models.DateTimeField(_("looked at"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    restarted_at = models.DateTimeField(_("opened again"), null=True, blank=True, editable=False)
    broke_promise = models.BooleanField(_("answered late before"), default=False, editable=False)
    # Made of the form's key and its sender: a form sent twice is one case (services.submit).
    submission = models.UUIDField(_("submission"), unique=True, null=True, editable=False)

    # Of a case from an older system: which one, and the number it had there.
    came_from = models.CharField(_("came from"), max_length=MOST_SOURCE, blank=True, editable=False)
    old_number = models.CharField(_("number there"), max_length=MOST_NUMBER, blank=True, editable=False)

    objects: ClassVar[RecordManager] = RecordManager()
    history = HistoricalRecords(excluded_fields=["search", "changed_at", "opened_at"])

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="improvement_has_text"),
            models.CheckConstraint(condition=Q(lane__in=Lane.values), name="improvement_lane_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="improvement_channel_known"),
            models.CheckConstraint(condition=Q(harm__in=["", *Harm.values]), name="improvement_harm_known"),
            models.CheckConstraint(
                condition=Q(means__contained_by=Means.values), name="improvement_means_known"
            ),
            # However the names are spelled: a list that is taken over again doubles nothing.
            models.UniqueConstraint(
                Upper("came_from"),
                Upper("old_number"),
                condition=~Q(old_number=""),
                name="improvement_taken_over_once",
            ),
        ]
        indexes = [
            models.Index(fields=["answered_at"], name="improvement_answered"),
            # What figures count stands in the index: the cases with their texts need not be read for it.
            models.Index(
                fields=["record_ptr"],
                include=["promised_by", "answered_at", "restarted_at", "lane", "broke_promise"],
                name="improvement_counted",
            ),
        ]

    @cached_property
    def pause(self) -> "Pause | None":
        """What stops the clock today, if anything. One query, once; none on its page, which has read them."""
        today = timezone.localdate()
        return next((pause for pause in self.pauses.all() if pause.until > today), None)

    @property
    def waits_from(self) -> datetime:
        """From when the clock counts: sent in, or opened again."""
        return self.restarted_at or self.created_at

    def chosen_for(self, task: str) -> Person | None:
        """Who judges the effect: the one who was asked to when it was sent to test."""
        waiting = self.checks.filter(judged_at__isnull=True).select_related("judge").first()
        return waiting.judge if waiting else None
