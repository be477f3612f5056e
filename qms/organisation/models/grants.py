"""Who holds which role on which unit, and who stands in for whom.

Direct-foreign-key tables for django-guardian: its generic ones keep the object's key as text, which
defeats the planner and leaves grants behind when an object goes.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from qms.history import HistoricalRecords
from qms.organisation.models.units import Unit
from qms.organisation.roles import BY_KEY, Role


class UnitUserGrant(UserObjectPermissionBase):
    """A role granted to one person on one unit, perhaps for a time."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="user_grants")
    valid_until = models.DateField(_("until"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        indexes = [models.Index(fields=["content_object"], name="unit_user_grant_unit")]

    @property
    def role(self) -> Role:
        """The role granted (needs `permission` loaded)."""
        return BY_KEY[self.permission.codename]


class UnitGroupGrant(GroupObjectPermissionBase):
    """A role granted to a group of people on one unit."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="group_grants")
    history = HistoricalRecords()

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = _("group role")
        verbose_name_plural = _("group roles")

    @property
    def role(self) -> Role:
        """The role granted (needs `permission` loaded)."""
        return BY_KEY[self.permission.codename]


class DeputyQuerySet(models.QuerySet["Deputy"]):
    """Deputyships."""

    def on(self, day: date) -> "DeputyQuerySet":
        """Those in force on `day` (both days included)."""
        return self.filter(starts__lte=day, ends__gte=day)

    def from_now(self, day: date) -> "DeputyQuerySet":
        """Those in force on `day` and those to come."""
        return self.filter(ends__gte=day)


class Deputy(models.Model):
    """`deputy` stands in for `person` from `starts` to `ends`, both days included.

    The deputy gets the person's roles and sees the person's tasks for that time.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="deputies",
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("deputy"),
        on_delete=models.PROTECT,
        related_name="deputises_for",
    )
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    history = HistoricalRecords()

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["starts", "pk"]
        indexes = [models.Index(fields=["deputy", "ends"], name="deputy_now")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")),
                name="deputy_ends_after_start",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(person=F("deputy")),
                name="deputy_is_another",
                violation_error_message=_("Choose somebody else than the person who is away."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.person}, {self.starts}–{self.ends}"
