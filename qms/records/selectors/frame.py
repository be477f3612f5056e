"""One record with what its page needs first."""

from functools import cache

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
    seen, values = seen_by(access).written("records_record")
    asked = question(
        f"SELECT id, kind FROM records_record WHERE reference = %s AND {seen}"  # noqa: S608  SQL of ours
    )
    found = asked.fetch([reference.strip().upper(), *values])
    if not found:
        raise Record.DoesNotExist
    ((pk, key),) = found
    (record,) = _whole(key).fetch(pk)
    return record


@cache
def _whole(key: str) -> PlannedRows[Record]:
    kind = kinds[key]
    whole = kind.model.objects.select_related("unit", "owner", "created_by", *kind.joined).defer("search")
    return PlannedRows(lambda pk: whole.filter(pk=pk))
