"""The voices of those who send: the private link of somebody without login, and "did it get better?"."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FollowLink(models.Model):
    """The private link by which whoever sent a case without login follows it.

    Only the token's digest is kept, so that nobody who reads the database can follow in their place. Days,
    not moments: they say whether a link is in use, and nothing about who was where when. `email` is
    there for those who want the answer by mail, and is deleted a month after the case was closed.
    """

    record = models.OneToOneField(
        "improvements.Improvement", on_delete=models.CASCADE, related_name="follow_link"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_on = models.DateField(default=timezone.localdate, editable=False)
    used_on = models.DateField(null=True, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    language = models.CharField(max_length=5)  # of the page it was sent from: mail is written in it

    class Meta:
        verbose_name = _("follow link")
        verbose_name_plural = _("follow links")

    def __str__(self) -> str:
        return f"{self.record_id}: {self.created_on}"


class Verdict(models.Model):
    """The sender's answer to "did it get better?" (ISO 9001:2015 9.1.2). A later one replaces none: the
    newest counts, the earlier ones stay. What was said with it is a message in the case."""

    record = models.ForeignKey("improvements.Improvement", on_delete=models.PROTECT, related_name="verdicts")
    better = models.BooleanField(_("did it get better?"))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.record_id}: {'+' if self.better else '-'}"
