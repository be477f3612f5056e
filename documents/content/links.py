"""Links in a document's text that lead to records kept here. Pure."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from documents.content.markup import End, Piece, Start, read, write


def own_address(href: str, site: str) -> str:
    """The part of a link to a page of ours that follows the machine's name; nothing for any other link."""
    address = href.removeprefix(site.rstrip("/"))
    return address if re.match(r"/(?!/)", address) else ""  # "//" begins the name of another machine


def reference_in(address: str, pattern: str) -> str:
    """The reference of the record whose page is at `address`, or nothing. `pattern` is such an address with
    "-" for the reference."""
    before, after = map(re.escape, pattern.split("-", 1))
    found = re.match(rf"{before}([^/?#]+){after}(?:[?#].*)?\Z", address)
    return unquote(found[1]) if found else ""


def addresses(html: str, site: str) -> list[str]:
    """The addresses of all pages of ours that cleaned `html` leads to."""
    starts = (piece for piece in read(html) if isinstance(piece, Start) and piece.tag == "a")
    return [address for start in starts if (address := own_address(start.get("href"), site))]


def relinked(html: str, site: str, leads: Callable[[str], str]) -> str:
    """Cleaned `html` in which each link to a page of ours leads where `leads` says for its address; where
    that is nothing, its words are left without a link."""
    pieces: list[Piece] = []
    plain = False  # links do not nest: the end that follows belongs to the last one begun
    for piece in read(html):
        if isinstance(piece, Start) and piece.tag == "a":
            address = own_address(piece.get("href"), site)
            to = leads(address) if address else piece.get("href")
            plain = not to
            if plain:
                continue
            piece = piece.having("href", to)
        elif isinstance(piece, End) and piece.tag == "a" and plain:
            plain = False
            continue
        pieces.append(piece)
    return write(pieces)
