"""A text as blocks of words: paragraphs, headings, list items, table rows. In these, texts are compared."""

import re
from dataclasses import dataclass, field

from documents.content.markup import Piece, Start, read
from documents.content.sanitise import HEADINGS

# Marks that are kept on words; only a link's address counts as a change of its own.
MARKS = frozenset({"a", "strong", "b", "em", "i", "u", "s", "sub", "sup", "code"})
_WORD = re.compile(r"\w+|[^\w\s]")
_LISTS = frozenset({"ul", "ol"})
_CELLS = frozenset({"td", "th"})
_PARTS = frozenset({"p", "blockquote", "pre", "figcaption", "caption", "figure", *HEADINGS})


@dataclass(frozen=True)
class Word:
    """A word or sign, with the marks it stands in. A picture and a line break are words too."""

    text: str
    marks: tuple[Start, ...] = ()
    space: bool = False  # whether white space follows it in its block
    element: Start | None = None  # the picture or line break itself

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two words the same: their letters and where they lead; not whether they are bold."""
        links = tuple(mark.get("href") for mark in self.marks if mark.tag == "a")
        return (self.text, self.element.get("src") if self.element else "", *links)


@dataclass
class Block:
    """A paragraph, heading or list item (one cell) or a row of a table (its cells)."""

    tag: str  # p, h2 to h4, li, tr, blockquote, pre, caption, hr
    lists: tuple[str, ...] = ()  # the lists an item lies in, from the outermost: ul, ol
    anchor: str = ""  # a heading's id
    cells: list["Cell"] = field(default_factory=list)

    @property
    def words(self) -> list[Word]:
        """All words of the block, of all its cells."""
        return [word for cell in self.cells for word in cell.words]

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two blocks the same."""
        return (self.tag, self.lists, tuple(tuple(word.key for word in cell.words) for cell in self.cells))


@dataclass
class Cell:
    """The words of a paragraph, or of one cell in a row, with the cell's own attributes."""

    start: Start = field(default_factory=lambda: Start("p"))
    words: list[Word] = field(default_factory=list)

    def add(self, text: str, marks: tuple[Start, ...]) -> None:
        """Add running text: its words, and after which of them there is space."""
        if text[:1].isspace():
            self._space()
        at = 0
        for found in _WORD.finditer(text):
            if found.start() > at:
                self._space()
            self.words.append(Word(found.group(), marks))
            at = found.end()
        if text[at:]:
            self._space()

    def line_break(self) -> None:
        """A new line within the block, unless it would be its first."""
        if self.words and self.words[-1].text != "\n":
            self.words.append(Word("\n", element=Start("br")))

    def trim(self) -> None:
        """No line break and no space at the end."""
        while self.words and self.words[-1].text == "\n":
            self.words.pop()
        if self.words:
            last = self.words[-1]
            self.words[-1] = Word(last.text, last.marks, False, last.element)

    def _space(self) -> None:
        if self.words and not self.words[-1].space:
            last = self.words[-1]
            self.words[-1] = Word(last.text, last.marks, last.text != "\n", last.element)


class _Builder:
    """Walks through the pieces of a text and collects its blocks. Tables within a cell become its words."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.marks: list[Start] = []
        self.lists: list[str] = []
        self.open: Block | None = None  # the block that takes words now
        self.in_row = 0  # how many rows deep

    def take(self, piece: Piece) -> None:
        """The next piece of the text."""
        if isinstance(piece, str):
            self._text(piece)
        elif isinstance(piece, Start):
            self._start(piece)
        else:
            self._end(piece.tag)

    def done(self) -> list[Block]:
        """All blocks, the last one closed."""
        self._close()
        return self.blocks

    def _text(self, text: str) -> None:
        if text.strip() or (self.open and self.open.cells):
            self._cell().add(text, tuple(self.marks))

    def _start(self, start: Start) -> None:
        tag = start.tag
        if tag in MARKS:
            self.marks.append(start)
        elif tag == "br":
            self._cell().line_break()
        elif tag == "img":
            self._cell().words.append(Word(start.get("alt"), tuple(self.marks), True, start))
        elif tag == "tr" or self.in_row:
            self._in_table(start)
        elif tag == "table":  # also one without rows parts what stands before and after it
            self._close()
        elif tag in _LISTS:
            self._close()
            self.lists.append(tag)
        elif tag == "li" or tag in _PARTS or tag == "hr":
            self._begin(start)

    def _begin(self, start: Start) -> None:
        """A paragraph in an item goes on on a new line; anything else begins a block."""
        if self.lists and start.tag != "li" and self.open is not None:
            self._cell().line_break()
            return
        self._close()
        tag = "li" if self.lists else start.tag
        self.open = Block(tag, tuple(self.lists), start.get("id"))
        if tag == "hr":
            self.open.cells.append(Cell())
            self._close()

    def _in_table(self, start: Start) -> None:
        if start.tag == "tr":
            if not self.in_row:
                self._close()
                self.open = Block("tr")
            self.in_row += 1
        elif start.tag in _CELLS and self.in_row == 1 and self.open is not None:
            self.open.cells.append(Cell(start))
        elif self.open is not None and self.open.cells:
            self._cell().line_break()

    def _end(self, tag: str) -> None:
        if tag in MARKS:
            self._unmark(tag)
        elif tag == "tr":
            self.in_row = max(0, self.in_row - 1)
            if not self.in_row:
                self._close()
        elif self.in_row:
            return
        elif tag in _LISTS:
            self._close()
            if self.lists:
                self.lists.pop()
        elif tag == "li" or (tag in _PARTS and not self.lists):
            self._close()

    def _unmark(self, tag: str) -> None:
        for at in range(len(self.marks) - 1, -1, -1):
            if self.marks[at].tag == tag:
                del self.marks[at]
                return

    def _cell(self) -> Cell:
        if self.open is None:
            self.open = Block("li" if self.lists else "p", tuple(self.lists))
        if not self.open.cells:
            self.open.cells.append(Cell())
        return self.open.cells[-1]

    def _close(self) -> None:
        if self.open is not None:
            for cell in self.open.cells:
                cell.trim()
            if self.open.words or self.open.tag == "hr":
                self.blocks.append(self.open)
        self.open = None


def blocks_of(html: str) -> list[Block]:
    """The blocks of cleaned HTML in their order; empty ones are left out."""
    builder = _Builder()
    for piece in read(html):
        builder.take(piece)
    return builder.done()


def blocks_of_lines(text: str) -> list[Block]:
    """The blocks of plain text: each line that holds something is a paragraph."""
    blocks: list[Block] = []
    for line in text.splitlines():
        cell = Cell()
        cell.add(line, ())
        cell.trim()
        if cell.words:
            blocks.append(Block("p", cells=[cell]))
    return blocks


def said(words: list[Word]) -> str:
    """Words as running text."""
    return "".join(word.text + (" " if word.space else "") for word in words)
