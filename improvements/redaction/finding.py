"""Finding what points at somebody in a text: names, addresses, numbers.

Rather too much than too little: whoever hands the text out unticks what may stay.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from improvements.redaction.masking import plain, word_spans
from improvements.redaction.names import FIRST_NAMES


class Why(StrEnum):
    """Why something was found."""

    SENDER = "sender"
    INVOLVED = "involved"
    NUMBER = "number"
    CONTACT = "contact"
    MENTIONED = "mentioned"

    @property
    def label(self) -> str | Promise:
        """Why, in words."""
        return _WHY[self]


_WHY = {
    Why.SENDER: _("Who sent it"),
    Why.INVOLVED: _("Who handled it or wrote in it"),
    Why.NUMBER: _("Personal identity numbers"),
    Why.CONTACT: _("E-mail, phone, address"),
    Why.MENTIONED: _("Could be a name"),
}


@dataclass(frozen=True)
class Found:
    """Words that point at somebody, why, and how often they stand in the text."""

    words: str
    why: Why
    times: int


# YYMMDD-NNNN and YYYYMMDD-NNNN, also with + or without a sign, with coordination numbers (day + 60) and
# letters in the number of those who have none; DDMMYY NNNNN in Norway.
_NUMBER = re.compile(
    r"(?<!\d)(?:(?:19|20)?\d{2}[01]\d[0-9]\d\s?[-–+]?\s?[\dA-Z]{2}\d{2}|[0-7]\d[0-9]\d{3}\s?\d{5})(?!\d)"
)
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\d\w])(?!\d{4}-\d\d-\d\d(?!\d))(?:\+|00)?\d(?:[\s()\-–/]{0,2}\d){6,13}(?![\d\w])")
_STREET = re.compile(
    r"(?<!\w)[A-ZÅÄÖÆØ][\w-]*(?:\s[A-ZÅÄÖÆØ][\w-]*)?"
    r"(?:gatan|vägen|gränd|gränden|stigen|torget|allén|backen|plan|gata|veien|vegen|vei|gate|plass|"
    r"\sväg|\sgata|\svei|\sgate)\s\d+\s?[A-Za-z]?(?!\w)"
)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[-'’](?=[^\W\d_]))*")
MOST_INITIALS = 2
_SENTENCE_ENDS = ".!?:…\n"


def found_in(
    texts: Iterable[str],
    *,
    sender: str,
    involved: Iterable[str],
    directory: frozenset[str],
    known: frozenset[str],
) -> list[Found]:
    """What is found in `texts`, each once, by why and then as written.

    `directory` are first and last names of those who work here, `known` words that are no names though
    they begin with a capital (of units, for instance); both in lower case.
    """
    whole = "\n\n".join(plain(text) for text in texts)
    hits: dict[str, tuple[str, Why]] = {}
    for words, why in (
        *((part, Why.SENDER) for part in _parts_of(sender)),
        *((part, Why.INVOLVED) for name in involved for part in _parts_of(name)),
        *((match.group().strip(), Why.NUMBER) for match in _NUMBER.finditer(whole)),
        *((match.group(), Why.CONTACT) for match in _EMAIL.finditer(whole)),
        *((match.group().strip(), Why.CONTACT) for match in _PHONE.finditer(whole)),
        *((match.group().strip(), Why.CONTACT) for match in _STREET.finditer(whole)),
        *((name, Why.MENTIONED) for name in _names(whole, directory, known)),
    ):
        hits.setdefault(words.lower(), (words, why))
    counted = (Found(words, why, len(word_spans(whole, words))) for words, why in hits.values())
    order = list(Why)
    return sorted(
        (found for found in counted if found.times),
        key=lambda found: (order.index(found.why), found.words.lower()),
    )


def _parts_of(name: str) -> list[str]:
    """A whole name, and each of its parts, also those of a double one: people are called by one of them."""
    words = plain(name).split()
    halves = (half for word in words if "-" in word for half in word.split("-"))
    return [" ".join(words), *(word for word in (*words, *halves) if len(word) > 1)] if words else []


def _names(text: str, directory: frozenset[str], known: frozenset[str]) -> Iterator[str]:
    """Words that could be names: those that are known as such, and capitals within a sentence; words that
    follow each other make one name."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        joined = bool(run) and text[run[-1].end() : match.start()] in (" ", "\n", "-")
        begins = _capital(match.group()) or _known_in_capitals(match.group(), directory)
        if run and not (joined and begins):
            yield from _name(run, text, directory, known)
            run = []
        if begins:
            run.append(match)
    if run:
        yield from _name(run, text, directory, known)


def _capital(word: str) -> bool:
    """A word that begins with a capital and goes on in small letters; IVO is none."""
    return len(word) > 1 and word[0].isupper() and not word.isupper()


def _known_in_capitals(word: str, directory: frozenset[str]) -> bool:
    """A name that somebody cried out; what is short is an abbreviation."""
    bare = _without_genitive(word.lower(), directory)
    return len(word) > MOST_INITIALS and word.isupper() and (bare in directory or bare in FIRST_NAMES)


def _name(
    run: list[re.Match[str]], text: str, directory: frozenset[str], known: frozenset[str]
) -> Iterator[str]:
    words = [_without_genitive(match.group(), directory) for match in run]
    listed = [word.lower() in directory or word.lower() in FIRST_NAMES for word in words]
    within = [not _begins_sentence(text, match.start()) for match in run]
    likely = [
        is_listed or (inside and word.lower() not in known)
        for word, is_listed, inside in zip(words, listed, within, strict=True)
    ]
    if not any(likely):
        return
    if len(words) > 1:
        yield " ".join(words)
    yield from (word for word, is_likely in zip(words, likely, strict=True) if is_likely and len(word) > 1)


def _without_genitive(word: str, directory: frozenset[str]) -> str:
    base = word.removesuffix("'s").removesuffix("’s")
    bare = base.lower().removesuffix("s")
    return base[:-1] if base.lower() != bare and (bare in directory or bare in FIRST_NAMES) else base


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t\"'”’(–-•*")
    return not before or before[-1] in _SENTENCE_ENDS
