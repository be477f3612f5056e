"""A case as it hangs on a board: read as plain values, since a board has eighty."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from improvements import workflow
from qms.conditions import Condition
from qms.records.asked import Asked, first_of_each
from qms.records.list_rows import Owner
from qms.records.models import Visibility
from qms.records.models.record import address_of
from qms.records.workflow import State


class _Place(NamedTuple):
    """Where a case lies, for its rights."""

    path: str


class Hung(NamedTuple):
    """A case as it hangs on a board, with what its rights and its steps ask about."""

    pk: int
    category: str
    reference: str
    title: str
    state: str
    visibility: str
    due: date | None
    created_at: datetime
    state_since: datetime
    owner_id: int | None
    created_by_id: int | None
    unit: _Place
    owner_name: str | None
    owner_is_active: bool | None
    lane: str
    paused: bool
    wanted: int
    named: list[int]

    @classmethod
    def read(cls, values: tuple[Any, ...]) -> "Hung":
        """A row of `_COLUMNS`."""
        return cls._make([*values[:11], _Place(values[11]), *values[12:]])

    @property
    def named_ids(self) -> frozenset[int] | None:
        """Those who stand in place of every role, where the case is sealed; else None."""
        return frozenset(self.named) if self.visibility == Visibility.SEALED else None

    @property
    def owner(self) -> Owner | None:
        """Who is responsible, if anyone is."""
        return Owner(self.owner_name, bool(self.owner_is_active)) if self.owner_name else None

    @property
    def url(self) -> str:
        """Its page."""
        return address_of(self.reference)

    @property
    def state_offer(self) -> State:
        """Its state, to be shown."""
        return workflow.IMPROVEMENT.state(self.state)


# What hangs on a board, on the day that stands for %s: the columns of `Hung`, and what they are joined from.
_COLUMNS = """
    records_record.id, records_record.category, records_record.reference, records_record.title,
    records_record.state, records_record.visibility, records_record.due, records_record.created_at,
    records_record.state_since, records_record.owner_id, records_record.created_by_id, unit.path,
    owner.name, owner.is_active, own.lane,
    EXISTS (SELECT FROM improvements_pause WHERE case_id = records_record.id AND until > %s),
    (SELECT COUNT(*) FROM improvements_seconder WHERE record_id = records_record.id AND ended_at IS NULL),
    ARRAY (SELECT person_id FROM records_named WHERE record_id = records_record.id AND ended_at IS NULL)
"""
_JOINS = """
    JOIN improvements_improvement AS own ON own.record_ptr_id = records_record.id
    JOIN organisation_unit AS unit ON unit.id = records_record.unit_id
    LEFT JOIN organisation_person AS owner ON owner.id = records_record.owner_id
"""


def hung(
    asked: Asked, states: Iterable[str], done: Asked, seen: Condition, count: int, today: date
) -> list[Hung]:
    """The first `count` of what is `asked` in each of `states`, then of the `done`, as they are `today`; of
    those that are `seen`. One query."""
    return [
        Hung.read(row) for row in first_of_each(asked, states, done, seen, count, _COLUMNS, [today], _JOINS)
    ]
