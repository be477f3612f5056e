"""What search finds of a record: its reference and title above its text, in Swedish stems and as typed."""

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from qms.records.models import Record

MAX_INDEXED = 200_000  # characters; PostgreSQL refuses a tsvector past 1 MB


def index_record(record: Record) -> None:
    """Write the record's search vector. Inside the transaction that changed the record.

    `search` is derived and kept out of history, so `update()` is right here and nowhere else.
    """
    body = record.kind_offer.body(record)[:MAX_INDEXED]
    vector = (
        SearchVector(Value(record.reference), weight="A", config="simple")
        + SearchVector(Value(record.title), weight="A", config="swedish")
        + SearchVector(Value(record.title), weight="B", config="simple")
        + SearchVector(Value(body), weight="C", config="swedish")
        + SearchVector(Value(body), weight="D", config="simple")
    )
    Record.objects.filter(pk=record.pk).update(search=vector)
