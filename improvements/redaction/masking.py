"""Replacing passages of a text by blocks.

What is masked is gone: the result is made of what remains and of blocks of one length, which say nothing
of how long the words were.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

BLOCK = "█████"
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…]+(?=\s|$)|(?=\n|$))")

SHORTEST_SPACED = 3  # letters of a word that is looked for spaced
NOWHERE = r"(?!)"
_HYPHEN = r"[-‐‑–]"
_APART = rf"(?:\s+|\s*{_HYPHEN}\s*)"
_JOINED = rf"(?:\s*{_HYPHEN}\s*|\s)?"
_BETWEEN = r"[\s.\-‐‑–_*·]{1,3}"
# Letters that are written with and without an accent; å, ä, ö, æ and ø are letters of their own.
_SAME = {
    letter: f"[{letters}]"
    for letters in ("aáàâã", "cç", "eéèêë", "iíìîï", "nñ", "oóòôõ", "uúùûü", "yýÿ", "'’")
    for letter in letters
}

Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, and whether it is to be masked."""

    text: str
    masked: bool


def plain(text: str) -> str:
    """`text` without signs that cannot be seen, and with each letter written in one way.

    A soft hyphen within a name, or an accent as a sign of its own, would otherwise keep it from being found.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs")
    )


def word_spans(text: str, words: str) -> list[Span]:
    """Where `words` stand in `text` as whole words, however they are written: in any case, with a genitive s,
    with spaces or a hyphen between them, without their accents, s p a c e d."""
    return _find(rf"(?<!\w)(?:{_loosely(words)}(?:['’]?s)?|{_spaced(words)})(?!\w)", text)


def passage_spans(text: str, passage: str) -> list[Span]:
    """Where a passage stands: as whole words where it does, else wherever it stands at all."""
    return word_spans(text, passage) or _find(_loosely(passage), text)


def _loosely(words: str) -> str:
    """`words` with anything between two of them that people write there, or a line's end within one."""
    return _APART.join(
        _JOINED.join(_letters(part) for part in re.split(_HYPHEN, word)) for word in plain(words).split()
    )


def _letters(part: str) -> str:
    return "".join(_SAME.get(letter.lower(), re.escape(letter)) for letter in part)


def _spaced(words: str) -> str:
    """`words` with a space, a point or the like between all letters; what is too short could be anything."""
    letters = [letter for letter in plain(words) if letter.isalnum()]
    if len(letters) < SHORTEST_SPACED:
        return NOWHERE
    return _BETWEEN.join(_letters(letter) for letter in letters)


def _find(pattern: str, text: str) -> list[Span]:
    return [match.span() for match in re.finditer(pattern, text, re.IGNORECASE) if match.group()]


def sentence_spans(text: str) -> list[Span]:
    """The sentences of `text`, each within its line, without the spaces around it."""
    found = []
    for match in _SENTENCE.finditer(text):
        stripped = match.group().strip()
        if stripped:
            start = match.start() + match.group().index(stripped[0])
            found.append((start, start + len(stripped)))
    return found


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same stretches in order, those that touch or overlap made one."""
    kept: list[Span] = []
    for start, end in sorted(spans):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        elif end > start:
            kept.append((start, end))
    return kept


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """`text` cut where `spans` begin and end."""
    cut, at = [], 0
    for start, end in merged(spans):
        if start > at:
            cut.append(Piece(text[at:start], masked=False))
        cut.append(Piece(text[start:end], masked=True))
        at = end
    if at < len(text):
        cut.append(Piece(text[at:], masked=False))
    return cut


def masked(parts: Iterable[Piece]) -> str:
    """The text with a block for each masked piece."""
    return "".join(BLOCK if piece.masked else piece.text for piece in parts)
