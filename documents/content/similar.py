"""Which texts say nearly the same: documents that two parts of the house wrote twice.

A text becomes a sketch: the smallest hashes of all its runs of four words. The share of hashes two sketches
have in common is close to the share of runs the texts have in common, and sketches are small enough to be
kept and held against each other by the thousand.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import blake2b

RUN = 4  # words; fewer find the same subject, more only copies
SIZE = 96  # hashes of a sketch: the likeness is right within some 5 points
FEWEST_WORDS = 30  # a shorter text has too little to say whether it is copied
# A run in many texts is a phrase of the house (letterhead, a template's "detta dokument gäller"), which says
# nothing of two of them: in more than a tenth of all, but of no fewer than FEW and of no more than COMMON.
FEW, COMMON = 12, 60
FEWEST_MARKS = 12  # of its own, else a text is all phrases of the house
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


def likeness(first: Sequence[int], second: Sequence[int], but: Set[int] = frozenset()) -> float:
    """How much two sketched texts have in common, 0 to 1, leaving out the marks in `but`."""
    # Of a long text only the hashes up to the last of its sketch are known.
    known = min((marks[-1] for marks in (first, second) if len(marks) == SIZE), default=None)
    one, other = (
        {mark for mark in marks if known is None or mark <= known} - but for marks in (first, second)
    )
    return len(one & other) / len(one | other) if one or other else 0.0


def near_duplicates(sketches: Mapping[int, Sequence[int]], at_least: float = ALIKE) -> Iterator[Pair]:
    """Every pair of texts that have at least that much in common, by their ids. 20,000 in some seconds.

    Phrases of the house are left out: what two texts made from one template share is not what they say.
    """
    holders: dict[int, list[int]] = {}
    for text, marks in sketches.items():
        for mark in marks:
            holders.setdefault(mark, []).append(text)
    common = min(COMMON, max(FEW, len(sketches) // 10))
    phrases = {mark for mark, texts in holders.items() if len(texts) > common}
    own = {text: len(set(marks) - phrases) for text, marks in sketches.items()}
    for text, marks in sketches.items():
        others = {other for mark in marks if mark not in phrases for other in holders[mark] if other > text}
        for other in sorted(others):
            if min(own[text], own[other]) < FEWEST_MARKS:
                continue
            # Both, since without the phrases what is left may be the little that two texts do share.
            alike = min(likeness(marks, sketches[other], phrases), likeness(marks, sketches[other]))
            if alike >= at_least:
                yield Pair(text, other, alike)


def _hash(run: str) -> int:
    """63 bits: PostgreSQL's bigint has a sign."""
    return int.from_bytes(blake2b(run.encode(), digest_size=8).digest(), "big") >> 1
