"""The words of a version that is an uploaded file: read out of it by a worker, for search and comparison."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import owed
from documents.models.owed import Owed, OwedQuerySet
from documents.models.version import Version


class FileText(Owed):
    """Whether the words of a version's file have been read; they themselves are its `extracted`.

    The row is of one file: another file in its place gets a row of its own. UNREADABLE is a file that cannot
    be opened, however often it is tried: `fault` says why.
    """

    class State(models.TextChoices):
        PENDING = owed.PENDING, _("Being read")
        READY = owed.READY, _("Read")
        FAILED = owed.FAILED, _("Could not be read")
        UNREADABLE = "unreadable", _("Cannot be read")

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="file_text")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)

    objects: ClassVar[OwedQuerySet["FileText"]] = OwedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")
        indexes = [
            models.Index(fields=["claimable_at"], name="file_text_owed", condition=~Q(state="ready")),
        ]

    @property
    def is_in_want(self) -> bool:
        """Whether the last try did not read it."""
        return self.state in IN_WANT

    @classmethod
    def settled(cls) -> Q:
        """What cannot be opened is not tried again."""
        return Q(state=cls.State.UNREADABLE)


IN_WANT = (FileText.State.FAILED, FileText.State.UNREADABLE)
