"""Earlier cases about the same as what somebody is writing: found while they write, within what they see.

How much is read is bounded by how common the words are, not by how many cases there are: PostgreSQL's own
statistics tell that, so the rarest words of the text are looked for and no more of them than may be read in
time. What takes too long all the same is given up: whoever writes is never kept waiting.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import log

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import OperationalError, connection, transaction
from django.db.models import Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Upper

from improvements import workflow
from improvements.models import Category, Improvement
from improvements.selectors.periods import CARRIED_OUT
from qms.organisation.access import Access
from qms.records.models import Record, RecordQuerySet
from qms.records.search import ALIKE

logger = logging.getLogger(__name__)

MOST = 5  # cases that are shown
SHORTEST = 10  # characters; less says nothing yet
LONGEST = 3_000  # characters that are looked at for words
BEGINNING = 400  # characters in which titles are looked for: to compare more costs more than it tells
CANCELLED = "57014"  # PostgreSQL's code for what took longer than it may
PATIENCE = 300  # ms for any one question to the database
WORDS = 24  # that are looked for at most, the rarest
MOST_READ = 12_000  # cases that the words stand in, as far as the statistics tell
RANKED = 150  # of those with the most of the words in common are put in order
STRANGE = 2  # words that no case has are looked for in titles by how they are spelt
SPELT = 5  # letters; a shorter word is spelt much like half of all titles
UNTRACKED = 0.25  # of how common the least common word is that the statistics know
SHARE = 0.25  # of the words, by their weight, that a case has in common with the text
NOBODYS = 0.12  # how much of its weight a word keeps there that none of the cases has
RESEMBLES = 0.55  # or so much of its title is found in the text
COMMON = 0.05  # a word that more of all records have tells nothing,
FEW = 5  # but for so few records, in a young house
ENOUGH = 2  # words that tell something are in common, and one more
MANY = 10  # where the text has more of them than this: two of so many may be chance
LONG, RARE = 8, 0.01  # letters, and the share of all records: in a title one such word is enough by itself
BEGINS = 3  # letters by which another form of a word is looked for in a title
SAME = 4  # letters, and half of the longer one: so much of a word and another form of it is the same
NEARLY = 0.8  # or so much of both, in a word with a slip of the finger
LIKENESS, SOLVED = 0.4, 0.05  # what a title's likeness counts beside the words, and that it was carried out
_PLACES = re.compile(
    r"\b(?:i|på|vid|ved|till|til|från|fra|hos|bakom|bak|utanför|utenfor)\s+\w+", re.IGNORECASE
)
_LONG_WORDS = re.compile(rf"\w{{{SAME},}}")
_ENDED = (workflow.MERGED, workflow.WITHDRAWN)  # what goes on elsewhere, or was taken back, helps nobody

_WORDS = """
WITH known AS (
    SELECT elem, freq
    FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS k(elem, freq)
    WHERE schemaname = current_schema() AND tablename = 'records_record' AND attname = 'search'
)
SELECT lexeme, coalesce(freq, (SELECT min(freq) FROM known WHERE elem IS NOT NULL) * %s, 0),
    (SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'records_record'::regclass), freq IS NULL
FROM unnest(to_tsvector('swedish', %s)) LEFT JOIN known ON elem = lexeme
WHERE length(lexeme) > 2
ORDER BY 2, length(lexeme) DESC, lexeme
"""
# Stands for the table in the question that the ORM has written. The words' index is asked first and alone
# (that is what OFFSET does), and what was found is then looked through for what the person sees: the other
# way round, all that they see would be gathered anew for each word.
_FOUND = """
FROM unnest(%s::text[], %s::float[]) AS word(query, weight), LATERAL (
    SELECT id, kind, category, state, visibility, unit_id, owner_id, created_by_id
    FROM records_record WHERE search @@ word.query::tsquery OFFSET 0
) AS "records_record"
"""
_FROM = 'FROM "records_record"'
_HITS = """
SELECT id, sum(weight), array_agg(query) FROM ({hits}) AS hit(id, weight, query)
GROUP BY id ORDER BY 2 DESC, 1 DESC LIMIT %s
"""


@dataclass(frozen=True)
class Word:
    """A stem of the text; `share` of all records have it, `read` is how many that makes."""

    stem: str
    share: float
    read: float
    is_unknown: bool

    @property
    def tells(self) -> bool:
        """Whether having it in common says anything: few cases have it."""
        return self.share < COMMON or self.read <= FEW

    @property
    def weight(self) -> float:
        """How much it tells: rare words more than common ones."""
        return log(1 / min(max(self.share, 0.0001), 0.5))

    @property
    def quoted(self) -> str:
        """As it stands in a question to the index."""
        return "'" + self.stem.replace("\\", "\\\\").replace("'", "''") + "'"


@dataclass(frozen=True)
class Query:
    """A question to the index of words. Who is found by it has (at least as much as) these `stems`, of those
    that tell something."""

    text: str
    weight: float
    stems: frozenset[str]


@dataclass(frozen=True)
class Hit:
    """What a case has of what is looked for: which `share` by weight, and the `stems` that tell something."""

    share: float
    stems: frozenset[str]


_NO_HIT = Hit(0.0, frozenset())


def similar_ids(text: str, access: Access, *, but: int | None = None, most: int = MOST) -> list[int]:
    """Ids of cases that are about the same as `text` and that `access` sees, best first, one for each title.

    Ranked by the stems they have in common, the rarer the more, and by how much of their titles is found in
    the text, spelt much the same. Nothing for a short text, and nothing when it would take too long. Three
    queries, two more for words that hardly any case has.
    """
    text = text.replace("\x00", "").strip()[:LONGEST]
    if len(text) < SHORTEST:
        return []
    try:
        with _quickly():
            return _found(text, access, but, most)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != CANCELLED:
            raise
        logger.warning("Similar cases were given up after %d ms", PATIENCE)
        return []


@contextmanager
def _quickly() -> Iterator[None]:
    """Let no query in here take longer than PATIENCE."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        (usual,) = cursor.fetchone()
        setting = "SELECT set_config('statement_timeout', %s, true)"
        cursor.execute(setting, [str(PATIENCE)])
        yield
        cursor.execute(setting, [usual])


def _found(text: str, access: Access, but: int | None, most: int) -> list[int]:
    words = _words(text)
    queries = _queries(words)
    seen: RecordQuerySet = Record.objects.visible_to(access).filter(kind=Improvement.KIND)
    # Thanks are nothing that others have solved.
    seen = seen.exclude(state__in=_ENDED).exclude(category=Category.PRAISE).order_by()
    if but is not None:
        seen = seen.exclude(pk=but)
    hits = _hits(queries, seen)
    near = _near(words, seen) if len(hits) < most else set()
    chosen = Record.objects.filter(pk__in={*hits, *near}).order_by()
    likeness = TrigramWordSimilarity(Upper("title"), Value(text[:BEGINNING].upper()))  # type: ignore[arg-type]
    rows = chosen.values_list("pk", "title", "state", "created_at", likeness)
    common = _InCommon(words, queries)
    ranked = []
    for pk, title, state, created_at, like in rows:
        hit, is_near = hits.get(pk, _NO_HIT), pk in near
        shared = common.count(hit.stems, title)
        is_alike = like >= RESEMBLES and (shared > 0 or is_near)
        if (
            is_alike
            or common.says_it(hit.stems, title)
            or (shared >= common.enough and (is_near or hit.share >= SHARE))
        ):
            score = hit.share + LIKENESS * like + SOLVED * (state in CARRIED_OUT)
            ranked.append((score, created_at, pk, title))
    best: dict[str, int] = {}  # what is sent in again and again is one thing to whoever writes
    for _score, _created_at, pk, title in sorted(ranked, reverse=True):
        best.setdefault(" ".join(title.casefold().split()), pk)
    return [*best.values()][:most]


class _InCommon:
    """How many of the words that tell something a case has, and what is `enough` to be no chance: two, of a
    long text three, fewer where the text has no more. One that its title has in another form counts too:
    PostgreSQL stems "gunga" and "gungan" apart."""

    def __init__(self, words: list[Word], queries: list[Query]) -> None:
        telling = {word.stem for word in words if word.tells}
        rare = {word.stem for word in words if len(word.stem) >= LONG and word.share < RARE}
        self._saying = rare if len(telling) <= MANY else set()  # of a long text one word may be by the way
        looked_for = {stem for query in queries for stem in query.stems}
        self.enough = min(ENOUGH if len(telling) <= MANY else ENOUGH + 1, len(looked_for))
        self._stems: dict[str, list[str]] = {}
        for stem in sorted(stem for stem in telling if len(stem) >= SAME):
            self._stems.setdefault(stem[:BEGINS], []).append(stem)

    def count(self, stems: frozenset[str], title: str) -> int:
        """Of a case with those `stems` of the text and this title."""
        return len(stems | self._in_title(title))

    def says_it(self, stems: frozenset[str], title: str) -> bool:
        """Whether a case with those `stems` has one in its title that hardly any other has, and not as the
        place where something else is."""
        rare = stems & self._saying
        return bool(rare) and not rare.isdisjoint(self._in_title(_PLACES.sub(" ", title)))

    def _in_title(self, title: str) -> set[str]:
        return {
            stem
            for word in _LONG_WORDS.findall(title.casefold())
            for stem in self._stems.get(word[:BEGINS], ())
            if _is_form(word, stem)
        }


def _is_form(word: str, stem: str) -> bool:
    """Whether `word` may be another form of the one with that stem, or a slip of the finger away from it."""
    if word.startswith(stem[: max(SAME, len(stem) // 2, len(word) // 2)]):
        return True
    return len(stem) >= SPELT and SequenceMatcher(None, word, stem).ratio() >= NEARLY


def _words(text: str) -> list[Word]:
    """The stems of the text, the rarest first; of equals the longest. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [UNTRACKED, text])
        return [
            Word(stem, share, share * records, is_unknown)
            for stem, share, records, is_unknown in cursor.fetchall()
        ]


def _queries(words: list[Word]) -> list[Query]:
    """What is looked for: the rarest words that can be read in time. Where that is only one of several that
    tell something, that one with any of the others; where not one can be read, or none tells anything, all
    that there are (up to WORDS) at once: few cases have them all."""
    words = words[:WORDS]
    telling = [word for word in words if word.tells]
    chosen: list[Word] = []
    for word in words:
        if sum(one.read for one in chosen) + word.read > MOST_READ:
            break
        chosen.append(word)
    if not telling or not chosen:
        return [_together(" & ".join(word.quoted for word in words), words)] if len(words) > 1 else []
    if len(chosen) == 1 < len(telling):
        others = " | ".join(word.quoted for word in telling[1:])
        return [_together(f"{chosen[0].quoted} & ({others})", telling)]
    return [Query(word.quoted, word.weight, frozenset([word.stem] if word.tells else [])) for word in chosen]


def _together(text: str, words: list[Word]) -> Query:
    return Query(text, 1.0, frozenset(word.stem for word in words))


def _hits(queries: list[Query], seen: RecordQuerySet) -> dict[int, Hit]:
    """The cases with the most of what is looked for. One query."""
    if not queries:
        return {}
    weight, query = RawSQL("word.weight", ()), RawSQL("word.query", ())
    hits = seen.values_list("pk", weight, query)
    sql, values = hits.query.sql_with_params()
    by_text = {query.text: query for query in queries}
    arrays = (list(by_text), [query.weight for query in queries])
    with connection.cursor() as cursor:
        cursor.execute(_HITS.format(hits=sql.replace(_FROM, _FOUND, 1)), [*arrays, *values, RANKED])
        rows = cursor.fetchall()
    had = {text for _pk, _weight, matched in rows for text in matched}
    total = sum(query.weight * (1 if query.text in had else NOBODYS) for query in queries)
    return {
        pk: Hit(weight / total, frozenset().union(*(by_text[text].stems for text in matched)))
        for pk, weight, matched in rows
    }


def _near(words: list[Word], seen: RecordQuerySet) -> set[int]:
    """Cases with titles in which something is spelt much like words that hardly any case has: a slip of the
    finger, or another compound with the same part. Two queries, none where all words are usual."""
    strange = [word.stem.upper() for word in words if word.is_unknown and len(word.stem) >= SPELT][:STRANGE]
    if not strange:
        return set()
    alike = Q()
    for stem in strange:
        alike |= Q(shout__trigram_word_similar=stem)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)])
    near = seen.alias(shout=Upper("title")).filter(alike).values_list("pk", flat=True)
    return set(near[:RANKED])
