"""Copies that were handed out."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Disclosure(models.Model):
    """A masked copy of a case made for a request to see it: by whom, when, for whom, how much was masked.

    `content` is the copy itself, so that it can be told afterwards what was handed out; what was masked is
    not in it. Tryckfrihetsförordningen 2 kap. 18 § forbids to find out who asks or why, so `for_whom` holds
    only what somebody said of their own accord. `key` tells the form it was made with
    (`qms.once.sent_key`): sent twice, it is one.
    """

    case = models.ForeignKey("improvements.Improvement", on_delete=models.PROTECT, related_name="disclosures")
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=150)
    for_whom = models.CharField(_("for whom"), max_length=200, blank=True)
    ground = models.CharField(_("legal ground for what is masked"), max_length=200, blank=True)
    masked = models.PositiveIntegerField(_("passages masked"))
    content = models.JSONField()
    key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("copy handed out")
        verbose_name_plural = _("copies handed out")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.at:%Y-%m-%d}"
