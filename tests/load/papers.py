"""Governing documents of ten years: each with three versions, what was decided, and who must read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.conf import settings
from django.utils import timezone

from documents.content.sanitise import sanitise
from documents.content.words import words_of
from documents.demo.markup import html_of
from documents.models import DocumentType, Weight
from documents.workflow import names
from documents.workflow.seen import seen_as
from qms.organisation.models import Person, Unit
from qms.records.models import Task, Visibility
from tests.load.cases import COMMON, RARE
from tests.load.town import LoadTown

VERSIONS = 3
RARE_EVERY = 2_000  # one document in so many has the rare word
READ_EVERY = 50  # one in so many asks a unit's people to confirm that they have read
WHOLE_EVERY = 5_000  # one in so many asks everybody
DEPARTMENT_EVERY = 10  # one in so many holds for a whole department
BODIES = settings.BASE_DIR / "documents" / "demo" / "bodies"

Rows = dict[str, Any]


@dataclass
class Paper:
    """One document: the rows of its tables."""

    document: Rows
    own: Rows
    versions: list[tuple[Rows, Rows]]  # the common face, and what a version has of its own
    holds: Unit
    readers: list[Person]

    @property
    def records(self) -> list[Rows]:
        """The common faces of the document and its versions."""
        return [self.document, *(face for face, _own in self.versions)]


class Papers:
    """Makes the rows, the same ones for the same seed; record ids from `first` on."""

    def __init__(self, town: LoadTown, random: Random, number: int, first: int) -> None:
        self.town, self.random, self.number = town, random, number
        self.now = timezone.now()
        self.types = list(DocumentType.objects.order_by("pk"))
        self.parts = _parts()
        self.everyone = [person for members in town.people.values() for person in members]
        self.last: dict[int, int] = {}
        self._ids = count(first)

    def rows(self) -> Iterator[Paper]:
        """The documents, oldest first."""
        step = timedelta(days=3500) / self.number
        for place in range(self.number):
            yield self._paper(place, self.now - timedelta(days=3500) + step * place)

    def _paper(self, place: int, begun: datetime) -> Paper:
        random = self.random
        unit = random.choice(self.town.units)
        kind = random.choice(self.types)
        state = random.choices((names.IN_FORCE, names.PREPARING, names.REPEALED), (92, 5, 3))[0]
        public = Visibility.PUBLIC if kind.is_public and place % 2 else Visibility.STAFF
        seen = Visibility.INTERNAL if state == names.PREPARING else public
        number = self.last[begun.year] = self.last.get(begun.year, 0) + 1
        face = self._face("document", f"{settings.SERIES_LETTERS['document']}-{begun.year}-{number:04d}")
        face |= {
            # One decision in twenty lacks its data.
            "registry_number": f"KS {begun.year}/{place:05d}" if kind.needs_decision and place % 20 else "",
            "category": kind.key,
            "title": f"{kind.name_sv} för {random.choice(self.parts)[0].lower()} {place}"[:200],
            "unit_id": unit.pk,
            "owner_id": self.town.people[unit.pk][0].pk,
            "created_by_id": self.town.people[unit.pk][1].pk,
            "state": state,
            "state_since": begun,
            "closed_at": self.now if state == names.REPEALED else None,
            "due": (
                self.now.date() + timedelta(days=random.randrange(-100, 900))
                if state == names.IN_FORCE
                else None
            ),
            "visibility": seen,
            "created_at": begun,
            "changed_at": begun,
        }
        html, words = self._text(place)
        own = {"record_ptr_id": face["id"], "type_id": kind.pk, "text": words}
        paper = Paper(face, own, [], self._holds(place, unit), [])
        paper.versions += [self._version(paper, major, html) for major in range(1, VERSIONS + 1)]
        if state == names.IN_FORCE and place % READ_EVERY == 0:
            paper.readers = self.everyone if place % WHOLE_EVERY == 0 else self.town.people[unit.pk]
            own["asks_to_read_id"] = paper.versions[-1][0]["id"]
        return paper

    def _face(self, kind: str, reference: str) -> Rows:
        return {"id": next(self._ids), "kind": kind, "reference": reference}

    def _version(self, paper: Paper, major: int, html: str) -> tuple[Rows, Rows]:
        document, last = paper.document, major == VERSIONS
        state = _version_state(document["state"], last)
        begun = document["created_at"] + (self.now - document["created_at"]) * (major - 1) / VERSIONS
        valid_from = begun.date() if state != names.DRAFT and state != names.ABANDONED else None
        face = {
            **document,
            **self._face("document_version", f"{document['reference']}-V{major}"),
            "category": "",
            "state": state,
            "state_since": begun,
            "closed_at": begun if state != names.DRAFT else None,
            "due": None,
            "visibility": seen_as(state, document["visibility"]),
            "created_at": begun,
            "changed_at": begun,
        }
        return face, {
            "record_ptr_id": face["id"],
            "document_id": document["id"],
            "major": major,
            "text": html if last else html.replace("ska", "bör", major),
            "weight": Weight.CHANGED if valid_from else "",
            "decided_by": "Somebody, chef" if valid_from else "",
            "paragraph": f"§ {face['id'] % 300 + 1}" if valid_from and face["registry_number"] else "",
            "decided_on": valid_from,
            "valid_from": valid_from,
            "valid_until": _until(state, begun.date(), self.now.date()),
            "is_under_way": state == names.DRAFT,
            "is_in_force": state == names.IN_FORCE,
        }

    def _holds(self, place: int, unit: Unit) -> Unit:
        if place % WHOLE_EVERY == 0:
            return self.town.root
        return (
            self.town.departments[place // DEPARTMENT_EVERY % 12] if place % DEPARTMENT_EVERY == 0 else unit
        )

    def _text(self, place: int) -> tuple[str, str]:
        """Five to fifteen parts under their headings, a page or two; as markup and as words."""
        chosen = self.random.choices(self.parts, k=self.random.randrange(5, 16))
        line = f"Gäller pärm {self.random.randrange(9999)} i skåp {self.random.randrange(99999)}."
        if place % 4 == 0:
            line += f" Det berör {COMMON} och besökare."
        if place % RARE_EVERY == RARE_EVERY // 2:
            line += f" Se även {RARE}."
        html = "".join(html for _heading, html, _words in chosen) + f"<p>{line}</p>"
        return html, "\n".join(words for _heading, _html, words in chosen) + f"\n{line}"


def _parts() -> list[tuple[str, str, str]]:
    """The parts of the demonstration's documents: heading, markup, words."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(BODIES.glob("*.txt"))]
    found = [part for text in texts for part in text.split("\n## ")[1:]]
    made = [(part.partition("\n")[0], sanitise(html_of(f"## {part}"))) for part in found]
    return [(heading, html, words_of(html)) for heading, html in made]


def _version_state(document: str, last: bool) -> str:
    if document == names.PREPARING:
        return names.DRAFT if last else names.ABANDONED
    if not last:
        return names.SUPERSEDED
    return names.IN_FORCE if document == names.IN_FORCE else names.REPEALED


def _until(state: str, begun: date, today: date) -> date | None:
    if state == names.SUPERSEDED:
        return begun + timedelta(days=1)
    return today if state == names.REPEALED else None


def history(face: Rows, own: Rows) -> Rows:
    """The history row that creating it wrote."""
    return {
        **{name: value for name, value in (face | own).items() if name not in ("changed_at", "extracted")},
        "history_date": face["created_at"],
        "history_type": "+",
        "history_user_id": face["created_by_id"],
    }


def applies(paper: Paper) -> Rows:
    """For whom it holds."""
    document = paper.document
    return {"document_id": document["id"], "unit_id": paper.holds.pk, "since": document["created_at"]}


def decisions(paper: Paper) -> Iterator[Rows]:
    """How the document and its versions came to their states."""
    for face in paper.records:
        first = names.PREPARING if face["kind"] == "document" else names.DRAFT
        common = {
            "record_id": face["id"],
            "actor_id": face["owner_id"],
            "actor_name": "Somebody",
            "unit_name": "A unit",
        }
        yield common | {"name": "created", "after": first, "at": face["created_at"]}
        if face["state"] != first:
            name = "take_effect" if face["kind"] == "document" else "approve"
            yield common | {
                "name": name,
                "before": first,
                "after": face["state"],
                "at": face["created_at"] + timedelta(hours=1),
            }


def pdfs(paper: Paper) -> Iterator[Rows]:
    """The official PDF of what has been in force; one in 500 could not be made."""
    for face, own in paper.versions:
        if own["valid_from"]:
            failed = face["id"] % 500 == 0
            yield {
                "version_id": face["id"],
                "state": "failed" if failed else "ready",
                "file": "" if failed else f"{face['id']}.pdf",
                "sha256": "" if failed else f"{face['id']:064x}",
                "size": 40_000,
                "made_at": None if failed else face["created_at"],
            }


def duties(paper: Paper) -> Iterator[Rows]:
    """Who must read it; four of five have."""
    version = paper.versions[-1][0]
    for place, person in enumerate(paper.readers):
        read = place % 5 < 4
        yield {
            "document_id": paper.document["id"],
            "version_id": version["id"],
            "person_id": person.pk,
            "unit_id": person.home_unit_id,
            "due": version["created_at"].date() + timedelta(days=30),
            "asked_at": version["created_at"],
            "confirmed_at": version["created_at"] + timedelta(days=place % 20) if read else None,
            "confirmed_version_id": version["id"] if read else None,
        }


def tasks(paper: Paper) -> Iterator[Rows]:
    """To read it, for each who must; to write on what is a draft."""
    for duty in duties(paper):
        read = duty["confirmed_at"]
        yield {
            "record_id": duty["document_id"],
            "kind": names.READ,
            "assignee_id": duty["person_id"],
            "due": duty["due"],
            "opened_at": duty["asked_at"],
            "closed_at": read,
            "closed_by_id": duty["person_id"] if read else None,
            "outcome": Task.Outcome.DONE if read else "",
        }
    for face, own in paper.versions:
        if own["is_under_way"]:
            yield {
                "record_id": face["id"],
                "kind": names.WRITE,
                "assignee_id": face["owner_id"],
                "opened_at": face["created_at"],
            }
