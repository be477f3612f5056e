"""What a case is called, made from what the sender wrote. Pure."""

import unicodedata

TITLE_LENGTH = 70  # characters


def has_words(text: str) -> bool:
    """Whether anything in `text` can be seen: direction marks and zero-width signs alone say nothing."""
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def title_of(text: str) -> str:
    """A title for a case from what the sender wrote: its first sentence, cut at a word.

    Signs that cannot be seen are left out: a direction mark in a title would turn the page around it.
    """
    line = next(line for line in text.splitlines() if has_words(line))
    first = _visible(line).split(". ")[0].strip().rstrip(".") or _visible(line).strip()
    if len(first) <= TITLE_LENGTH:
        return first
    return first[: TITLE_LENGTH - 2].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def _visible(line: str) -> str:
    # The zero-width joiner holds some emoji together and stays.
    return "".join(
        sign
        for sign in line
        if sign == "\u200d" or unicodedata.category(sign) not in ("Cf", "Cc", "Cs", "Co")
    )
