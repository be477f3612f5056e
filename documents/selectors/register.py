"""The public register: what is public and in force, and nothing else.

Whoever asks is a visitor (`VisitorAccess`), also somebody who has signed in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQueryField
from django.db.models import Exists, ExpressionWrapper, OuterRef, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from documents.models import Document, DocumentType, FrozenPdf, Version
from documents.workflow.names import IN_FORCE
from qms.conditions import Condition
from qms.organisation.access import VisitorAccess
from qms.records.models import Record, Visibility
from qms.records.search import (
    RANKED,
    WEIGHTS,
    clean_text,
    excerpts,
    leaves_out,
    query_sql,
    reference_in,
    similar,
    text_query,
)
from qms.records.visibility import record_at
from qms.sql import fetch

STEP, MOST = 25, 200
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
        return bool(self.sha256)

    @property
    def sha256(self) -> str:
        """Of what there is to download; empty when there is nothing."""
        if self.pdf is None:
            return ""
        if self.pdf.state == FrozenPdf.State.UNMADE and self.version.file is not None:
            return self.version.file.sha256
        return self.pdf.sha256 if self.pdf.state == FrozenPdf.State.READY else ""


def _faces() -> QuerySet[Record]:
    """The documents of the register without what only documents have: half as much is read to choose."""
    seen: QuerySet[Record] = Record.objects.visible_to(VisitorAccess()).filter(kind=Document.KIND)
    return seen.filter(state=IN_FORCE, visibility=Visibility.PUBLIC)


def registered() -> QuerySet[Document]:
    """The documents of the register."""
    seen: QuerySet[Document] = Document.objects.visible_to(VisitorAccess())
    return seen.filter(state=IN_FORCE, visibility=Visibility.PUBLIC)


def entries(
    documents: Iterable[Document],
    excerpts_of: dict[int, SafeString] | None = None,
    without: tuple[str, ...] = ("search", "text", "extracted"),
) -> list[Entry]:
    """The documents with their versions in force and PDFs, in the order given. Two queries.

    `without` are the fields of versions that are not read: texts are long.
    """
    listed = list(documents)
    versions = Version.objects.visible_to(VisitorAccess()).filter(document__in=listed, is_in_force=True)
    held = {version.document_id: version for version in versions.select_related("file").defer(*without)}
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
    found = entries([document], without=("search", "extracted"))
    if not found:
        raise Document.DoesNotExist
    return found[0]


def register_address(record: Record) -> str:
    """Where the document stands in the register; nothing when it does not. One query."""
    reference = record.reference
    return reverse("register:document", args=[reference]) if among_registered([reference]) else ""


def among_registered(references: list[str]) -> set[str]:
    """Those of the references that are of documents in the register. One query, none for no reference."""
    if not references:
        return set()
    return set(_faces().filter(reference__in=references).order_by().values_list("reference", flat=True))


@dataclass(frozen=True)
class Found:
    """What the register's page shows."""

    text: str
    type: str
    shown: list[Entry]
    total: int
    types: list[DocumentType]
    near: list[Entry]  # whose titles are spelt much like a text that finds nothing

    @property
    def is_capped(self) -> bool:
        """Whether there is more than is ranked."""
        return bool(self.text) and self.total > RANKED

    @property
    def counted(self) -> int:
        """How many there are; of a text at most as many as are ranked."""
        return min(self.total, RANKED) if self.text else self.total

    @property
    def has_more(self) -> bool:
        """Whether there is more than is shown."""
        return self.total > len(self.shown)


def search_register(text: str, type_key: str, shown: int) -> Found:
    """The register, or what of it fits a text and a type. Seven queries at most, of a text that finds nothing
    two more, of any type: whoever misspells a word is not left with nothing.

    Only title and text are searched: what people have said about a document is no part of it.
    """
    text = clean_text(text)
    types = list(DocumentType.objects.filter(Exists(_faces().filter(category=OuterRef("key")))))
    key = type_key if type_key in {kind.key for kind in types} else ""
    documents = _faces().filter(category=key) if key else _faces()
    ids, total = _ranked(documents, text) if text else _by_title(documents, shown)
    rows = _in_order(ids[:shown])
    bodies = {row.pk: row.text for row in rows} if text else {}
    near = entries(_in_order(similar(text, VisitorAccess(), but=[]))) if text and not rows else []
    return Found(text, key, entries(rows, excerpts(text, bodies)), total, types, near)


def _by_title(documents: QuerySet[Record], shown: int) -> tuple[list[int], int]:
    """The first by title, and how many there are. Only ids and titles are sorted: texts are long."""
    ids = documents.order_by("title", "pk").values_list("pk", flat=True)[:shown]
    return list(ids), documents.order_by().count()


def _ranked(documents: QuerySet[Record], text: str) -> tuple[list[int], int]:
    """The best of the newest RANKED + 1 that a text finds: ranking thousands takes seconds.

    The index answers first; then, from the newest on until there are enough, those are left out in which
    only what people said about them fits: each of these vectors is long.
    """
    called = reference_in(text) or (text.upper() if " " not in text else "")
    if called and (found := documents.filter(reference=called).values_list("pk").first()):
        return list(found), 1
    query = text_query(text)
    newest = documents.order_by("-created_at", "-pk")
    asked = ExpressionWrapper(query, output_field=SearchQueryField())
    written, values = newest.values_list("pk", "title", "search", asked).query.sql_with_params()
    # Of what is unwanted the index would tell that it stands in a comment: there it is not asked.
    if not leaves_out(text):
        select, _table, rest = written.partition(_FROM)
        sql, own = query_sql(query)
        written = f"{select}{_FOUND.format(query=sql)}{rest}"
        first = select.count("%s")
        values = (*values[:first], *own, *values[first:])
    best = fetch(_BEST.format(newest=written), [*values, RANKED + 1, WEIGHTS])
    return [pk for (pk,) in best], len(best)


_FROM = 'FROM "records_record"'
# Stands for the table in the question that the ORM has written: the register's own index of words is asked
# first and alone (that is what OFFSET does). PostgreSQL would rather hold all that has the word against all
# that is public.
_FOUND = (
    "FROM (SELECT * FROM records_record WHERE visibility = 'public' AND search @@ {query} OFFSET 0)"
    ' AS "records_record"'
)

# What was said about a document has weight D. OFFSET keeps the order: without it all that the index finds are
# looked through before they are put in order.
_BEST = """
SELECT id FROM (
    SELECT id, title, own, asked
    FROM ({newest} OFFSET 0) AS newest (id, title, search, asked), ts_filter(search, '{{a,b,c}}') AS own
    WHERE own @@ asked LIMIT %s
) AS fitting ORDER BY ts_rank(%s::real[], own, asked) DESC, title, id"""


def _in_order(ids: list[int]) -> list[Document]:
    """These documents, in this order. One query."""
    place = {pk: at for at, pk in enumerate(ids)}
    found = registered().filter(pk__in=ids).select_related("unit", "type").defer("search")
    return sorted(found, key=lambda document: place[document.pk])


_REGISTERED = Condition(f"({{visibility}} = '{Visibility.PUBLIC}' AND {{state}} = '{IN_FORCE}')")


def newest() -> list[Entry]:
    """What came into force last, the latest first. Four queries."""
    held = Version.objects.filter(record_at("document_id", _REGISTERED), is_in_force=True)
    latest = held.order_by("-valid_from", "-pk")
    ids = list(latest.values_list("document_id", flat=True)[:FEED])
    return entries(_in_order(ids))


def page_after(pk: int, count: int) -> tuple[list[Entry], int | None]:
    """The next `count` documents by id after `pk`, and the id to go on from, if any. Three queries."""
    later = registered().filter(pk__gt=pk).order_by("pk").select_related("unit", "type")
    rows = list(later.defer("search", "text")[: count + 1])
    last = rows[count - 1].pk if len(rows) > count else None
    return entries(rows[:count]), last
