"""What governing documents the demo municipality has: planned from the files beside, the same each time.

Each line of the lists is a document: type, unit, title. Those that are written have a text of their own in
`bodies/`; the others say in a few words what such a document says: some of the parts in `brief/`, or what
another says whose key they name: two units have it each on their own.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import combinations
from pathlib import Path

from documents.demo.markup import html_of

FOLDER = Path(__file__).parent
SEED = "Styrdokument"
OPENERS = {
    "rutin": "Rutinen beskriver hur vi gör på {unit} när det gäller {about}.",
    "instruktion": "Instruktionen visar steg för steg hur arbetet görs på {unit}.",
    "checklista": "Checklistan används på {unit}. Signera varje punkt.",
    "mall": "Mallen används på {unit} och får inte ändras i sin uppbyggnad.",
}
OPENER = "Dokumentet anger vad som gäller för {about} och berör alla som arbetar inom {unit}."
PARTS = 5  # of a text in a few words
FOR_LEADERS = frozenset({"upphandling", "systematiskt-arbetsmiljoarbete"})  # must be read by them alone
BRIEF = {
    **dict.fromkeys(("rutin", "instruktion", "checklista", "mall", "handbok", "processbeskrivning"), "how"),
    **dict.fromkeys(
        ("vision", "strategi", "program", "plan", "handlingsplan", "policy", "budget"), "direction"
    ),
}  # other types lay down rules


class Fate(StrEnum):
    """Where a document stands today."""

    HELD = "held"  # in force since some time
    SECOND = "second"  # its second version is in force
    CORRECTED = "corrected"  # in force with a small correction
    LATE = "late"  # in force, past the day it was to be looked over
    CONFIRMED = "confirmed"  # looked over since: still right
    DRAFT = "draft"
    REVIEW = "review"
    APPROVAL = "approval"
    SCHEDULED = "scheduled"  # the next version waits for its day
    REPEALED = "repealed"


# How many of a hundred stand where; one at least of each.
SHARES = (
    (Fate.HELD, 42),
    (Fate.SECOND, 14),
    (Fate.CORRECTED, 6),
    (Fate.LATE, 14),
    (Fate.CONFIRMED, 8),
    (Fate.DRAFT, 5),
    (Fate.REVIEW, 4),
    (Fate.APPROVAL, 2),
    (Fate.SCHEDULED, 2),
    (Fate.REPEALED, 3),
)


@dataclass(frozen=True)
class Planned:
    """A document of the demo before there is one in the database; the unit is said by code."""

    key: str
    type: str
    unit: str
    title: str
    laws: str
    fate: Fate
    age: int  # days since it was begun
    must_read: bool
    like: str = ""  # the key of the document whose text another unit has copied

    def text(self, unit_name: str) -> str:
        """Its markup: written, else in a few words."""
        written = FOLDER / "bodies" / f"{self.like or self.key}.txt"
        if written.exists():
            return html_of(written.read_text(encoding="utf-8"))
        opener = OPENERS.get(self.type, OPENER)
        about = self.title[0].lower() + self.title[1:]
        return html_of(f"{opener.format(unit=unit_name, about=about)}\n\n{self._brief()}")

    def _brief(self) -> str:
        """Five parts of the texts for its sort, in their order: others than any other has."""
        parts = _parts(BRIEF.get(self.type, "rules"))
        choices = _choices(len(parts))
        chosen = choices[int(self.key.removeprefix("brief-")) % len(choices)]
        return "\n\n".join(parts[place] for place in chosen)


@cache
def _parts(sort: str) -> list[str]:
    """The parts of the texts in `brief/`, each from its heading on."""
    text = (FOLDER / "brief" / f"{sort}.txt").read_text(encoding="utf-8")
    return [f"## {part.strip()}" for part in text.split("## ") if part.strip()]


@cache
def _choices(many: int) -> list[tuple[int, ...]]:
    """Choices of PARTS of so many, no two of which have more than all but two in common."""
    found = list(combinations(range(many), PARTS))
    random.Random(SEED).shuffle(found)  # noqa: S311 - the same each time
    kept: list[tuple[int, ...]] = []
    for choice in found:
        if all(len({*choice} & {*other}) < PARTS - 1 for other in kept):
            kept.append(choice)
    return kept


def _lines(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line:
            yield line.split("|")


@cache
def planned() -> tuple[Planned, ...]:
    """All of them, the written ones first."""
    chance = random.Random(SEED)  # noqa: S311 - the demo must be the same each time
    fates, weights = zip(*SHARES, strict=True)
    written = [
        Planned(key, type, unit, title, laws, fate, chance.randint(200, 640), must_read=number % 3 == 0)
        for number, (key, type, unit, title, laws) in enumerate(_lines("written.txt"))
        for fate in [chance.choices(fates[:5], weights[:5])[0]]
    ]
    brief = [
        Planned(f"brief-{number}", type, unit, title, "", fate, chance.randint(120, 700), False, *like)
        for number, (type, unit, title, *like) in enumerate(_lines("titles.txt"))
        for drawn in [chance.choices(fates, weights)[0] if number >= len(fates) else fates[number]]
        for fate in [Fate.HELD if like else drawn]
    ]
    return (*written, *brief)
