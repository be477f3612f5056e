"""The library of governing documents: what can be chosen beside the filters that every list has."""

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Applies, ReadDuty
from documents.workflow.names import IN_FORCE
from qms.organisation.access import Access
from qms.records.kinds import Selection

SOON = 90  # days within which something is soon to be looked over


def holds_for(access: Access) -> Q:
    """Documents that hold where the person works: for the home unit or a unit above it."""
    home = access.person.home_unit if access.person else None
    if home is None:
        return Q(pk__in=[])
    above = Applies.objects.filter(unit__path__in=home.ancestor_paths).order_by()
    return Q(pk__in=above.values("document_id"))


def to_read(access: Access) -> Q:
    """Documents that the person has still to read and confirm."""
    duties = ReadDuty.objects.missing().filter(person=access.person).order_by()
    return Q(pk__in=duties.values("document_id"))


def _soon(today: date) -> Q:
    return Q(due__lte=today + timedelta(days=SOON), state=IN_FORCE)


SELECTIONS = (
    Selection("mine", _("Holds for me"), personal=holds_for),
    Selection("to_read", _("To read and confirm"), personal=to_read),
    Selection("soon", _("To be looked over within three months"), _soon),
)
VIEWS = (
    (pgettext_lazy("documents", "All that lives"), ""),
    (_("In force"), f"state={IN_FORCE}"),
    (_("Holds for me"), f"only=mine&state={IN_FORCE}"),
    (_("Recently changed"), f"state={IN_FORCE}&sort=changed"),
    (_("To look over"), "only=soon"),
    (_("Being written"), "state=preparing"),
    (pgettext_lazy("documents", "All, repealed ones too"), "state=all"),
)
