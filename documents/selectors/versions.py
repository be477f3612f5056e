"""The versions of a document that its pages and services ask for."""

from documents.models import Document, Version
from qms.records.models import RecordQuerySet


def version_in_force(document: Document) -> Version | None:
    """The one in force, with its file; None when there is none."""
    found: Version | None = (
        Version.objects.filter(document=document, is_in_force=True).select_related("file", "unit").first()
    )
    return found


def version_under_way(document: Document) -> Version | None:
    """The one that is written, reviewed, decided on or waits for its day; None when there is none."""
    found: Version | None = (
        Version.objects.filter(document=document, is_under_way=True).select_related("owner", "unit").first()
    )
    return found


def newest_first(document: Document) -> RecordQuerySet:
    """All of a document's versions by number, the highest first."""
    versions: RecordQuerySet = Version.objects.filter(document=document).order_by("-major", "-minor")
    return versions
