"""Rows of a model that every page of a kind asks for, put together once and planned once a connection."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from qms.sql import Question

M = TypeVar("M", bound=Model)

# What stands for the ids while the question is put together: no id is negative.
_STANDING_IN = range(-7_000_001, -7_000_009, -1)


class PlannedRows(Generic[M]):
    """The rows that `asks` says, for some ids: it is given each id and must ask in the same words whatever
    they are, whoever asks and on whatever day.

    What joins a few tables takes the ORM as long to put together, and PostgreSQL as long to plan, as all the
    rest of such a look-up; both are done once here. The objects are the ORM's own, with what `asks` says of
    `select_related` and `defer`; it may say neither `annotate` nor `prefetch_related`.
    """

    def __init__(self, asks: Callable[..., QuerySet[M]], ids: int = 1) -> None:
        self._asks, self._ids = asks, ids
        self._made: _Made[M] | None = None

    def fetch(self, *ids: int | None) -> list[M]:
        """The rows for these ids, None for one that nothing has. One query."""
        if self._made is None:  # not before all models are there; two threads at once make the same
            stands_in = _STANDING_IN[: self._ids]
            self._made = _Made(self._asks(*stands_in), stands_in)
        return list(self._made.rows(ids))


class _Made(Generic[M]):
    """A queryset put together: its question, and how an object is made of a row."""

    def __init__(self, rows: QuerySet[M], stands_in: Sequence[int]) -> None:
        compiler = rows.query.get_compiler(using=rows.db)  # not kept: it holds on to this thread's connection
        sql, values = compiler.as_sql()
        self._question = Question(sql)
        # Each value is one that never changes, or the number of the id that stands there.
        self._values = [
            (None, stands_in.index(value)) if value in stands_in else (value, None) for value in values
        ]
        start, *_between, last = compiler.klass_info["select_fields"]
        self._own = slice(start, last + 1)
        self._names = [column.target.attname for column, *_written in compiler.select[self._own]]
        self._converters = compiler.get_converters([column for column, *_written in compiler.select]).items()
        self._related = get_related_populators(  # as Django 5.2 has it; the stubs are of a later one
            compiler.klass_info, compiler.select, rows.db
        )  # type: ignore[call-arg]
        self._model, self._database = rows.model, rows.db

    def rows(self, ids: Sequence[int | None]) -> Iterator[M]:
        given = [value if place is None else ids[place] for value, place in self._values]
        for row in map(self._converted, self._question.fetch(given)):
            found = self._model.from_db(self._database, self._names, row[self._own])
            for related in self._related:
                related.populate(row, found)
            yield found

    def _converted(self, found: tuple[Any, ...]) -> Sequence[Any]:
        row = list(found)
        for place, (converters, expression) in self._converters:
            for converter in converters:
                row[place] = converter(row[place], expression, connection)
        return row
