"""Compared blocks as HTML again: lists within lists, rows within a table, changes marked for eye and ear."""

from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from documents.content.blocks import Word
from documents.content.markup import End, Piece, Start

KEPT, GONE, NEW = "", "del", "ins"


@dataclass(frozen=True)
class Run:
    """A word, or the space behind one, and what became of it."""

    change: str  # KEPT, GONE or NEW
    word: Word | None = None  # None is white space


@dataclass(frozen=True)
class Shown:
    """A block of the answer: where it stands and, for each of its cells, what runs through it."""

    tag: str
    lists: tuple[str, ...]
    anchor: str
    cells: list[tuple[Start, list[Run]]]

    @property
    def runs(self) -> list[Run]:
        """All that runs through it."""
        return [run for _start, runs in self.cells for run in runs]

    @property
    def changed(self) -> bool:
        """Whether anything in it was added or taken away."""
        return any(run.change != KEPT for run in self.runs)

    @property
    def text(self) -> str:
        """Its words as they are now."""
        words = (run.word.text if run.word else " " for run in self.runs if run.change != GONE)
        return "".join(words).strip()


class Nest:
    """Puts blocks below each other and opens and closes what they lie in."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._lists: list[str] = []  # each open, and an item of it open too
        self._table = False

    def add(self, block: Shown) -> None:
        """Add the next block."""
        if block.tag == "tr":
            self._row(block)
            return
        self._end_table()
        if block.tag == "li":
            self._item(block)
            return
        self._end_lists(0)
        if block.tag == "hr":
            self._pieces.append(Start("hr"))
            return
        attributes = (("id", block.anchor),) if block.anchor else ()
        self._pieces.append(Start(block.tag, attributes))
        self._cells(block)
        self._pieces.append(End(block.tag))

    def done(self) -> list[Piece]:
        """All of it, with everything closed."""
        self._end_table()
        self._end_lists(0)
        return self._pieces

    def _row(self, block: Shown) -> None:
        self._end_lists(0)
        if not self._table:
            self._pieces += [Start("table"), Start("tbody")]
            self._table = True
        self._pieces.append(Start("tr"))
        for start, runs in block.cells:
            self._pieces += [start, *_written(runs), End(start.tag)]
        self._pieces.append(End("tr"))

    def _item(self, block: Shown) -> None:
        shared = 0
        for open_list, wanted in zip(self._lists, block.lists, strict=False):
            if open_list != wanted:
                break
            shared += 1
        self._end_lists(shared)
        if shared == len(block.lists):
            self._pieces += [End("li"), Start("li")]
        for wanted in block.lists[shared:]:
            self._pieces += [Start(wanted), Start("li")]
            self._lists.append(wanted)
        self._cells(block)

    def _cells(self, block: Shown) -> None:
        for _start, runs in block.cells:
            self._pieces += _written(runs)

    def _end_lists(self, left: int) -> None:
        while len(self._lists) > left:
            self._pieces += [End("li"), End(self._lists.pop())]

    def _end_table(self) -> None:
        if self._table:
            self._pieces += [End("tbody"), End("table")]
            self._table = False


def _written(runs: list[Run]) -> list[Piece]:
    """Runs as pieces: neighbours with the same change in one element, which says aloud what it is."""
    said = {GONE: _("taken away:"), NEW: _("added:")}
    pieces: list[Piece] = []
    for change, group in groupby(runs, key=lambda run: run.change):
        words = _words(list(group))
        if change == KEPT:
            pieces += words
            continue
        aloud: list[Piece] = [Start("span", (("class", "ds-sr-only"),)), f" {said[change]} ", End("span")]
        pieces += [Start(change), *aloud, *words, End(change)]
    return pieces


def _words(runs: list[Run]) -> list[Piece]:
    """Words with the marks they stand in; a mark goes on as long as the words in it do."""
    pieces: list[Piece] = []
    open_marks: tuple[Start, ...] = ()
    for run in runs:
        if run.word is None:
            pieces.append(" ")
            continue
        if run.word.marks != open_marks:
            pieces += [End(mark.tag) for mark in reversed(open_marks)]
            pieces += run.word.marks
            open_marks = run.word.marks
        pieces.append(run.word.element or run.word.text)
    return pieces + [End(mark.tag) for mark in reversed(open_marks)]
