"""What hangs on a record, read with its page."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import ForeignObjectRel, ManyToManyRel, Prefetch, QuerySet, prefetch_related_objects

from qms.records.models import Record
from qms.sql import Question


def read_beside(record: Record, lookups: Iterable["Prefetch[Any, Any, Any]"]) -> None:
    """Prefetch what `lookups` name: one query tells which of them have rows at all, and only those are read.

    Most of what can hang on a record does not: a query for each would be half of what its page costs. What
    is tied to it many to many may be thousands: of that only its absence is kept.
    """
    wanted = list(lookups)
    names = tuple(str(lookup.prefetch_to) for lookup in wanted)
    (there,) = _question(type(record), names).fetch({"pk": record.pk})
    present = [
        lookup
        for lookup, name, has_rows in zip(wanted, names, there, strict=True)
        if has_rows and not isinstance(_relation(type(record), name), ManyToManyRel)
    ]
    prefetch_related_objects([record], *present)
    # Where Django keeps what it has prefetched. Its own way to find out that there is none costs half as much
    # as a query.
    kept = vars(record).setdefault("_prefetched_objects_cache", {})
    for name, has_rows in zip(names, there, strict=True):
        if not has_rows:
            kept[name] = _nothing(type(record), name)


@cache
def _nothing(model: type[Record], name: str) -> "QuerySet[Any]":
    """No rows of the relation called `name`; they have been read."""
    rows: QuerySet[Any] = _relation(model, name).related_model._default_manager.none()
    bool(rows)
    return rows


@cache
def _question(model: type[Record], names: tuple[str, ...]) -> Question:
    """One row of truths: whether each of the relations called `names` has a row."""
    quote = connection.ops.quote_name
    places = [_place(_relation(model, name)) for name in names]
    parts = (
        f"EXISTS (SELECT 1 FROM {quote(table)} WHERE {quote(column)} = %(pk)s)"  # noqa: S608  names of ours
        for table, column in places
    )
    return Question(f"SELECT {', '.join(parts)}")


def _place(relation: ForeignObjectRel) -> tuple[str, str]:
    """The table whose rows say that there is such a relation, and its column for the record."""
    if isinstance(relation, ManyToManyRel):
        through: Any = relation.field
        return through.m2m_db_table(), through.m2m_reverse_name()
    return relation.related_model._meta.db_table, str(relation.field.column)


def _relation(model: type[Record], name: str) -> ForeignObjectRel:
    return next(relation for relation in model._meta.related_objects if relation.get_accessor_name() == name)
