"""Searching records: how a text becomes a query of the index, and when it is a reference."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.html import escape
from django.utils.safestring import SafeString

from qms.organisation.access import Access
from qms.records.asked import Asked
from qms.records.kinds import listed_kinds
from qms.records.models import Record
from qms.records.visibility import seen_by
from qms.sql import fetch

MAX_TEXT = 200  # characters of a search text that count
FEW = 200  # up to so many records that match a text are named by their ids
RANKED = 125  # hits that are put in order, the newest of them: ranking thousands takes seconds
PREFIX_LENGTH = 3  # a shorter beginning of a word would match half the index
ALIKE = 0.45  # share of letter triples in common; two letters swapped in a word leave about half
PLACES = 3  # words of what is searched that are shown in their place
BEFORE, AFTER = 150, 400  # characters around such a place
ENDING = 4  # letters that an ending may have: "rutinerna" stands for "rutin"
WEIGHTS = [0.1, 0.3, 0.6, 1.0]  # of what is said, the text, the title as typed, the title's stems
MARK = "<mark>"
GAP = " … "  # between places of a text that are not beside each other
START, STOP = "\ue000", "\ue001"  # where an excerpt is marked, until it is escaped

# What PostgreSQL's Swedish stems leave out, of PREFIX_LENGTH letters and more.
_SMALL = """
    alla allt att blev bli blir blivit dem den denna deras dess dessa det detta dig din dina ditt
    där efter eller era ert ett från för hade han hans har henne hennes hon honom hur här icke ingen
    inom inte jag kan kunde man med mellan men mig min mina mitt mot mycket när någon något några
    och oss samma sedan sig sin sina sitta själv skulle som sådan sådana sådant till under upp utan
    vad var vara varför varit varje vars vart vem vid vilka vilkas vilken vilket vår våra vårt över
"""
SMALL_WORDS = frozenset(_SMALL.split())

_REFERENCE = re.compile(
    r"([^\W\d_]{1,10})[\s._/–-]*(\d{4})(?:[\s._/–-]+|(?=\d{4}))(\d{1,9})"
    r"(?:[\s._/–-]+([^\W\d_]\d{1,4}(?:\.\d{1,4})?))?"  # of what is apart: the number within its record
)
_ADDRESS = re.compile(r"\S*/r/([^/?#\s]+)/?(?:[?#]\S*)?")
_OR = re.compile(r"\sor\s", re.IGNORECASE)
_UNWANTED = re.compile(r"(?:^|\s)-[\w\"]")
_WANTED = re.compile(r"(?<![\w-])\w{3,}")
_LAST_WORD = re.compile(r"(?:^|\s)(\w+)$")

Query = SearchQuery | CombinedSearchQuery


def clean_text(text: str) -> str:
    """What was typed, without what no text holds (NUL) and no longer than counts."""
    return unicodedata.normalize("NFC", text.replace("\x00", "")).strip()[:MAX_TEXT].strip()


def reference_in(text: str) -> str | None:
    """The reference that `text` spells, in any case, with or without leading zeros; None when it is none.

    "f 2026 132", "F-2026-0132", "f20260132" and the address of its page are all F-2026-0132; "d 2026 7 v2" is
    D-2026-0007-V2.
    """
    address = _ADDRESS.fullmatch(text.strip())
    found = _REFERENCE.fullmatch(unquote(address[1]) if address else text.strip())
    if found is None:
        return None
    whole = f"{found[1].upper()}-{found[2]}-{int(found[3]):04d}"
    return f"{whole}-{found[4].upper()}" if found[4] else whole


def leaves_out(text: str) -> bool:
    """Whether `text` says of a word, or of what is quoted, that it is unwanted: by a minus before it."""
    return _UNWANTED.search(text) is not None


def text_query(text: str) -> Query:
    """The query of the index for `text`: Swedish stems, the words as typed, and the last word unfinished.

    Quotation marks, `or` and a minus before a word work as on the web. What is quoted is taken to the
    letter: a stem knows no small words.
    """
    typed = SearchQuery(text, config="simple", search_type="websearch")
    if '"' in text:
        return typed
    stems = SearchQuery(text, config="swedish", search_type="websearch")
    if leaves_out(text) or _OR.search(text):
        return stems
    last = _LAST_WORD.search(text)
    if last is None or len(last[1]) < PREFIX_LENGTH:
        return stems | typed
    before = text[: last.start()].strip()
    if before and last[1].casefold() in SMALL_WORDS:
        return stems | typed  # no stem knows it: what is found must not be made to have it
    # Each other word stands in it once: a list looks into thousands of long vectors for them.
    unfinished: Query = SearchQuery(last[1], config="swedish") | SearchQuery(
        f"'{last[1]}':*", config="simple", search_type="raw"
    )
    if before:
        return SearchQuery(before, config="swedish", search_type="websearch") & unfinished
    return unfinished


@dataclass(frozen=True)
class Matching:
    """The condition on Record for what a text finds; `is_common` where that is more than FEW records."""

    condition: Q
    is_common: bool


def matching(text: str) -> Matching:
    """What `text` finds, or spells the reference of. Costs one query.

    How rare a word is, PostgreSQL guesses badly: it reads whole lists in their order for the sake of a word
    that nobody has used. So few are named by their ids, and only what is common is left as a condition.
    """
    found = Record.objects.filter(search=text_query(text)).order_by().values_list("pk", flat=True)
    ids = list(found[: FEW + 1])
    if len(ids) > FEW:
        return Matching(Q(search=text_query(text)), is_common=True)
    return Matching(Q(pk__in=ids) | Q(reference=reference_in(text) or text.upper()), is_common=False)


def ranked(text: str, access: Access, kind: str = "") -> list[tuple[int, str]]:
    """(id, kind) of what `access` sees and `text` finds, best first; of equals the newest first.

    Only the newest RANKED + 1 hits are ranked. Costs one query.
    """
    query = text_query(text)
    found = Record.objects.filter(search=query)
    if kind:
        found = found.filter(kind=kind)
    asked, values = query_sql(query)
    return Asked(found.order_by("-created_at", "-id")).best(
        seen_by(access),
        RANKED + 1,
        by=f"ts_rank_cd(%s::real[], search, {asked})",
        values=[WEIGHTS, *values],
        read="records_record.search",
    )


def similar(text: str, access: Access, *, but: list[int], most: int = 8) -> list[int]:
    """Ids of records whose titles hold words spelt much like `text`, best first. Two queries."""
    searched = [kind.key for kind in listed_kinds()]
    seen = Record.objects.visible_to(access).filter(kind__in=searched).exclude(pk__in=but)
    seen = seen.alias(shout=Upper("title"))
    fitting = seen.filter(shout__trigram_word_similar=text.upper())
    likeness = TrigramWordSimilarity(text.upper(), F("shout"))
    found = fitting.order_by(likeness.desc(), "-created_at").values_list("pk", flat=True)
    with transaction.atomic(), connection.cursor() as cursor:
        # For this transaction only; the index needs it as a setting, it cannot stand in the query.
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)])
        return list(found[:most])


# START and STOP are private characters, GAP stands between fragments.
_EXCERPTS = """
SELECT id, ts_headline('swedish', body, {query}, %s)
FROM unnest(%s::bigint[], %s::text[]) AS given (id, body)"""
_MARKED = (
    f"StartSel={START}, StopSel={STOP}, FragmentDelimiter='{GAP}', MaxFragments=2, MaxWords=32, MinWords=16"
)


def excerpts(text: str, bodies: Mapping[int, str]) -> dict[int, SafeString]:
    """For each record of `bodies` the places of its text that the search found, marked. One query."""
    if not bodies:
        return {}
    strip = str.maketrans("", "", f"{START}{STOP}\x00")
    places = [around(text, body).translate(strip) for body in bodies.values()]
    query, asked = query_sql(text_query(text))
    found = fetch(_EXCERPTS.format(query=query), [*asked, _MARKED, [*bodies], places])
    return {pk: marked(excerpt) for pk, excerpt in found}


def query_sql(query: Query) -> tuple[str, list[Any]]:
    """The query of the index (`text_query`) as SQL, and the values in it."""
    sql, values = Record.objects.all().query.get_compiler(connection=connection).compile(query)
    return sql, [*values]


def around(text: str, body: str) -> str:
    """The parts of `body` around the first places of the words of `text`, or its beginning where none stands.

    PostgreSQL looks for the excerpt in these alone: in the whole of 25 texts it takes longer than the search
    itself. A stem begins as its word does, so the beginning of a word finds both. The longest words come
    first: they say most. What is unwanted (after a minus) is not looked for.
    """
    words = sorted(set(_WANTED.findall(text)), key=lambda word: (-len(word), word))
    spans: list[tuple[int, int]] = []
    for word in words[:PLACES]:
        beginning = word[: max(PREFIX_LENGTH, len(word) - ENDING)]
        if place := re.search(rf"\b{re.escape(beginning)}", body, re.IGNORECASE):
            start = body.rfind(" ", 0, max(place.start() - BEFORE, 0)) + 1
            spans.append((start, place.start() + AFTER))
    if not spans:
        return body[: BEFORE + AFTER]
    first, *others = sorted(spans)
    joined = [first]
    for start, end in others:
        if start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return GAP.join(body[start:end] for start, end in joined)


def marked(excerpt: str) -> SafeString:
    """An excerpt as markup: everything in it is text but the marks. Lines of a text stand apart in it."""
    line = " · ".join(filter(None, map(str.strip, excerpt.splitlines())))
    return SafeString(escape(line).replace(START, MARK).replace(STOP, "</mark>"))
