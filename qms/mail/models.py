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

    def failed(self) -> Self:
        """Given up: nobody tries again by itself."""
        return self.filter(given_up_at__isnull=False)

    def waiting(self) -> Self:
        """Still to be sent."""
        return self.filter(sent_at__isnull=True, given_up_at__isnull=True)


class Mail(models.Model):
    """One e-mail. Written in the transaction of what it tells; sent after commit by a worker.

    `claimed_until` is the lease of the worker that sends it: a killed worker's lease runs out and the
    next sweep sends the mail. `message_id` is the same at each try, so that a receiving server drops
    the copy in the one case nobody can rule out: killed after the server took it, before we wrote it.
    `key` names what must be said only once ("digest 42 2026-11-17"). When a mail has been sent its text
    is emptied: what it told stands in the records, and a link for a new password stands nowhere.
    """

    class Purpose(models.TextChoices):
        DIGEST = "digest", _("The daily e-mail")
        URGENT = "urgent", _("At once")
        ACCOUNT = "account", _("Account and sign-in")

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    key = models.CharField(max_length=80, unique=True, null=True, blank=True, editable=False)
    to = models.EmailField(max_length=254)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    subject = models.CharField(max_length=250)
    text = models.TextField(blank=True)
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
            models.Index(fields=["-created_at", "-id"], name="mail_newest"),
            models.Index(
                fields=["-created_at", "-id"], name="mail_failed", condition=Q(given_up_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
