"""Which texts say nearly the same: documents that two parts of the house wrote twice.

A text becomes a sketch: the smallest hashes of all its runs of four words. The share of hashes two sketches
have in common is close to the share of runs the texts have in common, and sketches are small enough to be
kept and held against each other by the thousand.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

RUN = 4  # words; fewer find the same subject, more only copies
SIZE = 96  # hashes of a sketch: the likeness is right within some 5 points
FEWEST_WORDS = 30  # a shorter text has too little to say whether it is copied
COMMON = 60  # a run in more texts than this is a phrase of the house (letterhead, "detta dokument gäller")
ALIKE = 0.6

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Pair:
    """Two texts that say nearly the same."""

    first: int
    second: int
    likeness: float  # 0 to 1


def sketch(text: str) -> list[int]:
    """The sketch of a text, smallest hash first; empty when the text is too short to be judged."""
    words = _WORD.findall(text.casefold())
    if len(words) < FEWEST_WORDS:
        return []
    runs = {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
    return sorted(_hash(run) for run in runs)[:SIZE]


def likeness(first: Sequence[int], second: Sequence[int]) -> float:
    """How much two sketched texts have in common, 0 to 1."""
    one, other = set(first), set(second)
    smallest = sorted(one | other)[: min(SIZE, max(len(one), len(other)))]
    return sum(1 for mark in smallest if mark in one and mark in other) / len(smallest) if smallest else 0.0


def near_duplicates(sketches: Mapping[int, Sequence[int]], at_least: float = ALIKE) -> Iterator[Pair]:
    """Every pair of texts that have at least that much in common, by their ids. 20,000 in some seconds.

    Only texts that share a rare run are held against each other.
    """
    holders: dict[int, list[int]] = {}
    for text, marks in sketches.items():
        for mark in marks:
            holders.setdefault(mark, []).append(text)
    for text, marks in sketches.items():
        shared = Counter(
            other for mark in marks if len(holders[mark]) <= COMMON for other in holders[mark] if other > text
        )
        for other in sorted(shared):
            alike = likeness(marks, sketches[other])
            if alike >= at_least:
                yield Pair(text, other, alike)


def _hash(run: str) -> int:
    """63 bits: PostgreSQL's bigint has a sign."""
    return int.from_bytes(blake2b(run.encode(), digest_size=8).digest(), "big") >> 1
