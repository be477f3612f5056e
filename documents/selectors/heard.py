"""What was said while something was written is for those who wrote, reviewed and decided, and for those who
see drafts; not for all who read what came of it."""

from datetime import UTC, datetime

from django.db.models import Max, Min

from documents.models import Document, Version
from documents.permissions import VIEW
from qms.organisation.access import Access
from qms.records.models import Record, Share

_NEVER = datetime.max.replace(tzinfo=UTC)


def works_on(record: Record, access: Access) -> bool:
    """Whether `access` sees a document or version while it is written: by a role, as its owner or author, or
    as one who was asked to review or to approve it. One query at most."""
    if access.is_system or access.can(VIEW, record):
        return True
    if {record.owner_id, record.created_by_id} & access.acts_for:
        return True
    return Share.objects.filter(record=record, person__in=access.acts_for).exists()


def version_heard_since(access: Access, version: Version) -> datetime | None:
    """From its approval on, for those who have not worked on it. Two queries at most."""
    if works_on(version, access):
        return None
    opened = version.decisions.filter(name__in=("approve", "take_over"))
    return opened.aggregate(at=Max("at"))["at"] or _NEVER


def document_heard_since(access: Access, document: Document) -> datetime | None:
    """From when something of it was in force, for those who have not worked on it. Two queries at most."""
    if works_on(document, access):
        return None
    return document.decisions.filter(name="take_effect").aggregate(at=Min("at"))["at"] or _NEVER
