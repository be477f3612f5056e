"""What may stand in a document's text. Everything else is taken out; its words stay.

The cleaning is nh3's (Ammonia, a real HTML5 parser with an allow-list). Added here: the page has the only
first-level heading, and every heading can be pointed at by an id that stays as long as its words do.
"""

import re
from collections.abc import Iterable
from html import escape

import nh3
from django.utils.text import slugify

from documents.content.markup import End, Piece, Start, read, write

HEADINGS = ("h2", "h3", "h4")
ID_PREFIX = "s-"  # so that no heading takes an id of the page around it
LONGEST_ID = 60
MOST_ROUNDS = 6  # until cleaning changes nothing more; two are enough for all but crafted text

INLINE = {"a", "strong", "b", "em", "i", "u", "s", "sub", "sup", "code", "br", "img"}
_BLOCKS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr"),
    *("figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    **{heading: {"id"} for heading in ("h1", "h2", "h3", "h4", "h5", "h6")},
}
_LEVEL = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
# A page of ours, never another machine's: the second sign is neither / nor \, which browsers read as one.
_OWN_PAGE = re.compile(r"/(?![/\\])[^\s\\]*\Z")
_HEADING_ID = re.compile(rf"{ID_PREFIX}[\w-]{{1,{LONGEST_ID}}}\Z")
_NUMBER = re.compile(r"[0-9]{1,4}\Z")
_SCOPES = {"row", "col", "rowgroup", "colgroup"}

_CLEANER = nh3.Cleaner(
    tags=INLINE | _BLOCKS,
    clean_content_tags={"script", "style", "template", "title", "textarea", "noscript", "iframe"},
    attributes=_ATTRIBUTES,
    attribute_filter=lambda tag, name, value: _kept(tag, name, value),
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
    strip_comments=True,
)


def sanitise(html: str) -> str:
    """`html` with only what a document may hold: headings (second to fourth level), lists, tables, links,
    and pictures of our own. Cleaning what is clean changes nothing.
    """
    cleaned = _once(html)
    for _round in range(MOST_ROUNDS):
        again = _once(cleaned)
        if again == cleaned:
            return cleaned
        cleaned = again
    words = " ".join(piece for piece in read(cleaned) if isinstance(piece, str))
    return f"<p>{escape(words, quote=False)}</p>"


def pictures_without_words(html: str) -> list[str]:
    """The addresses of pictures without alternative text: nobody who cannot see knows what they show."""
    pictures = [piece for piece in read(html) if isinstance(piece, Start) and piece.tag == "img"]
    return [picture.get("src") for picture in pictures if not picture.get("alt").strip()]


def _once(html: str) -> str:
    return write(_with_ids(_levelled(read(_CLEANER.clean(html.replace("\0", ""))))))


def _kept(tag: str, name: str, value: str) -> str | None:
    """The value an attribute keeps, or None to take the attribute away."""
    if name == "href":
        outside = value.lower().startswith(("http://", "https://", "mailto:", "tel:"))
        return value if outside or value.startswith("#") or _OWN_PAGE.match(value) else None
    if name == "src":
        return value if _OWN_PAGE.match(value) else None
    if name in ("colspan", "rowspan", "start", "width", "height"):
        return value if _NUMBER.match(value) else None
    if name == "scope":
        return value if value in _SCOPES else None
    if name == "id":
        return value if _HEADING_ID.match(value) else None
    return value


def _levelled(pieces: Iterable[Piece]) -> list[Piece]:
    """Headings on the levels that are left below the page's own; pictures that show nothing left out."""
    levelled: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Start):
            if piece.tag == "img" and not piece.get("src"):
                continue
            piece = Start(_LEVEL.get(piece.tag, piece.tag), piece.attributes)
        elif isinstance(piece, End):
            piece = End(_LEVEL.get(piece.tag, piece.tag))
        levelled.append(piece)
    return levelled


def _with_ids(pieces: list[Piece]) -> list[Piece]:
    """Every heading with an id of its own: the one it has, else one made of its words."""
    taken: set[str] = set()
    for at, piece in enumerate(pieces):
        if isinstance(piece, Start) and piece.tag in HEADINGS:
            mark = piece.get("id")
            if not mark or mark in taken:
                mark = _free(_words_of(pieces, at), taken)
            taken.add(mark)
            pieces[at] = piece.having("id", mark)
    return pieces


def _words_of(pieces: list[Piece], at: int) -> str:
    """The words of the heading that begins at that place."""
    words: list[str] = []
    for piece in pieces[at + 1 :]:
        if isinstance(piece, End) and piece.tag in HEADINGS:
            break
        if isinstance(piece, str):
            words.append(piece)
    return "".join(words)


def _free(words: str, taken: set[str]) -> str:
    stem = ID_PREFIX + (slugify(words)[: LONGEST_ID - 8].strip("-") or "avsnitt")
    mark, number = stem, 1
    while mark in taken:
        number += 1
        mark = f"{stem}-{number}"
    return mark
