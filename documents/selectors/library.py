"""The library of governing documents: what can be chosen beside the filters that every list has."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Version
from documents.workflow.names import IN_FORCE
from qms.conditions import NOTHING, Condition
from qms.organisation.access import Access
from qms.records.kinds import MoreColumns, Selection

SOON = 90  # days within which something is soon to be looked over


# A person's few among many: looked up by their ids, where the planner would else read all that are in force.
_HOLDS = """{id} = ANY (ARRAY (
    SELECT document_id FROM documents_applies JOIN organisation_unit ON organisation_unit.id = unit_id
    WHERE path = ANY (%s)))"""
_TO_READ = """{id} = ANY (ARRAY (
    SELECT document_id FROM documents_readduty
    WHERE person_id = %s AND confirmed_at IS NULL AND closed_at IS NULL))"""


def holds_for(access: Access) -> Q:
    """Documents that hold where the person works: for the home unit or a unit above it."""
    home = access.person.home_unit if access.person else None
    if home is None:
        return NOTHING.q
    return Condition(_HOLDS, (tuple(home.ancestor_paths),)).q


def to_read(access: Access) -> Q:
    """Documents that the person has still to read and confirm."""
    return Condition(_TO_READ, (access.person and access.person.pk,)).q


def being_written(access: Access) -> Q:
    """Documents with a version under way that the person sees, also where another is in force."""
    under_way = Version.objects.visible_to(access).filter(is_under_way=True)
    return Q(pk__in=under_way.order_by().values("document"))


def _soon(today: date) -> Q:
    return Q(due__lte=today + timedelta(days=SOON), state=IN_FORCE)


def _decided(documents: list[int]) -> Mapping[int, Sequence[object]]:
    """Of each that is in force: its version, and what was decided, as it stands on the document's page."""
    held = Version.objects.filter(document__in=documents, is_in_force=True).order_by()
    rows = held.values_list(
        *("document_id", "major", "minor"),
        *("decided_by", "paragraph", "decided_on", "registry_number", "valid_from"),
    )
    return {
        document: (f"{major}.{minor}" if minor else str(major), *decided)
        for document, major, minor, *decided in rows
    }


DECIDED = MoreColumns(
    (
        (_("Version"), 9),
        (_("Decided by"), 30),
        (_("Paragraph"), 11),
        (_("Day of the decision"), 16),
        (_("Registry number"), 20),
        (_("In force from"), 14),
    ),
    _decided,
)
SELECTIONS = (
    Selection("mine", _("Holds for me"), personal=holds_for),
    Selection("to_read", _("To read and confirm"), personal=to_read),
    Selection("under_way", _("Being written or changed"), personal=being_written),
    Selection("soon", _("To be looked over within three months"), _soon),
)
VIEWS = (
    (pgettext_lazy("documents", "All that lives"), ""),
    (_("In force"), f"state={IN_FORCE}"),
    (_("Holds for me"), f"only=mine&state={IN_FORCE}"),
    (_("Recently changed"), f"state={IN_FORCE}&sort=changed"),
    (_("To look over"), "only=soon"),
    (_("Being written"), "only=under_way"),
    (pgettext_lazy("documents", "All, repealed ones too"), "state=all"),
)
