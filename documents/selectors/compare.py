"""Two versions of a document held against each other."""

from dataclasses import replace

from documents.models import Document, Version
from documents.selectors.version_page import News, compared, titles_of, why_unread
from documents.services.drafts import plain_text
from qms.organisation.access import Access


def versions_seen(document_id: int, access: Access) -> list[Version]:
    """All versions of a document that `access` sees, the highest first; without their texts."""
    rows = Version.objects.visible_to(access).filter(document=document_id).order_by("-major", "-minor")
    return list(rows.defer("search", "text", "extracted"))


def held_against(before: Version, after: Version) -> News:
    """What is new in `after`; written text and a file's are compared by their words."""
    if unread := why_unread(before):
        return News("", None, unread, titles_of(before, after))
    words_only = before.is_file or after.is_file
    found = compared("", plain_text(before) if words_only else before.text, after, words_only)
    return replace(found, titles=titles_of(before, after))


def sibling(document: Document, reference: str, access: Access) -> Version:
    """A version of `document` by its reference, if `access` sees it; else Version.DoesNotExist."""
    found: Version = (
        Version.objects.visible_to(access)
        .select_related("file", "file_text")
        .get(document=document, reference=reference)
    )
    return found
