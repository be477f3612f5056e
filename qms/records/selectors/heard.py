"""From when on what was said of a record is for whoever sees it now.

What was said while fewer saw it was said to those: it stays with them when more see the record later.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from qms.organisation.access import Access
from qms.records.kinds import kinds
from qms.records.models import Record, Visibility
from qms.records.models.record import SEEN_BY_ALL
from qms.records.visibility import levels_kept_back

Level = tuple[datetime, str]
"""Who saw a record from a moment on."""


class Hearing(NamedTuple):
    """From when on what was said of a record is for somebody, None for all of it; and when it was opened to
    people like them, None where it always was."""

    since: datetime | None
    opened: datetime | None


def hearing(record: Record, access: Access) -> Hearing:
    """What `access`, who sees `record`, hears of it: not what was said before its kind says so, nor before it
    was opened to people like them. The queries of both."""
    opened = opened_to(record, access)
    since = record.kind_offer.heard_since(access, record), opened
    return Hearing(max((at for at in since if at), default=None), opened)


def is_heard(at: datetime, since: datetime | None) -> bool:
    """Whether what was said `at` a moment is for whoever hears it from `since` on (None: all of it)."""
    return since is None or at >= since


def heard_from(record: Record, access: Access) -> datetime | None:
    """From when on what was said of `record` is for `access`, who sees it. The queries of `hearing`."""
    return hearing(record, access).since


def opened_to(record: Record, access: Access) -> datetime | None:
    """When `record` last came out of a level at which `access`, who sees it, does not; None where it never
    was at one. One query for those who do not see all that is restricted, a second where it was."""
    levels = levels_kept_back(record, access)
    closed = record.history.filter(visibility__in=levels)  # type: ignore[attr-defined]
    if not levels or not closed.exists():
        return None
    return _opened(_levels(record.kind, [record.pk])[record.pk], levels)


def opened_each(records: Sequence[Record], access: Access) -> dict[int, datetime]:
    """The same for many of one kind, by id; those that never were at such a level are left out. One query,
    none where `access` sees them at every level."""
    closed = {record.pk: kept for record in records if (kept := levels_kept_back(record, access))}
    if not closed:
        return {}
    levels = _levels(records[0].kind, closed)
    found = {pk: _opened(levels[pk], closed[pk]) for pk in closed}
    return {pk: at for pk, at in found.items() if at}


def _levels(kind: str, ids: Collection[int]) -> dict[int, list[Level]]:
    """The levels that each record of `kind` has been at, the oldest first. One query."""
    rows = kinds[kind].model.history.filter(id__in=ids)  # type: ignore[attr-defined]
    rows = rows.order_by("history_date", "history_id")
    levels: dict[int, list[Level]] = defaultdict(list)
    for pk, at, visibility in rows.values_list("id", "history_date", "visibility"):
        levels[pk].append((at, visibility))
    return levels


def _opened(levels: list[Level], closed: Collection[str]) -> datetime | None:
    """When it last came out of the levels that are `closed`."""
    steps = ((at, before in closed, after in closed) for (_, before), (at, after) in pairwise(levels))
    return max((at for at, was_closed, is_closed in steps if was_closed and not is_closed), default=None)


def heard_by_all_since(records: Iterable[Record]) -> dict[int, datetime]:
    """When more people than before last came to see each of the records, by id; those never opened are left
    out. What was said earlier is not found by search, which asks for all alike. One query for each kind."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for record in records:
        by_kind[record.kind].append(record.pk)
    since: dict[int, datetime] = {}
    for kind, ids in by_kind.items():
        for pk, levels in _levels(kind, ids).items():
            for (_, before), (at, after) in pairwise(levels):
                if _width(after) < _width(before):
                    since[pk] = at
    return since


def _width(level: str) -> int:
    """The fewer people see what is at this level, the higher."""
    return 0 if level in SEEN_BY_ALL else Visibility.values.index(level)
