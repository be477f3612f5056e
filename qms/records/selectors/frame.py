"""One record with what its page needs first."""

from functools import cache
from typing import Any

from qms.organisation.access import Access
from qms.planned import PlannedRows
from qms.records.kinds import kinds
from qms.records.models import Record
from qms.records.visibility import seen_by
from qms.sql import question


def record_by_reference(reference: str, access: Access) -> Record:
    """The record (the child of its kind) called `reference`, whatever the case of its letters.

    With unit, owner and author loaded: two queries. Raises Record.DoesNotExist when there is none
    or `access` does not see it.
    """
    found = _seen("reference", reference.strip().upper(), access)
    if not found:
        raise Record.DoesNotExist
    ((pk, key),) = found
    (record,) = _whole(key).fetch(pk)
    return record


def is_seen(pk: int, access: Access) -> bool:
    """Whether `access` sees the record with that id. One query."""
    return bool(_seen("id", pk, access))


def _seen(column: str, value: str | int, access: Access) -> list[tuple[Any, ...]]:
    """(id, kind) of the record with that value, which is its alone, if `access` sees it."""
    seen, values = seen_by(access).written("records_record")
    asked = question(
        f"SELECT id, kind FROM records_record WHERE {column} = %s AND {seen}"  # noqa: S608  SQL of ours
    )
    return asked.fetch([value, *values])


@cache
def _whole(key: str) -> PlannedRows[Record]:
    kind = kinds[key]
    whole = kind.model.objects.select_related("unit", "owner", "created_by", *kind.joined).defer("search")
    return PlannedRows(lambda pk: whole.filter(pk=pk))
