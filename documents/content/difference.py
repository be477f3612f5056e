"""What is different between two texts, readable: words taken away and words added, tables and lists included.

First whole blocks are aligned, then the words within those that changed. Without what is marked as added the
old one is left, without what is marked as taken away the new one: nothing is lost. The work is bounded: where
it would grow too large, whole paragraphs are marked instead of words, and the answer says so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeVar

from django.utils.translation import gettext as _

from documents.content.blocks import Block, Cell, Word, blocks_of, blocks_of_lines
from documents.content.difference_markup import GONE, KEPT, NEW, Nest, Run, Shown
from documents.content.markup import write
from documents.content.sanitise import HEADINGS
from qms.exceptions import RuleViolation

MOST_WORDS = 300_000  # in both texts; about 900 pages
MOST_STEPS = 12_000_000  # words times words, all changed blocks together: some seconds
MOST_STEPS_AT_ONCE = 1_000_000  # in one block
MOST_AT_ONCE = 60  # changed blocks that are held against as many others; more go in portions
ALIKE = 0.35  # shared words from which two blocks are taken to be one that changed
ISLAND = 3  # letters: what is unchanged between two changes and no longer is not worth stopping at

Pair = tuple[Block | None, Block | None]
Opcode = tuple[str, int, int, int, int]
T = TypeVar("T")


@dataclass(frozen=True)
class Difference:
    """Two texts in one, as HTML with `ins` and `del`, and how much changed."""

    html: str
    added: int  # words
    removed: int  # words
    coarse: bool  # some long paragraphs are marked whole, though only a part of them changed
    places: list[Shown]  # the headings under which anything changed, those that can be led to

    @property
    def changed(self) -> bool:
        """Whether there is any difference in words, signs, links or pictures."""
        return "<ins>" in self.html or "<del>" in self.html


def difference(old: str, new: str) -> Difference:
    """The difference between two cleaned HTML texts. Raises RuleViolation when they are too long."""
    return _compare(blocks_of(old), blocks_of(new))


def difference_of_words(old: str, new: str) -> Difference:
    """The difference between two plain texts, as they were read out of files; each line is a paragraph."""
    return _compare(blocks_of_lines(old), blocks_of_lines(new))


def _compare(old: list[Block], new: list[Block]) -> Difference:
    if sum(len(block.words) for block in (*old, *new)) > MOST_WORDS:
        raise RuleViolation(
            _("These versions are too long to be compared word by word. Open them one by one.")
        )
    comparison = _Comparison()
    shown = [comparison.shown(*pair) for pair in _pairs(old, new)]
    nest = Nest()
    for block in shown:
        nest.add(block)
    html, places = write(nest.done()), _places(shown)
    return Difference(html, comparison.added, comparison.removed, comparison.coarse, places)


def _places(blocks: list[Shown]) -> list[Shown]:
    places: list[Shown] = []
    under: Shown | None = None
    for block in blocks:
        if block.tag in HEADINGS:
            under = block
        if block.changed and under and under.anchor and under not in places[-1:]:
            places.append(under)
    return places


class _Comparison:
    """Compares pair after pair within one allowance of work, and counts."""

    def __init__(self) -> None:
        self.added = self.removed = self.steps = 0
        self.coarse = False

    def shown(self, old: Block | None, new: Block | None) -> Shown:
        """One block of the answer."""
        block = new or old or Block("p")
        cells = [
            (cell.start, self._runs(before.words if before else [], after.words if after else []))
            for before, after in _cells(old.cells if old else [], new.cells if new else [])
            if (cell := after or before)
        ]
        return Shown(block.tag, block.lists, new.anchor if new else "", cells)

    def _runs(self, old: list[Word], new: list[Word]) -> list[Run]:
        runs: list[Run] = []
        for kind, i1, i2, j1, j2 in self._opcodes(old, new):
            if kind == "equal":
                for before, after in zip(old[i1:i2], new[j1:j2], strict=True):
                    runs.append(Run(KEPT, after))
                    runs.extend(_space(before, after))
                continue
            runs.extend(_marked(GONE, old[i1:i2]))
            runs.extend(_marked(NEW, new[j1:j2]))
            self.removed += _counted(old[i1:i2])
            self.added += _counted(new[j1:j2])
        return runs

    def _opcodes(self, old: list[Word], new: list[Word]) -> list[Opcode]:
        before, after = [word.key for word in old], [word.key for word in new]
        head, tail = _same_ends(before, after)
        middle_old, middle_new = len(old) - head - tail, len(new) - head - tail
        steps = middle_old * middle_new
        self.steps += steps
        found: list[Opcode] = [("equal", 0, head, 0, head)]
        if steps > MOST_STEPS_AT_ONCE or self.steps > MOST_STEPS:
            self.coarse = True
            found.append(("replace", head, head + middle_old, head, head + middle_new))
        else:
            matcher = SequenceMatcher(
                None, before[head : head + middle_old], after[head : head + middle_new], autojunk=False
            )
            found += [
                (kind, i1 + head, i2 + head, j1 + head, j2 + head)
                for kind, i1, i2, j1, j2 in _without_islands(matcher.get_opcodes(), old[head:])
            ]
        found.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
        return found


def _without_islands(opcodes: Sequence[Opcode], old: list[Word]) -> list[Opcode]:
    """Changes that only a sign or a short word keeps apart, as one: the eye reads phrases, not letters."""
    joined: list[Opcode] = []
    for at, (kind, i1, i2, j1, j2) in enumerate(opcodes):
        between = 0 < at < len(opcodes) - 1
        if kind == "equal" and between and sum(len(word.text) for word in old[i1:i2]) <= ISLAND:
            kind = "replace"
        if joined and kind != "equal" and joined[-1][0] != "equal":
            joined[-1] = ("replace", joined[-1][1], i2, joined[-1][3], j2)
        else:
            joined.append((kind, i1, i2, j1, j2))
    return joined


def _space(before: Word, after: Word) -> list[Run]:
    """The white space behind a word that both texts have."""
    if before.space and after.space:
        return [Run(KEPT)]
    if before.space or after.space:
        return [Run(GONE if before.space else NEW)]
    return []


def _marked(change: str, words: list[Word]) -> list[Run]:
    runs: list[Run] = []
    for word in words:
        runs.append(Run(change, word))
        if word.space:
            runs.append(Run(change))
    return runs


def _counted(words: list[Word]) -> int:
    return sum(1 for word in words if word.element is None and word.text[0].isalnum())


def _same_ends(old: Sequence[T], new: Sequence[T]) -> tuple[int, int]:
    """How many are the same from the beginning, and how many from the end of what is left."""
    head, most = 0, min(len(old), len(new))
    while head < most and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _pairs(old: list[Block], new: list[Block]) -> list[Pair]:
    """Old and new blocks side by side; None where the other text has none."""
    before, after = [block.key for block in old], [block.key for block in new]
    head, tail = _same_ends(before, after)
    pairs: list[Pair] = list(zip(old[:head], new[:head], strict=True))
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(None, before[head : len(old) - tail], after[head : len(new) - tail])
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            pairs.extend(zip(middle_old[i1:i2], middle_new[j1:j2], strict=True))
        else:
            pairs.extend(_alike(middle_old[i1:i2], middle_new[j1:j2]))
    pairs.extend(zip(old[len(old) - tail :], new[len(new) - tail :], strict=True))
    return pairs


def _alike(old: list[Block], new: list[Block]) -> list[Pair]:
    """Changed blocks in the order that puts the most alike side by side; the rest alone."""
    portions = -(-max(len(old), len(new)) // MOST_AT_ONCE)
    pairs: list[Pair] = []
    for at in range(portions):
        some_old = old[len(old) * at // portions : len(old) * (at + 1) // portions]
        some_new = new[len(new) * at // portions : len(new) * (at + 1) // portions]
        pairs += _aligned([_Bag(block) for block in some_old], [_Bag(block) for block in some_new])
    return pairs


class _Bag:
    """A block with its words counted."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.words = Counter(word.text for word in block.words)

    def likeness(self, other: "_Bag") -> float:
        """The share of words that two have in common, from ALIKE to 1; nought for what cannot be the same."""
        tags = {self.block.tag, other.block.tag}
        if len(tags) > 1 and tags & {"tr", "hr"}:
            return 0.0
        in_all = self.words.total() + other.words.total()
        share = 2 * (self.words & other.words).total() / in_all if in_all else 1.0
        return share if share >= ALIKE else 0.0


def _aligned(old: list[_Bag], new: list[_Bag]) -> list[Pair]:
    """The pairing in order with the greatest likeness in all; pairs without any likeness are not made."""
    table = [[0.0] * (len(new) + 1) for _row in range(len(old) + 1)]
    alike = [[one.likeness(other) for other in new] for one in old]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            together = table[i + 1][j + 1] + alike[i][j] if alike[i][j] else 0.0
            table[i][j] = max(together, table[i + 1][j], table[i][j + 1])
    pairs: list[Pair] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if alike[i][j] and table[i][j] == table[i + 1][j + 1] + alike[i][j]:
            pairs.append((old[i].block, new[j].block))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            pairs.append((old[i].block, None))
            i += 1
        else:
            pairs.append((None, new[j].block))
            j += 1
    pairs += [(bag.block, None) for bag in old[i:]]
    return pairs + [(None, bag.block) for bag in new[j:]]


def _cells(old: list[Cell], new: list[Cell]) -> list[tuple[Cell | None, Cell | None]]:
    """The cells of two rows side by side: by their place where there are as many, else by what they say."""
    if len(old) == len(new):
        return list(zip(old, new, strict=True))
    pairs = _alike([Block("td", cells=[cell]) for cell in old], [Block("td", cells=[cell]) for cell in new])
    return [
        (before.cells[0] if before else None, after.cells[0] if after else None) for before, after in pairs
    ]
