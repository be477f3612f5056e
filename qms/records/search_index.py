"""What search finds of a record: its reference and title above its text, in Swedish stems and as typed."""

from typing import Any

from django.contrib.postgres.search import CombinedSearchVector, SearchVector
from django.db.models import Value

from qms.records.models import Record

MAX_INDEXED = 200_000  # characters; PostgreSQL refuses a tsvector past 1 MB


def index_record(record: Record) -> None:
    """Write the record's search vector. Inside the transaction that changed the record.

    `search` is derived and kept out of history, so `update()` is right here and nowhere else.
    """
    body = record.kind_offer.body(record)[:MAX_INDEXED]
    vector = search_vector(Value(record.reference), Value(record.title), Value(body))
    Record.objects.filter(pk=record.pk).update(search=vector)


def search_vector(reference: Any, title: Any, body: Any) -> CombinedSearchVector:
    """The vector of these three texts, each a value or an expression."""
    return (
        SearchVector(reference, weight="A", config="simple")
        + SearchVector(title, weight="A", config="swedish")
        + SearchVector(title, weight="B", config="simple")
        + SearchVector(body, weight="C", config="swedish")
        + SearchVector(body, weight="D", config="simple")
    )
