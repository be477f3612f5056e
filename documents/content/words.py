"""The words of a text without its markup: what is searched, compared and counted."""

import re

from documents.content.markup import Start, read

_SPACE = re.compile(r"\s+")
# What parts words and lines from each other.
_LINES = frozenset(
    {"p", "h2", "h3", "h4", "li", "blockquote", "pre", "figcaption", "caption", "tr", "br", "hr", "table"}
)
_CELLS = frozenset({"td", "th"})


def words_of(html: str) -> str:
    """The text of cleaned HTML, a line for each paragraph, heading, item and row; pictures by their words."""
    parts: list[str] = []
    for piece in read(html):
        if isinstance(piece, str):
            parts.append(_SPACE.sub(" ", piece))
        elif piece.tag in _LINES:
            parts.append("\n")
        elif piece.tag in _CELLS:
            parts.append(" ")
        elif isinstance(piece, Start) and piece.tag == "img":
            parts.append(f" {piece.get('alt')} ")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
