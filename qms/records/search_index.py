"""What search finds of a record: reference and title above its text, and what people said about it.

In Swedish stems and as typed. What is said internally is left out: the record's sender may search too; so is
what was said while fewer saw it.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import CombinedExpression

from qms.records.models import Comment, Record
from qms.records.selectors.heard import heard_by_all_since, is_heard

MAX_INDEXED = 200_000  # characters; PostgreSQL refuses a tsvector past 1 MB


def index_record(record: Record) -> None:
    """Write the search vector of `record` (the child). Inside the transaction that changed it.

    `search` is derived and kept out of history, so `update()` is right here and nowhere else. What is a
    part of another record is not found by itself.
    """
    if record.kind_offer.apart:
        return
    vector = vector_of(record)
    said = "\n".join(comments_found([record]).get(record.pk, ()))[:MAX_INDEXED]
    if said:
        vector += SearchVector(Value(said), weight="D", config="swedish")
        vector += SearchVector(Value(said), weight="D", config="simple")
    Record.objects.filter(pk=record.pk).update(search=vector)


def vector_of(record: Record) -> CombinedExpression:
    """The search vector of `record` (the child) without what has been said about it."""
    return search_vector(*map(Value, words_of(record)))


def words_of(record: Record) -> tuple[str, str, str]:
    """What search finds of `record` (the child) itself: reference, title, text."""
    return record.reference, record.title, record.kind_offer.body(record)[:MAX_INDEXED]


def search_vector(reference: Any, title: Any, body: Any) -> CombinedExpression:
    """The vector of these three texts, each a value or an expression."""
    return (
        SearchVector(reference, weight="A", config="simple")
        + SearchVector(title, weight="A", config="swedish")
        + SearchVector(title, weight="B", config="simple")
        + SearchVector(body, weight="C", config="swedish")
        + SearchVector(body, weight="D", config="simple")
    )


def comments_found(records: Sequence[Record]) -> dict[int, list[str]]:
    """What search finds of the comments on each of the records, by id, oldest first. One query, one more for
    each kind of record with comments."""
    found: dict[int, list[str]] = {}
    said = list(Comment.objects.filter(record__in=[record.pk for record in records], internal=False))
    spoken_of = {comment.record_id for comment in said}
    since = heard_by_all_since(record for record in records if record.pk in spoken_of)
    for comment in said:
        if is_heard(comment.at, since.get(comment.record_id)):
            found.setdefault(comment.record_id, []).append(comment.text)
    return found
