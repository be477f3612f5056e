"""Why something happened: causes, each of which may have causes of its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.history import HistoricalRecords

LONGEST_CAUSE = 300  # characters; what takes more is more than one cause


class Cause(models.Model):
    """A cause of what a case is about, found in one round of handling (ISO 9001:2015 10.2.1 b).

    One without a parent answers "why did it happen?"; one with a parent answers why the parent is so. A
    single chain is the five whys, several branches are a cause tree: the same model. `is_root` marks what
    the actions are aimed at. `key` tells the form it came with (`qms.once.sent_key`): sent twice, it is one.
    """

    record = models.ForeignKey(
        "improvements.Improvement", on_delete=models.CASCADE, related_name="causes", editable=False
    )
    round = models.PositiveSmallIntegerField(_("round"), editable=False)
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="whys", editable=False
    )
    text = models.CharField(_("cause"), max_length=LONGEST_CAUSE)
    is_root = models.BooleanField(_("root cause"), default=False)
    key = models.UUIDField(null=True, unique=True, editable=False)
    history = HistoricalRecords(excluded_fields=["key"])

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="cause_has_text")]

    def __str__(self) -> str:
        return self.text
