"""Writes cases of the years before from the lives they resemble: whole tables at a time.

A life is every row that hangs on a case and its actions. Its rows are written once more with other people,
another unit, other numbers and all dates some weeks apart; nothing is decided here, so no rule of the
services stands here a second time. That the result is what the services would have written, row by row, is
tested (tests/improvements/test_demo_copies.py).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import SearchVector
from django.db import connection, models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from improvements.demo.earlier import called, later
from improvements.demo.script import Script
from improvements.demo.stage import Stage, sent_as, submission
from improvements.demo.words import instead
from improvements.models import Action, Improvement
from improvements.services.voices import digest_of, token_of
from qms.organisation.models import Person, Unit
from qms.records.models import Comment, Record
from qms.records.search_index import search_vector

FACES = (Record, Improvement, Action)  # one row in each for one record, with one key
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Row = models.Model
Life = dict[type[Row], list[Row]]


@cache
def tables() -> tuple[tuple[type[Row], tuple[str, ...]], ...]:
    """Every table whose rows hang on a record, with the columns by which they do; histories among them."""
    found: dict[type[Row], tuple[str, ...]] = {model: (model._meta.pk.attname,) for model in FACES}
    for model in apps.get_models():
        columns = tuple(
            column.attname
            for column in model._meta.local_concrete_fields
            if column.is_relation and column.related_model in FACES
        )
        if columns and model not in FACES and not model._meta.proxy:
            found[model] = columns
    return tuple(found.items())


def lives_of(cases: Iterable[int]) -> dict[int, Life]:
    """The life of each of these cases, by id. A few queries for each table."""
    case_of = {case: case for case in cases}
    case_of |= dict(Action.objects.filter(source_id__in=case_of).values_list("pk", "source_id"))
    lives: dict[int, Life] = {case: defaultdict(list) for case in case_of.values()}
    for model, columns in tables():
        hanging = Q(*((f"{column}__in", list(case_of)) for column in columns), _connector=Q.OR)
        for row in model._base_manager.filter(hanging).order_by("pk"):
            own = next(value for column in columns if (value := getattr(row, column)) in case_of)
            lives[case_of[own]][model].append(row)
    return lives


@dataclass
class Copies:
    """The cases still to be written, and the numbers they have got."""

    stage: Stage
    references: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def write(self, scripts: Sequence[Script]) -> None:
        """Write the cases of `scripts`, whose originals have been lived."""
        originals = {script.like: self.stage.records[script.like] for script in scripts}
        lives = lives_of(originals.values())
        rows: dict[type[Row], list[Row]] = defaultdict(list)
        keys = _Keys(lives, [originals[script.like] for script in scripts])
        for script in scripts:
            life = lives[originals[script.like]]
            likeness = self._likeness(script, life, keys)
            for model, some in life.items():
                rows[model] += [likeness.of(row) for row in some]
            self.stage.records[script.key] = likeness.keys[Record][originals[script.like]]
        for model, some in rows.items():
            # As they are: no column sets itself to now, and a child is written without its parent.
            columns = model._meta.local_concrete_fields
            table: Any = model._base_manager
            table._insert(some, fields=columns, using=connection.alias, raw=True)
        _index([row.pk for row in rows[Record]])

    def _likeness(self, script: Script, life: Life, keys: "_Keys") -> "_Likeness":
        original = self.stage.scripts[script.like]
        people, units = self.stage.people, self.stage.units
        pairs = {
            original.handler: script.handler,
            **({original.sender: script.sender} if script.sender else {}),
            **{one.owner: by.owner for one, by in zip(original.actions, script.actions, strict=True)},
        }
        names = {people[one].name: people[by].name for one, by in pairs.items()}
        numbers = [row.reference for row in life[Record]]  # type: ignore[attr-defined]
        before, after = (timezone.localdate(one.sent) for one in (original, script))
        return _Likeness(
            keys=keys.next(life),
            people={people[one].pk: people[by].pk for one, by in pairs.items()},
            units={units[original.unit].pk: units[script.unit].pk},
            words={
                **(instead(original, script.text) or {}),
                **names,
                units[original.unit].name: units[script.unit].name,
                **dict(zip(numbers, self.references[script.key], strict=True)),
                _digest(original): _digest(script),
            },
            names=names,
            forms={
                sent_as(original.key, original.sender, people): sent_as(script.key, script.sender, people)
            },
            shift=after - before,
        )


def _digest(script: Script) -> str:
    """What is kept of the private link of whoever sent it without login."""
    return digest_of(token_of(submission(script.key)))


class _Keys:
    """Hands out keys for rows, taken from the tables' own sequences at once."""

    def __init__(self, lives: Mapping[int, Life], wanted: Sequence[int]) -> None:
        self._free: dict[type[Row], Iterator[int]] = {}
        for model, _columns in tables():
            number = sum(len(lives[case].get(model, ())) for case in wanted)
            if number and isinstance(model._meta.pk, models.AutoField):
                self._free[model] = iter(_taken(model, number))

    def next(self, life: Life) -> dict[type[Row], dict[int, int]]:
        """A new key for each row of a life, by table and the key it had."""
        keys = {
            model: {row.pk: next(self._free[model]) for row in rows}
            for model, rows in life.items()
            if model in self._free
        }
        return keys | dict.fromkeys((Improvement, Action), keys[Record])


def _taken(model: type[Row], number: int) -> list[int]:
    with connection.cursor() as cursor:
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        cursor.execute(sequence, [model._meta.db_table, model._meta.pk.column, number])
        return [key for (key,) in cursor.fetchall()]


@dataclass(frozen=True)
class _Likeness:
    """What is another in the one life than in the other: keys, people, units, words, and when."""

    keys: Mapping[type[Row], Mapping[int, int]]
    people: Mapping[int, int]
    units: Mapping[int, int]
    words: Mapping[str, str]
    names: Mapping[str, str]
    forms: Mapping[UUID, UUID]
    shift: timedelta

    def of(self, row: Row) -> Row:
        """The row as it stands in the other life."""
        tracked = getattr(type(row), "instance_type", None)  # of a history: whose it is
        values = {}
        for column in row._meta.local_concrete_fields:
            value = getattr(row, column.attname)
            values[column.attname] = value if value is None else self._value(column, value, tracked)
        return type(row)(**values)

    def _value(self, column: Any, value: Any, tracked: type[Row] | None) -> Any:
        if column.is_relation:
            return self._key(column.related_model, value)
        if column.primary_key:
            return self.keys[column.model][value]
        if tracked and column.attname in ("id", tracked._meta.pk.attname):
            return self.keys[tracked][value]
        if column.attname == "search":
            return None  # written anew by `_index`
        return self._other(value)

    def _key(self, model: type[Row], value: int) -> int:
        if model is Person:
            return self.people.get(value, value)
        if model is Unit:
            return self.units.get(value, value)
        return self.keys[model][value] if model in self.keys else value

    def _other(self, value: Any) -> Any:
        if isinstance(value, str):
            if _DAY.fullmatch(value):
                return (date.fromisoformat(value) + self.shift).isoformat()
            return self.words.get(value) or called(value, self.names)
        if isinstance(value, datetime):
            return later(value, self.shift)
        if isinstance(value, date):
            return value + self.shift
        if isinstance(value, UUID):
            return self.forms.get(value, value)
        if isinstance(value, dict):
            return {name: self._other(one) for name, one in value.items()}
        return [self._other(one) for one in value] if isinstance(value, list) else value


def _index(records: Sequence[int]) -> None:
    """Write what search finds of many records at once."""
    said = Comment.objects.filter(record=OuterRef("pk"), internal=False).order_by().values("record")
    words = models.TextField()
    together = StringAgg("text", "\n", order_by=("at", "pk"), output_field=words)
    joined = Subquery(said.annotate(lines=together).values("lines"))
    lines = Coalesce(joined, Value(""), output_field=words)
    done = Concat("description", Value("\n"), "outcome", output_field=words)
    for model, body in ((Improvement, F("text")), (Action, done)):
        own = model.objects.filter(pk=OuterRef("pk")).annotate(body=body)
        text = Subquery(own.values("body"), output_field=words)
        vector = search_vector(F("reference"), F("title"), text)
        vector = vector + _said(lines, "swedish") + _said(lines, "simple")
        Record.objects.filter(pk__in=records, kind=model.KIND).update(search=vector)


def _said(lines: Any, config: str) -> SearchVector:
    return SearchVector(lines, weight="D", config=config)
