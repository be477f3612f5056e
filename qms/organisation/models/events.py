"""What happened in the organisation, in words that stay."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.organisation.models.units import Unit


class OrganisationEvent(models.Model):
    """Who did what with a unit, a person, a role or a group, and when.

    Append-only: the database refuses to change or delete a row. Names are kept as text, so that what
    was said under an old name keeps it. `before` and `after` are texts too; for a changed field `what`
    is its name and they are its values, for a role `what` is its key and `after` its last day, if any.
    """

    class Kind(models.TextChoices):
        UNIT_CREATED = "unit_created", _("Unit added")
        UNIT_RENAMED = "unit_renamed", _("Unit renamed")
        UNIT_CHANGED = "unit_changed", _("Unit changed")
        HEAD_SET = "head_set", _("New head")
        UNIT_MOVED = "unit_moved", _("Unit moved")
        UNIT_MERGED = "unit_merged", _("Unit merged")
        UNIT_TOOK_OVER = "unit_took_over", _("Unit took over another")
        UNIT_CLOSED = "unit_closed", _("Unit closed")
        UNIT_REOPENED = "unit_reopened", _("Unit opened again")
        PERSON_ADDED = "person_added", _("Person added")
        PERSON_CHANGED = "person_changed", _("Person changed")
        PERSON_LEFT = "person_left", _("Person left")
        PERSON_RETURNED = "person_returned", _("Person came back")
        ROLE_GIVEN = "role_given", _("Role given")
        ROLE_TAKEN = "role_taken", _("Role taken back")
        GROUP_CREATED = "group_created", _("Group made")
        GROUP_RENAMED = "group_renamed", _("Group renamed")
        GROUP_REMOVED = "group_removed", _("Group removed")
        GROUP_JOINED = "group_joined", _("Joined a group")
        GROUP_LEFT = "group_left", _("Left a group")
        DEPUTY_SET = "deputy_set", _("Deputy appointed")
        DEPUTY_REMOVED = "deputy_removed", _("Deputy removed")
        SECOND_STEP_ENDED = "second_step_ended", _("Two-step sign-in turned off")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=150)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="events")
    unit_name = models.CharField(max_length=150, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="events"
    )
    person_name = models.CharField(max_length=150, blank=True)
    # A group may be removed and what was written of it stays: the number leads nowhere, the name remains.
    group = models.ForeignKey(
        Group, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="events"
    )
    group_name = models.CharField(max_length=150, blank=True)
    what = models.CharField(max_length=40, blank=True)
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("organisation event")
        verbose_name_plural = _("organisation events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="organisation_event_newest"),
            models.Index(fields=["unit", "-at"], name="organisation_event_unit"),
            models.Index(fields=["person", "-at"], name="organisation_event_person"),
            models.Index(fields=["group", "-at"], name="organisation_event_group"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_name} {self.person_name}".strip()
