"""The types of governing documents: a setting of the municipality, loaded with the usual ones."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from qms.history import HistoricalRecords


class Level(models.TextChoices):
    """Who decides on documents of a type."""

    COUNCIL = "council", _("The council")
    BOARD = "board", _("The executive board")
    COMMITTEE = "committee", _("A committee")
    MANAGER = "manager", _("A manager")


class TypeCategory(models.TextChoices):
    """What documents of a type do."""

    ACTIVATING = "activating", _("Point out a direction")
    NORMATIVE = "normative", _("Say how we work")
    EXECUTIVE = "executive", _("Describe step by step")
    ORGANISING = "organising", _("Say who decides what")
    REGULATING = "regulating", _("Bind residents")
    EXTERNAL = "external", _("Come from outside")


ICONS: dict[str, str] = {
    TypeCategory.ACTIVATING: "star",
    TypeCategory.NORMATIVE: "document",
    TypeCategory.EXECUTIVE: "book",
    TypeCategory.ORGANISING: "organisation",
    TypeCategory.REGULATING: "gavel",
    TypeCategory.EXTERNAL: "external",
}
LONGEST_REVIEW = 120  # months


def in_language(*, sv: str, nb: str, en: str) -> str:
    """The one of three names in the language of the moment."""
    return {"sv": sv, "nb": nb}.get((get_language() or "")[:2], en)


class DocumentTypeQuerySet(models.QuerySet["DocumentType"]):
    """Types."""

    def active(self) -> "DocumentTypeQuerySet":
        """Those in which new documents are written."""
        return self.filter(is_active=True)


class DocumentType(models.Model):
    """A sort of governing document: policy, guideline, routine …

    `level` and `usually_decided_by` say who decides. With `needs_decision` an approval states the paragraph,
    the day and the registry number. `review_months` is how often documents are looked over (ISO 9001:2015
    7.5.2). `is_public` documents are shown to everyone while they are in force. With `minor_without_review`
    small corrections go straight to approval.
    """

    key = models.CharField(
        _("key"),
        max_length=30,
        unique=True,
        editable=False,
        validators=[RegexValidator(r"^[a-z0-9_-]+$")],
    )
    name_sv = models.CharField(_("name in Swedish"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    name_nb = models.CharField(_("name in Norwegian"), max_length=60)
    description_sv = models.CharField(_("what it is, in Swedish"), max_length=200, blank=True)
    description_en = models.CharField(_("what it is, in English"), max_length=200, blank=True)
    category = models.CharField(_("what such documents do"), max_length=20, choices=TypeCategory.choices)
    level = models.CharField(_("who decides"), max_length=20, choices=Level.choices, default=Level.MANAGER)
    usually_decided_by = models.CharField(_("usually decided by"), max_length=100, blank=True)
    needs_decision = models.BooleanField(_("paragraph, day and registry number at approval"), default=False)
    review_months = models.PositiveSmallIntegerField(
        _("months between reviews"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_REVIEW)],
    )
    is_public = models.BooleanField(_("public"), default=True)
    minor_without_review = models.BooleanField(_("small corrections without review"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar[DocumentTypeQuerySet] = DocumentTypeQuerySet.as_manager()  # type: ignore[assignment]
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("document type")
        verbose_name_plural = _("document types")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="type_level_known"),
            models.CheckConstraint(condition=Q(category__in=TypeCategory.values), name="type_category_known"),
            models.CheckConstraint(
                condition=Q(review_months__gte=1, review_months__lte=LONGEST_REVIEW),
                name="type_review_within_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def review_words(self) -> str:
        """How often, in words: "4 years" where the months are whole years."""
        years, rest = divmod(self.review_months, 12)
        if rest:
            return ngettext("%(n)d month", "%(n)d months", self.review_months) % {"n": self.review_months}
        return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return in_language(sv=self.name_sv, nb=self.name_nb, en=self.name_en)

    @property
    def description(self) -> str:
        """What such a document is."""
        return self.description_en if (get_language() or "").startswith("en") else self.description_sv

    @property
    def icon(self) -> str:
        """The icon of its category."""
        return ICONS[self.category]
