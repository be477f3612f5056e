"""Units: the organisation as a tree."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from qms.history import HistoricalRecords
from qms.organisation.roles import ROLES


class UnitKind(models.TextChoices):
    MUNICIPALITY = "municipality", _("Municipality")
    BOARD = "board", pgettext_lazy("unit", "Board")
    COMMITTEE = "committee", _("Committee")
    DEPARTMENT = "department", _("Department")
    DIVISION = "division", _("Division")
    UNIT = "unit", _("Unit")
    COMPANY = "company", _("Municipal company")
    AUDITORS = "auditors", _("Elected auditors")


# An employee reads what belongs to the nearest of these above the home unit.
SHARED_KINDS = (UnitKind.DEPARTMENT, UnitKind.COMPANY, UnitKind.AUDITORS)


class UnitQuerySet(MP_NodeQuerySet["Unit"]):
    """Units; a subtree is a prefix of the path."""

    def under(self, paths: Iterable[str]) -> "UnitQuerySet":
        """Units at or below any of `paths`; none when there are no paths."""
        condition = Q(pk__in=[])
        for path in paths:
            condition |= Q(path__startswith=path)
        units: UnitQuerySet = self.filter(condition)
        return units

    def in_force(self, day: date) -> "UnitQuerySet":
        """Units that exist on `day`."""
        units: UnitQuerySet = self.filter(valid_from__lte=day).exclude(valid_until__lte=day)
        return units


class UnitManager(MP_NodeManager):
    """Units in the order of the tree."""

    def get_queryset(self) -> UnitQuerySet:
        """Every unit, depth first."""
        units: UnitQuerySet = UnitQuerySet(self.model, using=self._db).order_by("path")
        return units

    def under(self, paths: Iterable[str]) -> UnitQuerySet:
        """Units at or below any of `paths`; none when there are no paths."""
        return self.get_queryset().under(paths)

    def in_force(self, day: date) -> UnitQuerySet:
        """Units that exist on `day`."""
        return self.get_queryset().in_force(day)


class Unit(MP_Node):
    """A part of the organisation.

    A closed unit stays in the tree, under its successor when it was merged, so that what it leaves
    behind keeps its place and its readers. `valid_until` is the day it closed: from that day on it is
    no longer in force.
    """

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("Another unit has this code. A closed one keeps its code too.")},
    )
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind.choices, default=UnitKind.UNIT)
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("head"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="heads",
    )
    valid_from = models.DateField(_("from"), default=date(2000, 1, 1))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
    )

    objects: ClassVar[UnitManager] = UnitManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        # Guardian stores a role on a unit as one of these permissions.
        permissions = [(role.key, role.key) for role in ROLES]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="unit_until_after_from",
            ),
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:unit", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        """Whether an end date has been set."""
        return self.valid_until is not None

    @property
    def ancestor_paths(self) -> list[str]:
        """The paths of the unit itself and everything above it, nearest first."""
        return [self.path[:end] for end in range(len(self.path), 0, -self.steplen)]

    def lies_under(self, paths: Iterable[str]) -> bool:
        """Whether the unit is at or below any of `paths`."""
        return any(self.path.startswith(path) for path in paths)
