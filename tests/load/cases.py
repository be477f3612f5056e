"""Ten years of cases and actions, with what hangs on them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from improvements import workflow
from qms.records.models import Notification, Task, Visibility
from qms.records.workflow import Workflow
from tests.load.town import LoadTown

YEARS = 10
ACTION_SHARE = 0.25
RARE_EVERY = 5_000  # one record in so many has the rare word
RARE = "syrenbuskage"
COMMON = "personal"  # stands in every fourth text
OWN = 40  # records of the person who sees only their own
DEMO = settings.BASE_DIR / "improvements" / "demo"


@dataclass
class Row:
    """One record: the rows of its tables, by the name of the model."""

    record: dict[str, Any]
    child: dict[str, Any]
    is_action: bool


class Cases:
    """Makes the rows, the same ones for the same seed."""

    def __init__(self, town: LoadTown, random: Random, number: int) -> None:
        self.town, self.random, self.number = town, random, number
        self.now = timezone.now()
        self.sentences = _sentences()
        self.last: dict[tuple[str, int], int] = {}
        self._ids = count(1)
        self._cases: list[int] = []

    def rows(self) -> Iterator[Row]:
        """The records, oldest first."""
        step = timedelta(days=365 * YEARS) / self.number
        for place in range(self.number):
            created = self.now - timedelta(days=365 * YEARS) + step * (place + self.random.random())
            yield self._row(place, min(created, self.now))

    def _row(self, place: int, created: datetime) -> Row:
        random, town = self.random, self.town
        is_action = bool(self._cases) and random.random() < ACTION_SHARE
        unit = random.choice(town.units)
        members = town.people[unit.pk]
        mine = place % (self.number // OWN) == 0
        author = town.own_only if mine else random.choice(members)
        owner = random.choice(members) if is_action else members[0]
        kind, flow = ("action", workflow.ACTION) if is_action else ("improvement", workflow.IMPROVEMENT)
        recent = (self.now - created).days < 500
        state = _state(flow, random, is_open=random.random() < (0.6 if recent else 0.06))
        closed = (
            None
            if flow.state(state).is_open
            else min(created + timedelta(days=random.randrange(60)), self.now)
        )
        text = self._text(place)
        pk = next(self._ids)
        record = {
            "id": pk,
            "kind": kind,
            "category": "" if is_action else random.choices(_CATEGORIES, _WEIGHTS)[0],
            "reference": self._reference(kind, created.year),
            "title": random.choice(self.sentences)[:150].rstrip("."),
            "unit_id": unit.pk,
            "owner_id": owner.pk,
            "created_by_id": author.pk,
            "state": state,
            "state_since": closed or created,
            "closed_at": closed,
            "due": None if closed else (created + timedelta(days=random.randrange(1, 200))).date(),
            "visibility": random.choices(list(Visibility.values), (20, 10, 940, 25, 5))[0],
            "created_at": created,
            "changed_at": closed or created,
        }
        if is_action:
            child = {"record_ptr_id": pk, "source_id": random.choice(self._cases), "description": text}
        else:
            self._cases.append(pk)
            child = {
                "record_ptr_id": pk,
                "text": text,
                "lane": "" if state == workflow.RECEIVED else "full",
                "promised_by": created.date() + timedelta(days=2),
                "answered_at": closed,
                "submission": UUID(int=random.getrandbits(128)),
            }
        return Row(record, child, is_action)

    def _reference(self, series: str, year: int) -> str:
        number = self.last[series, year] = self.last.get((series, year), 0) + 1
        return f"{settings.SERIES_LETTERS[series]}-{year}-{number:04d}"

    def _text(self, place: int) -> str:
        parts = self.random.choices(self.sentences, k=self.random.randrange(2, 7))
        parts.append(f"Gäller rum {self.random.randrange(9999)} och skåp {self.random.randrange(99999)}.")
        if place % 4 == 0:
            parts.append(f"Det berör {COMMON} och besökare.")
        if place % RARE_EVERY == RARE_EVERY // 2:
            parts.append(f"Se även {RARE}.")
        return " ".join(parts)


_CATEGORIES, _WEIGHTS = ("proposal", "deviation", "complaint", "praise"), (40, 40, 15, 5)


def _state(flow: Workflow, random: Random, *, is_open: bool) -> str:
    return random.choice([state.key for state in flow.states if state.is_open == is_open])


def _sentences() -> list[str]:
    """The sentences of the demonstration's cases: real Swedish, with its common and its odd words."""
    found: list[str] = []
    for file in sorted(Path(DEMO).glob("cases_*.json")):
        for case in json.loads(file.read_text(encoding="utf-8")):
            found += re.split(r"(?<=[.?!])\s+", case["text"])
    return sorted({sentence for sentence in found if 20 < len(sentence) < 200})


def decisions(row: Row) -> Iterator[dict[str, Any]]:
    """That it was created, and how it came to its state."""
    record = row.record
    common = {
        "record_id": record["id"],
        "actor_id": record["owner_id"],
        "actor_name": "Somebody",
        "unit_name": "A unit",
    }
    first = "planned" if row.is_action else workflow.RECEIVED
    yield common | {"name": "created", "after": first, "at": record["created_at"]}
    if record["state"] != first:
        yield common | {
            "name": "done",
            "before": first,
            "after": record["state"],
            "comment": "Det är gjort.",
            "at": record["state_since"],
        }


def tasks(row: Row, flow: Workflow) -> Iterator[dict[str, Any]]:
    """The task of an open state, or a closed one of a closed record."""
    record = row.record
    specs = flow.state(record["state"]).tasks or flow.initial.tasks
    for spec in specs:
        closed = record["closed_at"]
        yield {
            "record_id": record["id"],
            "kind": spec.kind,
            "assignee_id": record["owner_id"],
            "due": record["due"],
            "opened_at": record["created_at"],
            "closed_at": closed,
            "closed_by_id": record["owner_id"] if closed else None,
            "outcome": Task.Outcome.DONE if closed else "",
        }


def comments(row: Row, made: Cases) -> Iterator[dict[str, Any]]:
    """None to four of them."""
    random = made.random
    for place in range(random.choices((0, 1, 2, 4), (40, 30, 20, 10))[0]):
        author = random.choice(made.town.people[row.record["unit_id"]])
        yield {
            "record_id": row.record["id"],
            "author_id": author.pk,
            "author_name": author.name,
            "text": random.choice(made.sentences),
            "at": row.record["created_at"] + timedelta(hours=place + 1),
        }


def history(row: Row) -> dict[str, Any]:
    """The history row that creating it wrote."""
    kept = {name: value for name, value in row.record.items() if name not in ("changed_at", "id")}
    child = {name: value for name, value in row.child.items() if name != "record_ptr_id"}
    return {
        **kept,
        **child,
        "id": row.record["id"],
        "record_ptr_id": row.record["id"],
        "history_date": row.record["created_at"],
        "history_type": "+",
        "history_user_id": row.record["created_by_id"],
    }


def follow(row: Row) -> dict[str, Any]:
    """Who sent it wants to know."""
    record = row.record
    return {"record_id": record["id"], "person_id": record["created_by_id"], "since": record["created_at"]}


def notification(row: Row) -> dict[str, Any]:
    """What its owner was told."""
    record = row.record
    return {
        "record_id": record["id"],
        "person_id": record["owner_id"],
        "event": Notification.Event.TASK,
        "actor_name": "Somebody",
        "data": {"due": record["due"].isoformat() if record["due"] else ""},
        "at": record["created_at"],
        "read_at": record["closed_at"],
        "mail_owed": False,
        "mail_skipped": Notification.Skipped.READ,
    }
