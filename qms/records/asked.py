"""What is asked of the records, written as SQL once: for the rows of a list and for each of its counts.

By the ORM the conditions of rights are put together anew for every part that is counted and for the rows,
which is a third of all the work for a list. So the question is compiled with a place for the rights in it,
and they are written there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet

from qms.conditions import Condition
from qms.sql import fetch, question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qms.records.models import RecordQuerySet

_PLACE = Condition("/* rights */")


class Asked:
    """The question behind a query of records: which they are, and in which order."""

    def __init__(self, records: RecordQuerySet) -> None:
        names = [str(name) for name in records.query.order_by]
        self._order = ", ".join(map(_ordered, names))
        plain = ["id", *(name.removeprefix("-") for name in names)]
        self._columns = ", ".join(map(_column, dict.fromkeys(plain)))
        try:
            written, values = records.filter(_PLACE.q).order_by().values_list("pk").query.sql_with_params()
        except EmptyResultSet:  # what no record can be
            self._is_empty = True
            return
        self._is_empty = False
        _select, _from, asked = written.partition(" FROM ")
        self._before, _place, self._after = asked.partition(_PLACE.sql)
        first = self._before.count("%s")
        self._values = values[:first], values[first:]

    def count(self, parts: Iterable[Condition], cap: int, *, planned: bool = False) -> int:
        """How many records fit one of `parts`, which share none; anything above `cap` says `cap` + 1.

        `planned`: what is asked is the same for everybody, so it is planned once for all.

        One part is counted after the other, until the cap is reached, each in whatever order comes
        cheapest: the large ones are answered by an index alone (measured at 100,000 records: 10 ms as one
        condition, 1 ms in parts).
        """
        if self._is_empty:
            return 0
        written = [self._chosen("records_record.id", part) for part in parts]
        each = " UNION ALL ".join(f"({sql})" for sql, _values in written)
        values = [value for _sql, own in written for value in own]
        counted = f"SELECT COUNT(*) FROM ({each} LIMIT {cap + 1:d}) found"  # noqa: S608  SQL of ours
        ((count,),) = question(counted).fetch(values) if planned else fetch(counted, values)
        return int(count)

    def told(self, seen: Condition, columns: str) -> tuple[Any, ...] | None:
        """One row of what all of those that fit `seen` come to: `columns` gather them. One query."""
        if self._is_empty:
            return None
        return fetch(*self._chosen(columns, seen))[0]

    def first(self, seen: Condition, count: int, columns: str, joins: str = "") -> list[tuple[Any, ...]]:
        """The `columns` of the first `count` records that fit `seen`, in their order.

        Chosen before anything is joined to them: joining first costs much where PostgreSQL expects few
        rows and finds thousands.
        """
        if self._is_empty:
            return []
        chosen, values = self._first_ids(seen, count)
        return fetch(
            f"SELECT {columns} FROM records_record {joins} WHERE records_record.id IN"  # noqa: S608  SQL of ours
            f" ({chosen}) ORDER BY {self._order}",
            values,
        )

    def best(
        self, seen: Condition, count: int, *, by: str, values: Iterable[Any], read: str
    ) -> list[tuple[Any, ...]]:
        """(id, kind) of the first `count`, those first for which `by` is highest, of equals in their order.

        `by` is SQL on the columns `read`, with `values` in it. One query.
        """
        if self._is_empty:
            return []
        chosen, own = self._first(f"{self._columns}, records_record.kind, {read}", seen, count)
        return fetch(
            f"SELECT id, kind FROM ({chosen}) AS records_record"  # noqa: S608  SQL of ours
            f" ORDER BY {by} DESC, {self._order}",
            [*own, *values],
        )

    def first_of_few(
        self, seen: Condition, count: int, columns: str, joins: str = ""
    ) -> tuple[list[tuple[Any, ...]], int]:
        """The same, and how many there are in all: where they are few, all are gathered once for both."""
        if self._is_empty:
            return [], 0
        few, values = self._chosen(self._columns, seen)
        found = fetch(
            f"WITH few AS MATERIALIZED ({few})"  # noqa: S608  SQL of ours
            f" SELECT (SELECT COUNT(*) FROM few), {columns} FROM records_record {joins}"
            " WHERE records_record.id IN"
            f" (SELECT id FROM few AS records_record ORDER BY {self._order} LIMIT %s)"
            f" ORDER BY {self._order}",
            [*values, count],
        )
        return [row[1:] for row in found], found[0][0] if found else 0

    def _first_ids(self, seen: Condition, count: int) -> tuple[str, list[Any]]:
        if self._is_empty:
            return "SELECT id FROM records_record WHERE FALSE", []
        return self._first("records_record.id", seen, count)

    def _first(self, columns: str, seen: Condition, count: int) -> tuple[str, list[Any]]:
        chosen, values = self._chosen(columns, seen)
        return f"{chosen} ORDER BY {self._order} LIMIT %s", [*values, count]

    def _chosen(self, columns: str, rights: Condition) -> tuple[str, list[Any]]:
        sql, values = rights.written("records_record")
        before, after = self._values
        chosen = f"SELECT {columns} FROM {self._before}{sql}{self._after}"  # noqa: S608  SQL of ours
        return chosen, [*before, *values, *after]


def first_of_each(
    asked: Asked,
    states: Iterable[str],
    last: Asked,
    seen: Condition,
    count: int,
    columns: str,
    values: Iterable[Any] = (),
    joins: str = "",
) -> list[tuple[Any, ...]]:
    """The `columns` (with `values` in them) of the first `count` of what is `asked` in each of `states`, one
    after the other, then of the `last`; each in its order, and only those that are `seen`. One query.

    The rights stand in it once for all states: to plan them takes PostgreSQL longer than to find the rows.
    """
    of_each, own = asked._first_ids(seen & Condition("{state} = lane.state"), count)
    of_last, others = last._first_ids(seen, count)
    chosen = (
        "SELECT found.id, lane.place, row_number() OVER () AS number"  # noqa: S608  SQL of ours
        " FROM unnest(%s::text[]) WITH ORDINALITY AS lane (state, place)"
        f" CROSS JOIN LATERAL ({of_each}) AS found"
        f" UNION ALL SELECT found.id, NULL, row_number() OVER () FROM ({of_last}) AS found"
    )
    return fetch(
        f"SELECT {columns} FROM ({chosen}) AS chosen"  # noqa: S608  SQL of ours
        f" JOIN records_record ON records_record.id = chosen.id {joins} ORDER BY chosen.place, chosen.number",
        [*values, list(states), *own, *others],
    )


def _ordered(name: str) -> str:
    """A name of `order_by()` as SQL."""
    return f"{_column(name.removeprefix('-'))} {'DESC' if name.startswith('-') else 'ASC'}"


def _column(name: str) -> str:
    return f'records_record."{name}"'
