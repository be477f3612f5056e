"""The public register: what is public and in force, and nothing else.

Whoever asks is a visitor (`VisitorAccess`), also somebody who has signed in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchRank, SearchVectorField
from django.db.models import F, Func, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.safestring import SafeString

from documents.models import Document, DocumentType, FrozenPdf, Version
from documents.workflow.names import IN_FORCE
from qms.organisation.access import VisitorAccess
from qms.records.models import Visibility
from qms.records.search import WEIGHTS, clean_text, excerpts, reference_in, text_query

STEP, MOST = 25, 200
EXCERPTED = 5_000  # characters of a text in which an excerpt is looked for
FEED = 50


@dataclass(frozen=True)
class Entry:
    """A document of the register with what is in force of it."""

    document: Document
    version: Version
    pdf: FrozenPdf | None
    excerpt: SafeString | None = None

    @property
    def has_file(self) -> bool:
        """Whether there is something to download: the official PDF, or the file that itself holds."""
        return self.pdf is not None and (
            self.pdf.state == FrozenPdf.State.READY
            or (self.version.is_file and self.pdf.state == FrozenPdf.State.UNMADE)
        )


def registered() -> QuerySet[Document]:
    """The documents of the register."""
    seen: QuerySet[Document] = Document.objects.visible_to(VisitorAccess())
    return seen.filter(state=IN_FORCE, visibility=Visibility.PUBLIC)


def entries(documents: Iterable[Document], excerpts_of: dict[int, SafeString] | None = None) -> list[Entry]:
    """The documents with their versions in force and PDFs, in the order given. Two queries."""
    listed = list(documents)
    versions = Version.objects.visible_to(VisitorAccess()).filter(document__in=listed, is_in_force=True)
    held = {version.document_id: version for version in versions.select_related("file").defer("search")}
    pdfs = {pdf.version_id: pdf for pdf in FrozenPdf.objects.filter(version__in=held.values())}
    found = excerpts_of or {}
    return [
        Entry(document, version, pdfs.get(version.pk), found.get(document.pk))
        for document in listed
        if (version := held.get(document.pk))
    ]


def entry_of(reference: str) -> Entry:
    """The document with that reference. Raises Document.DoesNotExist when it is not in the register."""
    document = registered().select_related("unit", "type").get(reference=reference)
    found = entries([document])
    if not found:
        raise Document.DoesNotExist
    return found[0]


@dataclass(frozen=True)
class Found:
    """What the register's page shows."""

    text: str
    type: str
    shown: list[Entry]
    total: int
    types: list[DocumentType]

    @property
    def has_more(self) -> bool:
        """Whether there is more than is shown."""
        return self.total > len(self.shown)


def search_register(text: str, type_key: str, shown: int) -> Found:
    """The register, or what of it fits a text and a type. Six queries.

    Only title and text are searched: what people have said about a document is no part of it.
    """
    text = clean_text(text)
    types = list(DocumentType.objects.filter(documents__in=registered()).distinct())
    key = type_key if type_key in {kind.key for kind in types} else ""
    documents = registered().filter(category=key) if key else registered()
    order: list[OrderBy | str] = ["title", "pk"]
    if text:
        query = text_query(text)
        # The index first, then once more without what people said about it.
        fits = Q(search=query, said=query) | Q(reference=reference_in(text) or text.upper())
        documents = documents.filter(pk__in=documents.alias(said=_said()).filter(fits).values("pk"))
        order.insert(0, SearchRank(_said(), query, weights=WEIGHTS).desc())
    rows = list(documents.order_by(*order).select_related("unit", "type").defer("search")[:shown])
    bodies = {row.pk: row.text[:EXCERPTED] for row in rows} if text else {}
    found = entries(rows, excerpts(text, bodies))
    return Found(text, key, found, documents.order_by().count(), types)


def newest() -> list[Entry]:
    """What came into force last, the latest first. Three queries."""
    latest = Version.objects.filter(is_in_force=True, document__in=registered()).order_by(
        "-valid_from", "-pk"
    )
    ids = list(latest.values_list("document_id", flat=True)[:FEED])
    found = registered().filter(pk__in=ids).select_related("unit", "type").defer("search")
    place = {pk: at for at, pk in enumerate(ids)}
    return entries(sorted(found, key=lambda document: place[document.pk]))


def page_after(pk: int, count: int) -> tuple[list[Entry], int | None]:
    """The next `count` documents by id after `pk`, and the id to go on from, if any. Three queries."""
    later = registered().filter(pk__gt=pk).order_by("pk").select_related("unit", "type").defer("search")
    rows = list(later[: count + 1])
    last = rows[count - 1].pk if len(rows) > count else None
    return entries(rows[:count]), last


def _said() -> Func:
    """The search vector of title and text alone: what was said about a document has weight D."""
    return Func(
        F("search"),
        function="ts_filter",
        template="%(function)s(%(expressions)s, '{a,b,c}'::\"char\"[])",
        output_field=SearchVectorField(),
    )
