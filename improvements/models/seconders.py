"""Me too: those who want the same as whoever sent a case in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SeconderQuerySet(models.QuerySet["Seconder"]):
    """Seconders."""

    def in_force(self) -> "SeconderQuerySet":
        """Those who have not taken it back."""
        return self.filter(ended_at__isnull=True)


class Seconder(models.Model):
    """One more who wants what a case is about. Rows are ended, never deleted.

    Somebody pressed "me too", or came with a case that was joined (`came_with`): its sender, who may have no
    name here, and those who wanted that one too.
    """

    record = models.ForeignKey("improvements.Improvement", on_delete=models.PROTECT, related_name="seconders")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    came_with = models.ForeignKey(
        "improvements.Improvement", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = SeconderQuerySet.as_manager()

    class Meta:
        verbose_name = _("seconder")
        verbose_name_plural = _("seconders")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "person"], condition=Q(ended_at__isnull=True), name="seconder_once"
            ),
            models.UniqueConstraint(
                fields=["record", "came_with"],
                condition=Q(ended_at__isnull=True, person__isnull=True),
                name="seconder_without_name_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(came_with__isnull=False), name="seconder_is_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.came_with_id} seconds {self.record_id}"
