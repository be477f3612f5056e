"""The table of contents of a text, from its headings."""

from dataclasses import dataclass, field, replace

from documents.content.markup import End, Piece, Start, read, write
from documents.content.sanitise import HEADINGS


@dataclass
class Heading:
    """A line in the table of contents."""

    anchor: str  # the heading's id: the page's address plus # and this leads to it
    text: str
    level: int  # 2 to 4, as the element says
    below: list["Heading"] = field(default_factory=list)


def headings(html: str) -> list[Heading]:
    """Every heading of a cleaned text in its order, flat."""
    found: list[Heading] = []
    inside = False
    for piece in read(html):
        if isinstance(piece, Start) and piece.tag in HEADINGS:
            found.append(Heading(piece.get("id"), "", int(piece.tag[1])))
            inside = True
        elif isinstance(piece, End) and piece.tag in HEADINGS:
            inside = False
        elif inside and isinstance(piece, str):
            found[-1].text += piece
    for heading in found:
        heading.text = " ".join(heading.text.split())
    return [heading for heading in found if heading.text]


def contents(html: str) -> list[Heading]:
    """The table of contents as a tree: a heading lies under the last higher one, so no level gapes."""
    top: list[Heading] = []
    above: list[Heading] = []
    for heading in headings(html):
        while above and above[-1].level >= heading.level:
            above.pop()
        (above[-1].below if above else top).append(heading)
        above.append(heading)
    return top


def without_gaps(html: str) -> str:
    """Cleaned `html` with each heading one level below the one it stands under: where a level was left out,
    whoever is read to would look for what is missing (PDF/UA-1, 7.4.2)."""
    pieces: list[Piece] = []
    above: list[int] = []
    for piece in read(html):
        if isinstance(piece, Start) and piece.tag in HEADINGS:
            level = int(piece.tag[1])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
        if isinstance(piece, Start | End) and piece.tag in HEADINGS:
            piece = replace(piece, tag=HEADINGS[len(above) - 1])
        pieces.append(piece)
    return write(pieces)


def without_anchors(html: str) -> str:
    """Cleaned `html` whose headings are not pointed at: for a text that stands on a page a second time."""
    return write(
        Start(piece.tag) if isinstance(piece, Start) and piece.tag in HEADINGS else piece
        for piece in read(html)
    )
