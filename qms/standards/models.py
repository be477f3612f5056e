"""Standards, their editions and requirements, and which records are evidence for which requirement.

Only numbers, titles and our own wording are kept; no text of a standard.
"""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qms.history import HistoricalRecords
from qms.records.models import Record


class Edition(models.Model):
    """One edition of a standard, e.g. ISO 9001:2026. Several may be in use beside each other."""

    key = models.SlugField(max_length=40, unique=True)
    standard = models.CharField(_("standard"), max_length=40)
    year = models.PositiveSmallIntegerField(_("edition"))
    subject = models.CharField(max_length=80)
    in_use = models.BooleanField(_("in use"), default=True)
    second_hand = models.BooleanField(
        _("from secondary sources"),
        default=False,
        help_text=_("Our wording was made without reading the edition itself."),
    )

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["standard", "-year"]
        constraints = [models.UniqueConstraint(fields=["standard", "year"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.standard}:{self.year}"

    def get_absolute_url(self) -> str:
        return reverse("standards:edition", args=[self.key])


class DocumentedInformation(models.TextChoices):
    """What the clause asks to have in writing: a living document, or a record that is kept."""

    NONE = "", _("Nothing in writing is asked for")
    MAINTAIN = "maintain", _("A document that is kept up to date")
    RETAIN = "retain", _("Records that are kept")


class Requirement(models.Model):
    """A clause of an edition. `order` follows the standard; parents come before their children."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="requirements")
    number = models.CharField(_("number"), max_length=12)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    order = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=150)
    label_sv = models.CharField(max_length=150)
    label_nb = models.CharField(max_length=150)
    guidance_en = models.TextField()
    guidance_sv = models.TextField()
    guidance_nb = models.TextField(blank=True)
    documented_information = models.CharField(
        max_length=10, choices=DocumentedInformation.choices, blank=True
    )
    evidence_keys = ArrayField(models.CharField(max_length=40), default=list)
    change_en = models.TextField(blank=True)
    change_sv = models.TextField(blank=True)
    change_nb = models.TextField(blank=True)
    counterparts = models.ManyToManyField("self", blank=True)
    applies = models.BooleanField(_("applies to us"), default=True)
    exclusion_reason = models.TextField(_("why it does not apply"), blank=True, max_length=2000)
    history = HistoricalRecords(
        excluded_fields=[
            "counterparts",
            *("guidance_en", "guidance_sv", "guidance_nb", "change_en", "change_sv", "change_nb"),
        ]
    )

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["edition", "order"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="requirement_number_once"),
            # ISO 9001 4.3: a requirement may be left out only with a reason.
            models.CheckConstraint(
                condition=Q(applies=True) | ~Q(exclusion_reason=""), name="requirement_exclusion_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("standards:requirement", args=[self.edition.key, self.number])

    @property
    def label(self) -> str:
        """What the clause is about, in the reader's language. Ours where the standard gives no title."""
        return {"sv": self.label_sv, "nb": self.label_nb}.get(get_language() or "", self.title_en.strip("[]"))

    @property
    def guidance(self) -> str:
        """What an auditor looks for, in the reader's language."""
        guidance = {"sv": self.guidance_sv, "nb": self.guidance_nb}.get(get_language() or "")
        return guidance or self.guidance_en

    @property
    def change(self) -> str:
        """What is new since the edition before, in the reader's language; empty when nothing is known."""
        change = {"sv": self.change_sv, "nb": self.change_nb}.get(get_language() or "")
        return change or self.change_en

    @property
    def depth(self) -> int:
        """1 for a chapter, 2 for 4.1, 3 for 4.4.1."""
        return self.number.count(".") + 1


class EvidenceType(models.Model):
    """A sort of evidence that clauses expect, e.g. "management review minutes"."""

    key = models.CharField(max_length=40, primary_key=True)
    label_en = models.CharField(max_length=120)
    label_sv = models.CharField(max_length=120)
    label_nb = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("evidence type")
        verbose_name_plural = _("evidence types")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        label = {"sv": self.label_sv, "nb": self.label_nb}.get(get_language() or "")
        return label or self.label_en


class RequirementLink(models.Model):
    """Somebody's word that a record is evidence for a requirement."""

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="links")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="requirement_links")
    note = models.CharField(_("what it shows"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    history: ClassVar[HistoricalRecords] = HistoricalRecords()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = [F("created_at").desc(), "-pk"]
        constraints = [models.UniqueConstraint(fields=["requirement", "record"], name="requirementlink_once")]

    def __str__(self) -> str:
        return f"{self.record_id} → {self.requirement_id}"
