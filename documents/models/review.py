"""Reviews: who was asked to look at a version, what they answered, and what they say about places in it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models.version import MOST_TEXT, Version

MOST_WORDS = 4_000  # characters


class Review(models.Model):
    """One reviewer's turn in one round: agrees, or wishes something changed.

    `looked_text` is the text the answer was about: in the next round the reviewer sees what is new since. Of
    a `looked_file` it is the plain words, empty when these had not been read yet.
    """

    class Answer(models.TextChoices):
        AGREE = "agree", _("I agree")
        CHANGE = "change", _("I wish it changed")

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewer_name = models.CharField(max_length=150)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    comment = models.TextField(_("comment"), max_length=MOST_WORDS, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    looked_text = models.TextField(max_length=MOST_TEXT, blank=True)
    looked_file = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["round", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "round", "reviewer"], name="review_once_a_round"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="review_answered_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(answer="change", comment=""), name="review_says_what_to_change"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.reviewer_name}"


class RemarkQuerySet(models.QuerySet["Remark"]):
    """Remarks."""

    def open(self) -> "RemarkQuerySet":
        """Those not settled yet."""
        return self.filter(settled_at__isnull=True)


class Remark(models.Model):
    """What somebody says about one place in a version's text: the part under a heading.

    `key` tells the form it came with (`qms.once.sent_key`): sent twice, it is said once.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="remarks")
    heading_id = models.CharField(max_length=120, blank=True)
    heading = models.CharField(max_length=200, blank=True)
    text = models.TextField(_("remark"), max_length=MOST_WORDS)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    author_name = models.CharField(max_length=150)
    key = models.UUIDField(null=True, unique=True, editable=False)
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=150, blank=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["version", "at"], name="remark_version_at")]

    def __str__(self) -> str:
        return self.text[:60]
