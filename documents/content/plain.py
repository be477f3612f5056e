"""Words that were written without an editor: a blank line begins a new paragraph. Pure."""

import re
from collections.abc import Iterable

from documents.content.markup import VOID, End, Piece, Start, read, write
from documents.content.sanitise import INLINE, sanitise

_BLANK_LINES = re.compile(r"[ \t]*\r?\n[ \t]*(?:\r?\n[ \t]*)+")
# A sign for "less than", as in "a<b": it begins no mark, and a parser would take what follows for one.
_LESS = re.compile(r"<(?!/?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>|!--)")


def paragraphs(html: str) -> str:
    """`html`, cleaned, in which no words stand by themselves: those that did are paragraphs, parted where a
    line was left empty, with their lines as they were broken. What stands in a paragraph, a list or a table
    already is left as it is.
    """
    laid: list[Piece] = []
    loose: list[Piece] = []
    depth = 0  # of blocks: words within one have their place
    for piece in read(sanitise(_LESS.sub("&lt;", html))):
        is_block = not isinstance(piece, str) and piece.tag not in INLINE
        if depth == 0 and not is_block:
            loose.append(piece)
            continue
        laid += _parted(loose)
        loose = []
        laid.append(piece)
        if is_block and isinstance(piece, Start) and piece.tag not in VOID:
            depth += 1
        elif is_block and isinstance(piece, End):
            depth -= 1
    return write([*laid, *_parted(loose)])


def _parted(loose: Iterable[Piece]) -> list[Piece]:
    """Loose words, and what is marked among them, as paragraphs."""
    found: list[list[Piece]] = [[]]
    within: list[Start] = []  # marks that are open: a blank line in one parts nothing
    for piece in loose:
        if isinstance(piece, str) and not within:
            first, *others = _BLANK_LINES.split(piece)
            found[-1].append(first)
            found += [[other] for other in others]
            continue
        if isinstance(piece, Start) and piece.tag not in VOID:
            within.append(piece)
        elif isinstance(piece, End) and within:
            within.pop()
        found[-1].append(piece)
    return [piece for words in found if _says(words) for piece in _paragraph(words)]


def _says(words: Iterable[Piece]) -> bool:
    """Whether there is a word in it, or a picture."""
    return any(word.strip() if isinstance(word, str) else word.tag == "img" for word in words)


def _paragraph(words: list[Piece]) -> list[Piece]:
    lined: list[Piece] = []
    last = len(words) - 1
    for at, word in enumerate(words):
        if not isinstance(word, str):
            lined.append(word)
            continue
        lines = word.lstrip("\r\n") if at == 0 else word
        lines = lines.rstrip("\r\n") if at == last else lines
        for number, line in enumerate(lines.splitlines() or [""]):
            lined += [Start("br")] if number else []
            lined.append(line)
    return [Start("p"), *lined, End("p")]
