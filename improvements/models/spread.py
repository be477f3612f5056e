"""Whether what was done in one unit applies to another: the question, and what the other unit said."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from improvements.workflow.names import GIVEN_UP
from qms.history import HistoricalRecords

MOST_WORD = 300  # characters of a word along, of an answer


class SpreadQuerySet(models.QuerySet["SpreadQuestion"]):
    """Questions to other units."""

    def waiting(self) -> Self:
        """Those that wait for an answer still: neither answered nor given up."""
        return self.filter(answer="", silent_at__isnull=True)

    def standing(self) -> Self:
        """Those that keep a unit from being asked anew: neither taken back nor left without an answer."""
        asked = self.exclude(answer=SpreadQuestion.Answer.WITHDRAWN)
        return asked.exclude(answer="", silent_at__isnull=False)

    def adopted(self) -> Self:
        """Those of units that do it too: their answer is yes, and their own case was not given up."""
        return self.filter(answer=SpreadQuestion.Answer.ADOPTED).exclude(own_case__state__in=GIVEN_UP)


class SpreadQuestion(models.Model):
    """One unit asked whether what `record` came to applies to it too (ISO 9001:2015 10.2.1 b 3, 10.3).

    The newest answer stands here and may be changed; what was said before stands in the decisions of the
    case. Nobody has to answer: silence is followed up once (`followed_up_at`, with a new `due`), and when
    that day has passed too the question waits no more (`silent_at`), though it can still be answered, and
    asked anew. While the case is open again nothing is followed up; once it is done their time begins anew.
    `wished` is one that the unit asked for itself. What `adopted` leads to is `own_case`, which stays when
    the answer changes: what was begun is begun.
    """

    class Answer(models.TextChoices):
        ADOPTED = "adopted", _("Yes, we do it")
        ALREADY = "already", _("We do it already")
        NOT_FOR_US = "not_for_us", _("Not for us")
        # The unit has become part of another that is asked too; the case is not for other units any more.
        MOVED = "moved", _("Asked as part of another unit")
        WITHDRAWN = "withdrawn", _("No longer asked")

    record = models.ForeignKey(
        "improvements.Improvement", on_delete=models.PROTECT, related_name="spread", editable=False
    )
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+", editable=False)
    word = models.CharField(_("a word along"), max_length=MOST_WORD, blank=True)
    wished = models.BooleanField(default=False, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by_name = models.CharField(max_length=150)
    due = models.DateField(_("answer by"))
    followed_up_at = models.DateTimeField(null=True, editable=False)
    silent_at = models.DateTimeField(null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=12, choices=Answer.choices, blank=True)
    said = models.CharField(_("in their words"), max_length=MOST_WORD, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by_name = models.CharField(max_length=150, blank=True)
    own_case = models.ForeignKey(
        "improvements.Improvement", on_delete=models.PROTECT, null=True, related_name="adopts", editable=False
    )

    objects = SpreadQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("question to another unit")
        verbose_name_plural = _("questions to other units")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["record", "unit"], name="spread_once_in_a_unit"),
            models.CheckConstraint(
                condition=Q(
                    answer__in=["", "adopted", "already", "not_for_us", "moved", "withdrawn"],
                ),
                name="spread_answer_known",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="spread_answered_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(answer="adopted") | Q(own_case__isnull=False), name="spread_adopted_has_case"
            ),
            models.CheckConstraint(
                condition=~Q(answer="not_for_us") | ~Q(said=""), name="spread_refused_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(silent_at__isnull=True) | Q(followed_up_at__isnull=False),
                name="spread_given_up_after_asking_again",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due"], name="spread_waiting", condition=Q(answer="", silent_at__isnull=True)
            ),
            models.Index(fields=["-answered_at"], name="spread_adopted", condition=Q(answer="adopted")),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} → {self.unit_id}: {self.answer}"

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still waited for."""
        return not self.answer and self.silent_at is None

    @property
    def is_adopted(self) -> bool:
        """Whether the unit does it too. Needs its own case loaded."""
        return self.answer == self.Answer.ADOPTED and not self.was_given_up

    @property
    def was_given_up(self) -> bool:
        """Whether the unit said yes, and nothing came of its own case. Needs that loaded."""
        return (
            self.answer == self.Answer.ADOPTED
            and self.own_case is not None
            and self.own_case.state in GIVEN_UP
        )

    @property
    def is_over(self) -> bool:
        """Whether it can be answered no more: the unit or the case is not asked about any longer."""
        return self.answer in (self.Answer.MOVED, self.Answer.WITHDRAWN)

    def is_late(self, today: date) -> bool:
        """Whether the day has passed and no answer has come."""
        return self.is_waiting and self.due < today

    @property
    def stands(self) -> Any:
        """Where it stands, in words."""
        if self.was_given_up:
            return _("Said yes, but nothing came of it there")
        if self.answer:
            return self.get_answer_display()
        return _("No answer yet") if self.is_waiting else _("No answer")
