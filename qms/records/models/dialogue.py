"""What is decided, said and tied together around a record."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Decision(models.Model):
    """Who moved a record from which state to which, when and why (ISO 9001 7.5.3, 10.2.2).

    Append-only: the database refuses to change or delete a row. Names are kept as text, so that a
    person or unit that is renamed does not rewrite what was decided. `name` is that of a transition, or
    one of those below, which every kind has.
    """

    CREATED = "created"
    HANDED_OVER = "handed_over"
    WENT_ALONG = "went_along"

    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="decisions")
    name = models.CharField(max_length=40)
    before = models.CharField(max_length=30, blank=True)
    after = models.CharField(max_length=30)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=150)
    unit_name = models.CharField(max_length=150)
    comment = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["record", "at"], name="decision_record_at")]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.before} → {self.after}"


class Comment(models.Model):
    """Something said about a record. `internal` is for those who handle it, never for the sender.

    `key` tells the form it came with (`qms.once.sent_key`): sent twice, it is said once.
    """

    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    author_name = models.CharField(max_length=150)
    text = models.TextField(max_length=10_000)
    internal = models.BooleanField(default=False)
    key = models.UUIDField(null=True, unique=True, editable=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["record", "at"], name="comment_record_at")]

    def __str__(self) -> str:
        return self.text[:60]


class LinkType(models.TextChoices):
    """How one record stands to another, read from the source: "F-2026-1 is caused by R-2026-4"."""

    RELATED = "related", _("Belongs together with")
    CAUSED_BY = "caused_by", _("Caused by")
    TREATS = "treats", _("Treats")
    REPLACES = "replaces", _("Replaces")
    FOUND_IN = "found_in", _("Found in")
    SAME_AS = "same_as", _("Same as")
    ADOPTS = "adopts", _("Taken over from")


class LinkQuerySet(models.QuerySet["Link"]):
    """Links."""

    def present(self) -> "LinkQuerySet":
        """Those that have not been removed."""
        return self.filter(removed_at__isnull=True)


class Link(models.Model):
    """A typed link from one record to another; shown on both.

    One that is removed stays as a line in both timelines. Names are kept as text, as in decisions.
    """

    source = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="links_in")
    type = models.CharField(max_length=20, choices=LinkType.choices, default=LinkType.RELATED)
    place = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_by_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_name = models.CharField(max_length=150, blank=True)

    objects = LinkQuerySet.as_manager()

    REVERSE: dict[str, str | Promise] = {
        LinkType.RELATED: _("Belongs together with"),
        LinkType.CAUSED_BY: _("Cause of"),
        LinkType.TREATS: _("Treated by"),
        LinkType.REPLACES: _("Replaced by"),
        LinkType.FOUND_IN: _("Where found"),
        LinkType.SAME_AS: _("Same as"),
        LinkType.ADOPTS: _("Taken over in"),
    }

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "type", "place"],
                name="link_once",
                condition=Q(removed_at__isnull=True),
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.type} {self.target_id}"

    def label_from(self, record_id: int) -> Any:
        """How the link reads from the record `record_id`, one of its two ends."""
        return self.get_type_display() if record_id == self.source_id else self.REVERSE[self.type]


class Follow(models.Model):
    """Someone who wants to know what happens with a record."""

    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.record_id}"


class NamedQuerySet(models.QuerySet["Named"]):
    """People named on records."""

    def in_force(self) -> "NamedQuerySet":
        """Those who are named still."""
        return self.filter(ended_at__isnull=True)


class Named(models.Model):
    """Somebody who sees a sealed record and may do there what roles may elsewhere.

    Rows are ended, never deleted: who could read it, and when, can be told afterwards.
    """

    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="named")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=150, blank=True)

    objects = NamedQuerySet.as_manager()

    class Meta:
        verbose_name = _("person named")
        verbose_name_plural = _("people named")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "record"], condition=Q(ended_at__isnull=True), name="named_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} named on {self.record_id}"


class Share(models.Model):
    """Who sees an internal record beside those it belongs to: a unit that sent it on or takes part in it,
    or a single person whose own matter goes on in it."""

    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="shares")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        constraints = [
            models.UniqueConstraint(fields=["unit", "record"], name="share_once"),
            models.UniqueConstraint(fields=["person", "record"], name="share_with_person_once"),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) ^ Q(person__isnull=True), name="share_with_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id or self.person_id} sees {self.record_id}"
