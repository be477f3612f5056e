"""Searching records: how a text becomes a query of the index, and when it is a reference."""

import re
import unicodedata

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db.models import Q

from qms.records.models import Record

MAX_TEXT = 200  # characters of a search text that count
FEW = 200  # up to so many records that match a text are named by their ids
PREFIX_LENGTH = 3  # a shorter beginning of a word would match half the index

_REFERENCE = re.compile(r"([^\W\d_]{1,10})[\s._/–-]*(\d{4})(?:[\s._/–-]+|(?=\d{4}))(\d{1,9})")
_OPERATOR = re.compile(r'"|(?:^|\s)-\w|\sor\s', re.IGNORECASE)
_LAST_WORD = re.compile(r"(?:^|\s)(\w+)$")

Query = SearchQuery | CombinedSearchQuery


def clean_text(text: str) -> str:
    """What was typed, without what no text holds (NUL) and no longer than counts."""
    return unicodedata.normalize("NFC", text.replace("\x00", "")).strip()[:MAX_TEXT].strip()


def reference_in(text: str) -> str | None:
    """The reference that `text` spells, in any case, with or without leading zeros; None when it is none.

    "f 2026 132", "F-2026-0132" and "f20260132" are all F-2026-0132.
    """
    found = _REFERENCE.fullmatch(text.strip())
    return f"{found[1].upper()}-{found[2]}-{int(found[3]):04d}" if found else None


def text_query(text: str) -> Query:
    """The query of the index for `text`: Swedish stems, the words as typed, and the last word unfinished.

    Quotation marks, `or` and a minus before a word work as on the web; then the words are taken as given.
    """
    stems = SearchQuery(text, config="swedish", search_type="websearch")
    if _OPERATOR.search(text):
        return stems
    query = stems | SearchQuery(text, config="simple", search_type="websearch")
    last = _LAST_WORD.search(text)
    if last is None or len(last[1]) < PREFIX_LENGTH:
        return query
    unfinished: Query = SearchQuery(f"'{last[1]}':*", config="simple", search_type="raw")
    if before := text[: last.start()].strip():
        unfinished = SearchQuery(before, config="swedish", search_type="websearch") & unfinished
    return query | unfinished


def matching(text: str) -> Q:
    """The condition on Record for what `text` finds, or spells the reference of. Costs one query.

    How rare a word is, PostgreSQL guesses badly: it reads whole lists in their order for the sake of a word
    that nobody has used. So few are named by their ids, and only what is common is left as a condition.
    """
    reference = reference_in(text) or text.upper()
    found = Record.objects.filter(search=text_query(text)).order_by().values_list("pk", flat=True)
    ids = list(found[: FEW + 1])
    if len(ids) > FEW:
        return Q(search=text_query(text))
    return Q(pk__in=ids) | Q(reference=reference)
