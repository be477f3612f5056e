"""What a person is told about records."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.organisation.access import Access


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications."""

    def of(self, access: Access) -> Self:
        """The person's own (a deputy has a work list of the other's tasks, not the other's news)."""
        return self.filter(person=access.person)

    def unread(self) -> Self:
        """Those not yet read."""
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """One line in a person's list. `event` and `data` are facts; the sentence is made when it is read,
    in the reader's language. An `urgent` one goes by mail at once, the others in the daily digest.

    `mail` is the pending effect: null until the mail that tells it is in the outbox.
    """

    class Event(models.TextChoices):
        MOVED = "moved", _("decided")
        COMMENTED = "commented", _("commented")
        TASK = "task", _("is now yours")
        OVERDUE = "overdue", _("is overdue")
        CHANGED = "changed", _("changed")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="notifications")
    event = models.CharField(max_length=12, choices=Event.choices)
    actor_name = models.CharField(max_length=150)
    data = models.JSONField(default=dict, blank=True)
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey("mail.Mail", on_delete=models.SET_NULL, null=True, related_name="notifications")
    mail_skipped = models.CharField(max_length=60, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-at"], name="notification_mine"),
            models.Index(fields=["person"], name="notification_unread", condition=Q(read_at__isnull=True)),
            models.Index(
                fields=["person", "at"],
                name="notification_unmailed",
                condition=Q(mail__isnull=True, mail_skipped=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.record_id} → {self.person_id}"
