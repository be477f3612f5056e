"""What lists took over before: which document a row is of, which it may be of without saying so, and which of
them a list no longer names."""

from collections.abc import Iterable, Mapping
from typing import cast

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from documents.models import Document, Origin
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.records.imports.importers import LeftOut
from qms.records.models import ImportRun, Record, RecordQuerySet

ALIKE = 0.55  # trigrams two titles share: "Handhygien i vården" and "Handhygien i all vård"
MOST_KEY, SHOWN = 500, 20
Cells = Mapping[str, str]


class TakenBefore:
    """What was taken over before a list, and what of it the list names by the keys of its rows."""

    def __init__(self, keys: Iterable[str], access: Access) -> None:
        self._access = access
        self._named = {key[:MOST_KEY] for key in keys}
        self._references = {key.upper() for key in self._named}

    def origin(self, key: str) -> Origin | None:
        """Where the document came from that was taken over as `key`, or has that reference here. A query,
        three where there is none. Raises RuleViolation for the reference of one that was written here."""
        rows = Origin.objects.select_related("document__unit", "document__type")
        known = (
            rows.filter(key=key[:MOST_KEY]).first() or rows.filter(document__reference=key.upper()).first()
        )
        if known is None and Document.objects.visible_to(self._access).filter(reference=key.upper()).exists():
            raise RuleViolation(
                _("%(reference)s was written here: leave the row out, and change it on its page.")
                % {"reference": key.upper()}
            )
        return known

    def alike(self, title: str, file: str) -> Document | None:
        """A living document that a row which is of none may be of: taken over with the same file (by its
        SHA-256), else called nearly the same; none that another row is of. Five queries at most."""
        seen = Document.objects.visible_to(self._access).filter(closed_at=None)
        others = seen.exclude(origin__key__in=self._named).exclude(reference__in=self._references)
        others = others.select_related("origin").defer("search", "text")
        return cast("Document | None", others.filter(origin__said__file=file).first()) or _called_alike(
            others, title
        )


def _called_alike(others: RecordQuerySet, title: str) -> Document | None:
    """The one called most nearly so. Four queries at most."""
    alike = _ids_called_alike(title.upper())
    if not alike:
        return None
    likeness = TrigramSimilarity(Upper("title"), title.upper())
    nearest = others.filter(pk__in=alike).alias(like=likeness).order_by("-like", "pk")
    return cast("Document | None", nearest.first())


@transaction.atomic
def _ids_called_alike(title: str) -> list[int]:
    """Ids of documents with titles that share so much with `title`.

    By the index of titles alone, which knows how much they are to share: PostgreSQL takes holding two titles
    against each other for as cheap as comparing two numbers and would do so with all of them. Of 20,000 that
    are called much alike 80 ms instead of 400.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS, [str(ALIKE), "off"])
        cursor.execute(_ALIKE, [title, Document.KIND])
        found = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(_SETTINGS, [str(ALIKE), "on"])
    return found


# For this transaction only; the index needs the share as a setting, it cannot stand in the query.
_SETTINGS = """
SELECT set_config('pg_trgm.similarity_threshold', %s, true), set_config('enable_seqscan', %s, true)"""
_ALIKE = """
SELECT id FROM (SELECT id, kind FROM records_record WHERE upper(title) %% %s OFFSET 0) AS called
WHERE kind = %s"""


def perhaps(document: Document) -> str:
    """A sentence for a row that may be of `document`, and what to write when it is."""
    # Whoever takes over somewhere sees the row, also those who do not see a restricted document.
    title = document.get_visibility_display() if document.is_restricted else document.title
    named = {"reference": document.reference, "title": title}
    if hasattr(document, "origin"):
        said = _(
            "Perhaps it is %(reference)s “%(title)s”, which was taken over before: then write %(reference)s "
            "in the column Id. Else it becomes one more document."
        )
    else:
        said = _(
            "Perhaps it is %(reference)s “%(title)s”, which was written here: then leave the row out. Else "
            "it becomes one more document."
        )
    return said % named


def left_out(run: ImportRun, access: Access) -> LeftOut | None:
    """The living documents taken over before, of units that the list names, of which it has no row: by key,
    Id or title. Three queries."""
    rows = list(run.rows.values_list("key", "cells__id", "cells__title", "cells__unit"))
    units = {_written(unit) for *_others, unit in rows}
    keys, ids, titles = ({_written(row[at]) for row in rows} - {""} for at in range(3))
    seen = Document.objects.visible_to(access).filter(closed_at=None).order_by()
    lacking = [
        pk
        for pk, key, title, said in Origin.objects.filter(document__in=seen.values("pk"))
        .order_by("document__title", "pk")
        .values_list("pk", "key", "document__title", "said")
        if _written(said.get("unit")) in units
        and _written(key) not in keys
        and _written(said.get("id")) not in ids
        and not titles & {_written(title), _written(said.get("title"))}
    ]
    if not lacking:
        return None
    first = Record.objects.filter(pk__in=lacking[:SHOWN]).defer("search").order_by("title", "pk")
    meaning = _(
        "They stay as they are, in force until they are repealed here. If one stands in the list under "
        "another title, write its number in the column Id: else it is taken over once more."
    )
    return LeftOut(len(lacking), meaning, list(first))


def _written(cell: str | None) -> str:
    return (cell or "").strip().casefold()
