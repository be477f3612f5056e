"""The outbox: a mail owed is a row, so that a stopped worker or mail server loses none."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MailQuerySet(models.QuerySet["Mail"]):
    """Mails."""

    def owed(self) -> Self:
        """Not yet sent, whose next try has come, and which nobody is sending right now."""
        now = timezone.now()
        return self.filter(sent_at__isnull=True, given_up_at__isnull=True, next_try_at__lte=now).exclude(
            claimed_until__gt=now
        )


class Mail(models.Model):
    """One e-mail. Written in the transaction of what it tells; sent after commit by a worker.

    `claimed_until` is the lease of the worker that sends it: a killed worker's lease runs out and the
    next sweep sends the mail. `message_id` is the same at each try, so that a receiving server drops
    the copy in the one case nobody can rule out: killed after the server took it, before we wrote it.
    """

    to = models.EmailField(max_length=254)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="mail_owed",
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
            ),
            models.Index(fields=["-created_at"], name="mail_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
