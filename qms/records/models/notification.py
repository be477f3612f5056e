"""What a person is told about records, and the ledger of reminders."""

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

    def unmailed(self) -> Self:
        """Those whose mail is still owed: neither in the outbox nor left out for a reason."""
        return self.filter(mail_owed=True)

    def with_what_happened(self) -> Self:
        """With all that its sentence needs, in one query."""
        return self.select_related("record__unit", "decision", "comment", "task").defer("record__search")


class Notification(models.Model):
    """One line in a person's list. What happened stands as facts (`event`, the decision, comment or task,
    `data`); the sentence is made when it is read, in the reader's language. An `urgent` one goes by mail
    at once, the others in the daily digest.

    `mail_owed` is the pending effect: true until the mail that tells it is in the outbox (`mail`), or
    `mail_skipped` says why there is none.
    """

    class Event(models.TextChoices):
        MOVED = "moved", _("decided")
        COMMENTED = "commented", _("commented")
        CALLED = "called", _("called on you")
        TASK = "task", _("is now yours")
        DUE_SOON = "due_soon", _("is due soon")
        OVERDUE = "overdue", _("is overdue")
        CHANGED = "changed", _("changed")
        ELSEWHERE = "elsewhere", _("is decided elsewhere")

    class Skipped(models.TextChoices):
        READ = "read", _("Had already been read")
        DONE = "done", _("Had already been done")
        HIDDEN = "hidden", _("No longer sees it")
        INACTIVE = "inactive", _("Has left")
        AWAY = "away", _("Is away; the deputy is told")
        OFF = "off", _("Wants no daily e-mail")

    TASK_EVENTS = (Event.TASK, Event.DUE_SOON, Event.OVERDUE)

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="notifications")
    event = models.CharField(max_length=12, choices=Event.choices)
    actor_name = models.CharField(max_length=150)
    decision = models.ForeignKey("records.Decision", on_delete=models.CASCADE, null=True, related_name="+")
    comment = models.ForeignKey("records.Comment", on_delete=models.CASCADE, null=True, related_name="+")
    task = models.ForeignKey("records.Task", on_delete=models.CASCADE, null=True, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_owed = models.BooleanField(default=True)
    mail = models.ForeignKey("mail.Mail", on_delete=models.SET_NULL, null=True, related_name="notifications")
    mail_skipped = models.CharField(max_length=10, choices=Skipped.choices, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-at"], name="notification_mine"),
            models.Index(
                fields=["person", "-at"], name="notification_unread", condition=Q(read_at__isnull=True)
            ),
            models.Index(
                fields=["person", "at"],
                name="notification_unmailed",
                condition=Q(mail_owed=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(mail_owed=False) | Q(mail__isnull=True, mail_skipped=""),
                name="notification_mail_owed_or_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.record_id} → {self.person_id}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reminders by what became of them."""

    def skipped(self) -> Self:
        """Not mailed, for a reason."""
        return self.filter(Q(notification__isnull=True) | ~Q(notification__mail_skipped=""))

    def sent(self) -> Self:
        """Mailed."""
        return self.filter(notification__mail__sent_at__isnull=False)

    def failed(self) -> Self:
        """Whose mail was given up."""
        return self.filter(notification__mail__given_up_at__isnull=False)

    def waiting(self) -> Self:
        """Whose mail is still owed."""
        made = Q(
            notification__mail__isnull=False,
            notification__mail__sent_at__isnull=True,
            notification__mail__given_up_at__isnull=True,
        )
        return self.filter(made | Q(notification__mail_owed=True))


class Reminder(models.Model):
    """One reminder of one task to one person: the row is why a rerun reminds nobody twice.

    `due_on` is the date it is about: a new date is a new promise, with reminders of its own. What became
    of it stands on its notification; without one, `skipped` says why nobody was told.
    """

    class Reason(models.TextChoices):
        DUE_SOON = "due_soon", _("Due soon")
        OVERDUE = "overdue", _("Past its date")
        ESCALATED = "escalated", _("Past its date, told the manager above")

    task = models.ForeignKey("records.Task", on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    due_on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    notification = models.OneToOneField(
        Notification, on_delete=models.CASCADE, null=True, related_name="reminder"
    )
    skipped = models.CharField(max_length=10, choices=Notification.Skipped.choices, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="reminder_newest")]
        constraints = [
            models.UniqueConstraint(fields=["task", "person", "reason", "due_on"], name="reminder_once"),
            models.CheckConstraint(
                condition=Q(notification__isnull=False, skipped="")
                | (Q(notification__isnull=True) & ~Q(skipped="")),
                name="reminder_told_or_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.task_id} → {self.person_id}, {self.due_on}"
