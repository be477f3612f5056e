"""Taking records for a change: locked first, read afterwards.

PostgreSQL joins a row that it had to wait for to what stood beside it before the wait. A record that was
just given to another unit or owner would be read without unit or owner, or not at all.
"""

from django.db import connection
from django.db.transaction import TransactionManagementError

from qms.organisation.access import Access
from qms.organisation.services.writing import tree_held
from qms.records.kinds import kinds
from qms.records.models import Record
from qms.records.visibility import surely_sees
from qms.sql import Question

# Every write begins with these two.
_KIND = Question("SELECT kind FROM records_record WHERE id = %s")
_LOCK = Question("SELECT id, kind FROM records_record WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE")


def lock_records(*ids: int) -> dict[int, str]:
    """Lock the records with these ids until the transaction ends, always in the same order, and with them the
    tree of units (`tree_held`), which comes before all records.

    Returns the kind of each one there is.

    Only the face is locked, never the child: every write of a record begins here, so that is enough, and
    nobody holds one of the two while waiting for the other. No key changes: whoever ties a comment, task
    or action to one of them need not wait.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("A lock that ends with its own statement holds nobody off.")
    tree_held()
    return dict(_LOCK.fetch([list(ids)]))


def record_for_move(record_id: int, access: Access, *named: int) -> Record:
    """A record that is to be moved, as `record_locked` gives it: locked together with the one on whose state
    its moves depend, those that the move names, and those that are moved with it.

    An action waits for whoever ends its case, and that one for the action: what they asked before stays true.
    """
    found = _KIND.fetch([record_id])
    if not found:
        raise Record.DoesNotExist
    kind = kinds[found[0][0]]
    held = kind.model.objects.values_list(kind.held_by, flat=True).get(pk=record_id) if kind.held_by else None
    there = lock_records(record_id, *named, *([held] if held else []), *kind.moved_with(record_id))
    return _seen(record_id, there.get(record_id), access)


def record_locked(record_id: int, access: Access) -> Record:
    """The record (the child of its kind) with its unit, locked, if `access` sees it now.

    Record.DoesNotExist otherwise. Whether it is seen is asked of the database only where the record itself
    does not say it, and then of the face alone: together with what it is joined to, PostgreSQL takes four
    times as long to plan the question (4.4 ms) as both apart.
    """
    return _seen(record_id, lock_records(record_id).get(record_id), access)


def _seen(record_id: int, kind: str | None, access: Access) -> Record:
    """The record, which is locked, if there is one (of that kind) and `access` sees it.

    What search finds of it is left where it is: it is long, and a save would write it once more.
    """
    if kind is None:
        raise Record.DoesNotExist
    record: Record = kinds[kind].model.objects.select_related("unit").defer("search").get(pk=record_id)
    if access.person and record.owner_id == access.person.pk:
        record.owner = access.person  # mostly so: it need not be read again
    if not (surely_sees(record, access) or Record.objects.visible_to(access).filter(pk=record_id).exists()):
        raise Record.DoesNotExist
    return record
