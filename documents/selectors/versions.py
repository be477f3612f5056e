"""The versions of a document that its pages and services ask for."""

from documents.models import Document, Version
from documents.permissions import MEND_WORDS, WRITE
from qms.organisation.access import Access
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


def sees_to_words(access: Access, version: Version, document: Document) -> bool:
    """Whether `access` may have a file tried again whose words could not be read: whoever sees to the
    document, and whoever writes what is under way."""
    return access.can(MEND_WORDS, document) or (version.is_open and access.can(WRITE, version))
