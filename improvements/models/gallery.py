"""What a unit shows of an improvement it has made."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from improvements.workflow.names import CLOSED, DONE
from qms.history import HistoricalRecords
from qms.organisation.access import Access
from qms.records.models import Visibility
from qms.records.visibility import visible_at

MOST_SHOWN = 300  # characters of what it was like, of what it is like now
MOST_ALT = 200

# What is kept to those who handle it, or sealed, is not shown, whatever was decided before it was so.
_SHOWN = Q(
    removed_at__isnull=True,
    record__state__in=(DONE, CLOSED),
    record__visibility__in=(Visibility.PUBLIC, Visibility.INTERNAL),
)


class GalleryQuerySet(models.QuerySet["GalleryEntry"]):
    """Improvements in the gallery."""

    def visible_to(self, access: Access) -> Self:
        """The ones `access` may see: of cases they see, and those shown to everyone who works here."""
        for_all = Q(for_all=True) if access.person or access.is_system else Q(pk__in=[])
        return self.filter(_SHOWN & (for_all | visible_at(access, "record_id")))


class GalleryEntry(models.Model):
    """A case in the gallery: what it was like, what it is like now, perhaps a picture of each.

    Whoever handles the case puts it there, in words of their own: nothing that was sent in is shown. With
    `for_all` everyone who works here sees the card, and the case comes to be seen by a unit that wants to do
    the same; else only those see the card who see the case.
    """

    record = models.OneToOneField(
        "improvements.Improvement", on_delete=models.PROTECT, related_name="gallery", editable=False
    )
    was = models.CharField(_("what it was like"), max_length=MOST_SHOWN)
    now = models.CharField(_("what it is like now"), max_length=MOST_SHOWN)
    before = models.ForeignKey(
        "records.Attachment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    before_alt = models.CharField(_("what the picture before shows"), max_length=MOST_ALT, blank=True)
    after = models.ForeignKey(
        "records.Attachment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    after_alt = models.CharField(_("what the picture after shows"), max_length=MOST_ALT, blank=True)
    for_all = models.BooleanField(_("for everyone who works here"), default=False)
    shown_at = models.DateTimeField(default=timezone.now, editable=False)
    shown_by_name = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True, editable=False)
    removed_by_name = models.CharField(max_length=150, blank=True)

    objects = GalleryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("improvement in the gallery")
        verbose_name_plural = _("improvements in the gallery")
        ordering = ["-shown_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(was="") & ~Q(now=""), name="gallery_has_words"),
            models.CheckConstraint(
                condition=(Q(before__isnull=True) | ~Q(before_alt=""))
                & (Q(after__isnull=True) | ~Q(after_alt="")),
                name="gallery_pictures_in_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-shown_at", "-id"], name="gallery_newest", condition=Q(removed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.was}"
