"""What a document's text leads to among the records kept here, and where a document is cited."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from documents.content.links import addresses, reference_in
from documents.models import Document, Version
from documents.workflow.names import IN_FORCE
from qms.organisation.access import Access
from qms.records.models import Record
from qms.records.visibility import visible_at

MOST_CITING = 50  # shown on the page of one document


PAGES = ("records:detail", "register:document")  # where a record is read; people copy the address of either


def reference_at(address: str) -> str:
    """The reference of the record whose page, or whose page in the register, is at `address`, or nothing."""
    found = (reference_in(address, reverse(page, args=["-"])) for page in PAGES)
    return next(filter(None, found), "")


def references_in(html: str) -> list[str]:
    """The references of all records that cleaned `html` leads to, each once, in their order."""
    found = map(reference_at, addresses(html, settings.SITE_URL))
    return list(dict.fromkeys(filter(None, found)))


def cited_in(version: Version) -> Iterable[int]:
    """Ids of the records that the text of `version` leads to; whoever cites a version cites its document.

    Two queries, none where the text leads nowhere.
    """
    references = references_in(version.text)
    if not references:
        return []
    found = set(Record.objects.filter(reference__in=references).order_by().values_list("pk", flat=True))
    versions = Version.objects.filter(pk__in=found).order_by().values_list("pk", "document_id")
    of_versions = dict(versions)
    return (found - of_versions.keys() | set(of_versions.values())) - {version.document_id}


@dataclass(frozen=True)
class Citing:
    """The documents in force whose text leads to a document."""

    documents: list[Record]
    has_more: bool


def citing(document: Document, access: Access) -> Citing:
    """Where `document` is cited, of what `access` sees, by title. One query."""
    leading_here = Document.cites.through.objects.filter(record=document).values("document")
    rows = Record.objects.filter(visible_at(access, "pk"), pk__in=leading_here, state=IN_FORCE)
    rows = rows.only("kind", "category", "reference", "title").order_by("title", "pk")
    found: list[Record] = list(rows[: MOST_CITING + 1])
    return Citing(found[:MOST_CITING], len(found) > MOST_CITING)
