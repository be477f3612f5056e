"""HTML as a flat row of pieces, and back. For text that has been cleaned: well formed, no scripts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

# Elements that have no end.
VOID = frozenset({"br", "hr", "img", "col", "wbr"})


@dataclass(frozen=True)
class Start:
    """The beginning of an element, with its attributes in the order they stand."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The value of an attribute, or nothing."""
        return dict(self.attributes).get(name, "")

    def having(self, name: str, value: str) -> "Start":
        """The same element with that attribute, and no other value of it."""
        others = tuple(pair for pair in self.attributes if pair[0] != name)
        return replace(self, attributes=((name, value), *others))


@dataclass(frozen=True)
class End:
    """The end of an element."""

    tag: str


Piece = Start | End | str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pieces.append(Start(tag, tuple((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.pieces.append(End(tag))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


@lru_cache(maxsize=4)  # the longest text takes some 10 MB
def read(html: str) -> tuple[Piece, ...]:
    """`html` as pieces; text has its entities resolved. Kept for the texts read last: a page reads its text
    for what is shown and for the contents."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.pieces)


def write(pieces: Iterable[Piece]) -> str:
    """Pieces as HTML, with everything escaped that must be."""
    return "".join(_written(piece) for piece in pieces)


def _written(piece: Piece) -> str:
    if isinstance(piece, str):
        return escape(piece, quote=False)
    if isinstance(piece, End):
        return f"</{piece.tag}>"
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in piece.attributes)
    return f"<{piece.tag}{attributes}>"
