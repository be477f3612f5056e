"""What is written from a life that was lived is, row by row, what the services would have written."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import translation

from improvements.demo import earlier
from improvements.demo.copies import FACES, lives_of, tables
from improvements.demo.loader import play
from improvements.demo.script import Script
from improvements.demo.stage import Stage
from improvements.models import Improvement
from qms.organisation.models import Person, Unit
from qms.organisation.services.demonstration import municipality_load
from qms.records.models import Reminder

pytestmark = pytest.mark.xdist_group("improvements-demo_copies")  # what they share is made once

NOW = datetime(2026, 11, 17, 9, 30, tzinfo=ZoneInfo("Europe/Stockholm"))
# One case of each sort that is written so.
SORTS: dict[str, Callable[[Script], Any]] = {
    "just done": lambda script: script.outcome == "just_do",
    "handled in full": lambda script: script.outcome == "handling" and script.helped,
    "put off": lambda script: script.outcome == "not_now",
    "lacking means": lambda script: script.outcome == "lack_means",
    "without a name": lambda script: not script.sender and script.said and script.thumb,
    "late": lambda script: script.asked_above,
    "with a new date": lambda script: script.later,
    "with a note": lambda script: script.noted,
    "with somebody called on": lambda script: any("@" in what for _when, _who, what in script.said),
    "in another unit": lambda script: not script.like.endswith(f"@{script.unit}"),
    "that went round twice": lambda script: script.again,
    "of another text": lambda script: is_other(script) and script.outcome == "just_do",
    "of another text, in full": lambda script: is_other(script) and script.judged and script.said,
    "of another text, without a name": lambda script: is_other(script) and not script.sender,
}


def is_other(script: Script) -> bool:
    """Whether the life it is written from is one of another text."""
    return script.like.split("@")[0] != script.text["key"]


@pytest.fixture(scope="module")
def written() -> dict[str, Script]:
    """The first case of each sort."""
    scripts = [script for script in earlier.scripts(NOW) if script.like]
    return {sort: next(filter(fits, scripts)) for sort, fits in SORTS.items()}


@pytest.fixture(scope="module")
def both(written: dict[str, Script], django_db_setup: None, django_db_blocker) -> Iterator[tuple[Any, Any]]:
    """The rows of the cases, written from other lives and lived: one after the other, in the same world."""
    with django_db_blocker.unblock(), transaction.atomic(), translation.override("sv"):
        municipality_load()
        scripts = {script.key: script for script in earlier.scripts(NOW)}
        stage = Stage(
            people={person.email: person for person in Person.objects.select_related("home_unit")},
            units={unit.code: unit for unit in Unit.objects.all()},
            scripts=scripts,
        )
        cases = list({script.key: script for script in written.values()}.values())
        play(stage, list({script.like: scripts[script.like] for script in cases}.values()), NOW, copied=())
        point = transaction.savepoint()
        play(stage, cases, NOW, copied=[script.key for script in cases])
        copied = {script.key: rows(stage.records[script.key]) for script in cases}
        transaction.savepoint_rollback(point)
        play(stage, cases, NOW, copied=())
        lived = {script.key: rows(stage.records[script.key]) for script in cases}
        yield copied, lived
        transaction.set_rollback(True)


def rows(case_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything that hangs on a case; keys are told by their place, since no two rows have the same."""
    life = lives_of([case_id])[case_id]
    places = {model: {row.pk: place for place, row in enumerate(some)} for model, some in life.items()}
    places |= dict.fromkeys(FACES, places[FACES[0]])

    def told(row: Any, column: Any) -> Any:
        value, tracked = getattr(row, column.attname), getattr(type(row), "instance_type", None)
        if column.is_relation and column.related_model in places:
            return places[column.related_model].get(value)
        if column.primary_key:
            return places[type(row)][value]
        if tracked in places and column.attname == "id":
            return places[tracked][value]
        return value

    return {
        model._meta.label: [
            {column.attname: told(row, column) for column in model._meta.local_concrete_fields}
            for row in some
        ]
        for model, some in life.items()
        if some
    }


@pytest.mark.parametrize("sort", SORTS)
def test_a_case_is_the_same_written_and_lived(sort: str, written, both):
    key = written[sort].key
    copied, lived = (cases[key] for cases in both)
    assert len(lived["improvements.Improvement"]) == 1
    assert set(copied) == set(lived)
    assert {table: len(some) for table, some in copied.items()} == {
        table: len(some) for table, some in lived.items()
    }
    differ = {
        f"{table} {place} {column}": (value, row[column])
        for table, some in lived.items()
        for place, row in enumerate(some)
        for column, value in copied[table][place].items()
        if value != row[column]
    }
    assert differ == {}


def test_a_written_case_has_its_own_people_and_words_in_search(written, both):
    script = written["without a name"]
    (face,) = [row for row in both[0][script.key]["records.Record"] if row["kind"] == Improvement.KIND]
    assert face["search"] and face["created_by_id"] is None
    assert face["reference"] not in {
        row["reference"] for row in both[0][written["put off"].key]["records.Record"]
    }


def test_nobody_has_a_part_in_a_life_who_would_not_be_another_in_its_copies():
    scripts = {script.key: script for script in earlier.scripts(NOW)}
    for script in scripts.values():
        if script.like:
            life = scripts[script.like]
            before, after = (
                [one.handler, one.sender, *(act.owner for act in one.actions)] for one in (life, script)
            )
            assert {who for _when, who, _what in (*life.said, *life.noted)} <= set(before)
            # Two who were one stay one, and two who were two stay two.
            assert len(set(zip(before, after, strict=True))) == len(set(before)) == len(set(after))


def test_nothing_hangs_on_a_life_but_by_a_record():
    """What hung on a comment or a task alone would not be written. Reminders do: nobody is sent one."""
    known = {model for model, _columns in tables()}
    own = {model for model in known if model._meta.app_label in ("records", "improvements")} - set(FACES)
    left_out = {
        f"{model._meta.label}.{column.name}"
        for model in apps.get_models()
        for column in model._meta.local_concrete_fields
        if column.is_relation and column.related_model in own and model not in {*known, Reminder}
    }
    assert left_out == set()
