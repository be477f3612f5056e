"""A document's text as a page shows it: headings that one can point at, suggest a change from, jump to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from documents.content.markup import End, Piece, Start, read, write
from documents.content.sanitise import HEADINGS
from qms.ui.html import filled
from qms.ui.icons import icon


@dataclass(frozen=True)
class Way:
    """Something one can do from a heading; `url` says where it leads for an anchor and its words."""

    label: str
    icon: str
    url: Callable[[str, str], str]


_WAY = '<a href="{}" class="no-print">{}<span class="word">{}<span class="ds-sr-only">{}</span></span></a>'
_FRAME = '<div class="scroll-x" tabindex="0" role="region" aria-label="{}">'


def readable(html: str, ways: Sequence[Way]) -> SafeString:
    """Cleaned `html` with tables that can be scrolled, and beside each heading the `ways` from there."""
    shown: list[str] = []
    waiting: list[Piece] = []
    heading: Start | None = None
    for piece in read(html):
        if isinstance(piece, Start) and piece.tag in HEADINGS:
            heading, waiting = piece, [piece]
        elif heading is not None:
            waiting.append(piece)
            if isinstance(piece, End) and piece.tag in HEADINGS:
                shown.append(_headed(heading, waiting, ways))
                heading = None
        else:
            shown.append(_framed(piece))
    return SafeString("".join(shown) + write(waiting if heading is not None else []))


def _headed(heading: Start, pieces: list[Piece], ways: Sequence[Way]) -> str:
    words = " ".join("".join(piece for piece in pieces if isinstance(piece, str)).split())
    if not (ways and words):
        return write(pieces)
    links = "".join(
        filled(
            _WAY,
            way.url(heading.get("id"), words),
            icon(way.icon),
            way.label,
            _(" in the part %(heading)s") % {"heading": words},
        )
        for way in ways
    )
    return f'<div class="prose-head">{write(pieces)}{links}</div>'


def _framed(piece: Piece) -> str:
    """A table may be wider than a phone: it is scrolled by itself, by the keyboard too."""
    if isinstance(piece, Start) and piece.tag == "table":
        return filled(_FRAME, _("Table, can be scrolled sideways")) + write([piece])
    if isinstance(piece, End) and piece.tag == "table":
        return f"{write([piece])}</div>"
    return write([piece])
