"""A version of a document: the one that is written, reviewed, decided and in force."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from documents.models.document import Document
from documents.workflow.names import IN_FORCE, REMARKED, UNDER_WAY
from qms.history import HistoricalRecords
from qms.organisation.models import Person
from qms.records.models import Attachment, Record, RecordManager

MOST_TEXT = 400_000  # characters of markup
MOST_CHANGES = 300  # characters of "what changes for you"


class Weight(models.TextChoices):
    """How much a version changes for those it holds for; decided at approval."""

    EDITORIAL = "editorial", _("Editorial: nothing changes in substance")
    CHANGED = "changed", _("Changed: worth knowing")
    NEW_DUTY = "new_duty", _("New duty: those it holds for must read and confirm")


class Version(Record):
    """One version of a document: 1, 2, 3 …, and 2.1 for a small correction of 2.

    `text` is sanitised markup; a version that is an uploaded file has `file` and the text `extracted` from
    it. `writers` are all who have written on it: none of them approves it. `is_under_way` and `is_in_force`
    repeat the state, so that the database can see to it: one at most is in force, one whole version and one
    small correction at most are under way. `valid_until` is the day from which it held no longer.
    """

    KIND: ClassVar[str] = "document_version"

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="versions",
        editable=False,
    )  # fmt: skip
    major = models.PositiveSmallIntegerField(editable=False)
    minor = models.PositiveSmallIntegerField(default=0, editable=False)
    text = models.TextField(_("text"), max_length=MOST_TEXT, blank=True)
    file = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    extracted = models.TextField(max_length=MOST_TEXT, blank=True, editable=False)
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", editable=False)
    round = models.PositiveSmallIntegerField(_("round of review"), default=0, editable=False)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who is asked to approve"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    weight = models.CharField(
        _("what it changes"), max_length=20, choices=Weight.choices, blank=True, editable=False
    )
    changes_for_you = models.TextField(
        _("what changes for you"), max_length=MOST_CHANGES, blank=True, editable=False
    )
    read_by = models.DateField(_("to be read by"), null=True, blank=True, editable=False)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True, editable=False)
    paragraph = models.CharField(_("paragraph"), max_length=20, blank=True, editable=False)
    decided_on = models.DateField(_("day of the decision"), null=True, blank=True, editable=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True, editable=False)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, editable=False)
    is_under_way = models.BooleanField(default=True, editable=False)
    is_in_force = models.BooleanField(default=False, editable=False)

    objects: ClassVar[RecordManager] = RecordManager()
    history = HistoricalRecords(excluded_fields=["search", "changed_at", "extracted"])

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["document", "major", "minor"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(is_in_force=True), name="version_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(is_under_way=True, minor=0), name="version_one_under_way"
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(is_under_way=True, minor__gt=0),
                name="version_one_correction_under_way",
            ),
            models.CheckConstraint(
                condition=~Q(is_in_force=True, is_under_way=True), name="version_in_force_or_under_way"
            ),
            models.CheckConstraint(
                condition=Q(is_in_force=False)
                | Q(valid_from__isnull=False, valid_until__isnull=True) & ~Q(decided_by="") & ~Q(weight=""),
                name="version_in_force_is_decided",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="version_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(weight__in=["", *Weight.values]), name="version_weight_known"),
            models.CheckConstraint(condition=Q(major__gte=1), name="version_numbered_from_one"),
        ]
        indexes = [
            # What came into force last, without sorting all that holds.
            models.Index(
                fields=["-valid_from", "-record_ptr"],
                include=["document"],
                name="version_in_force_newest",
                condition=Q(is_in_force=True),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What the database guards about the state is repeated where it can see it."""
        self.is_under_way = self.state in UNDER_WAY
        self.is_in_force = self.state == IN_FORCE
        super().save(*args, **kwargs)

    @property
    def number(self) -> str:
        """ "3", or "3.1" for a small correction."""
        return f"{self.major}.{self.minor}" if self.minor else str(self.major)

    @property
    def name(self) -> str:
        """ "Version 3.1"."""
        return _now("Version %(number)s") % {"number": self.number}

    @property
    def takes_remarks(self) -> bool:
        """Whether something can be said about places in its text: from review on, until it is in force."""
        return self.state in REMARKED

    @property
    def is_file(self) -> bool:
        """Whether the version is an uploaded file."""
        return self.file_id is not None

    @property
    def change_lines(self) -> list[str]:
        """What changes for those it holds for, one a line."""
        return [line.strip() for line in self.changes_for_you.splitlines() if line.strip()]

    def chosen_for(self, task: str) -> Person | None:
        """Who was asked to approve."""
        return self.approver
