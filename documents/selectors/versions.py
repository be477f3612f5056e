"""The versions of a document that its pages and services ask for."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from documents.models import Document, Review, Version
from documents.permissions import MEND_WORDS, VIEW, WRITE
from documents.workflow.names import SCHEDULED
from qms.organisation.access import Access
from qms.records.models import RecordQuerySet


def version_in_force(document: Document) -> Version | None:
    """The one in force, with its file; None when there is none."""
    found: Version | None = (
        Version.objects.filter(document=document, is_in_force=True).select_related("file", "unit").first()
    )
    return found


def versions_under_way(document: Document) -> list[Version]:
    """Those that are written, reviewed, decided on or wait for their day: the next whole version, and a small
    correction of what is in force; the lower number first."""
    found = Version.objects.filter(document=document, is_under_way=True).order_by("major", "minor")
    return list(found.select_related("owner", "unit"))


def living_of(document_id: int) -> Iterable[int]:
    """Ids of the versions of a document that are in force or under way: they move when one of them does, or
    the document."""
    living = Version.objects.filter(Q(is_under_way=True) | Q(is_in_force=True), document=document_id)
    ids: Iterable[int] = living.order_by().values_list("pk", flat=True)
    return ids


def living_with(version_id: int) -> Iterable[int]:
    """The same of the document of a version."""
    return living_of(Version.objects.values_list("document_id", flat=True).get(pk=version_id))


def version_under_way(document: Document, *, small: bool) -> Version | None:
    """The small correction that is under way, or the next whole version; None when there is none."""
    return next((one for one in versions_under_way(document) if bool(one.minor) == small), None)


def corrected_since(version: Version) -> Version | None:
    """The small correction that has come into force since `version`, a whole one under way, was begun: what
    it corrects may be lacking there. One query at most."""
    if version.minor or not version.is_under_way:
        return None
    held = Version.objects.filter(document=version.document_id, is_in_force=True, minor__gt=0)
    found: Version | None = held.filter(state_since__gt=version.created_at).first()
    return found


def brought_in() -> QuerySet[Version]:
    """The versions in force that nobody has reviewed here, nor the whole version that they correct: they came
    in as they had been decided elsewhere."""
    of_it = Review.objects.filter(
        version__document=OuterRef("document"), version__major=OuterRef("major"), answered_at__isnull=False
    )
    versions: QuerySet[Version] = Version.objects.filter(~Exists(of_it.order_by()), is_in_force=True)
    return versions


def newest_first(document: Document) -> RecordQuerySet:
    """All of a document's versions by number, the highest first."""
    versions: RecordQuerySet = Version.objects.filter(document=document).order_by("-major", "-minor")
    return versions


def takes_remarks(version: Version, access: Access) -> bool:
    """Whether `access`, who sees it, may say something about places in its text: from review on, until it is
    in force. What is approved is seen by all it will hold for; they suggest a change of it instead."""
    return version.takes_remarks and (version.state != SCHEDULED or access.can(VIEW, version))


def sees_to_words(access: Access, version: Version, document: Document) -> bool:
    """Whether `access` may have a file tried again whose words could not be read: whoever sees to the
    document, and whoever writes what is under way."""
    return access.can(MEND_WORDS, document) or (version.is_open and access.can(WRITE, version))
