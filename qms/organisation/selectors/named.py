"""What is called so: the units and people whose names a search spells, or nearly."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from qms.organisation.models import UnitKind
from qms.organisation.selectors.matching import people_active, units_in_force
from qms.organisation.sorting import alphabetical_sql
from qms.sql import fetch

MOST = 3  # of each
WORDS = 4  # more of them are no name
LETTERS = 3  # of the longest; shorter ones begin half of all names


@dataclass(frozen=True)
class Named:
    """A unit or a person: the icon, what it is called, what tells it from others, where it is."""

    icon: str
    name: str
    hint: str
    url: str


def named(text: str) -> list[Named]:
    """Units that exist and people who work here in whose name each word of `text` is, at most MOST of each.

    Of a unit's name anywhere ("skolan" means Björkskolan too), of a person's where a part of it begins. None
    for what can be no name. One query.
    """
    if not _can_be_a_name(text):
        return []
    words = text.split()
    values: dict[str, Any] = {"today": timezone.localdate(), "begins": f"{_like(text)}%", "most": MOST}
    for n, word in enumerate(words):
        part = _like(word)
        values |= {f"code{n}": word, f"anywhere{n}": f"%{part}%"}
        values |= {f"first{n}": f"{part}%", f"later{n}": f"% {part}%", f"joined{n}": f"%-{part}%"}
    return [_one(*row) for row in fetch(_called(len(words), (get_language() or "sv")[:2]), values)]


def named_alike(text: str) -> list[Named]:
    """Units that exist and people who work here whose names are spelt much like `text`, as Sjöberg is like
    "sjoberg", at most MOST of each. None for what can be no name. One query."""
    if not _can_be_a_name(text):
        return []
    return _read(_likest(units_in_force(), text), _likest(people_active(), text))


def _can_be_a_name(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= WORDS and max(map(len, words)) >= LETTERS


def _likest(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    shout = text.upper()
    alike: QuerySet[Any] = rows.alias(shout=Upper("name")).filter(shout__trigram_word_similar=shout)
    return alike.order_by(TrigramWordSimilarity(shout, F("shout")).desc(), "name", "pk")


# Put together by the ORM this took a tenth of the whole page of a search; it says the same as
# `units_in_force` and `people_active`. Those that begin with the text stand before the others.
_CALLED = """
(SELECT 'unit', id, name, kind FROM organisation_unit
 WHERE valid_from <= %(today)s AND (valid_until IS NULL OR valid_until > %(today)s) AND {units}
 ORDER BY UPPER(name) LIKE UPPER(%(begins)s) DESC, {alphabet}, id LIMIT %(most)s)
UNION ALL
(SELECT 'person', id, name, title FROM organisation_person
 WHERE is_active AND {people}
 ORDER BY UPPER(name) LIKE UPPER(%(begins)s) DESC, {alphabet}, id LIMIT %(most)s)"""
_OF_A_UNIT = "(UPPER(name) LIKE UPPER(%(anywhere{n})s) OR UPPER(code) = UPPER(%(code{n})s))"
_OF_A_PERSON = (
    "(UPPER(name) LIKE UPPER(%(first{n})s) OR UPPER(name) LIKE UPPER(%(later{n})s)"
    " OR UPPER(name) LIKE UPPER(%(joined{n})s))"
)


@lru_cache(maxsize=16)
def _called(words: int, language: str) -> str:
    """The question for so many words."""
    asked = {
        name: " AND ".join(condition.format(n=n) for n in range(words))
        for name, condition in (("units", _OF_A_UNIT), ("people", _OF_A_PERSON))
    }
    return _CALLED.format(**asked, alphabet=alphabetical_sql(language, "name"))


def _like(text: str) -> str:
    """`text` to the letter within a pattern of LIKE."""
    return connection.ops.prep_for_like_query(text)


def _read(units: QuerySet[Any], people: QuerySet[Any]) -> list[Named]:
    """The first of both. One query."""
    rows = _row(units, "unit", "kind").union(_row(people, "person", "title"), all=True)
    return [_one(*row) for row in rows]


def _row(rows: QuerySet[Any], what: str, hint: str) -> QuerySet[Any, Any]:
    return rows.values_list(Value(what, output_field=CharField()), "pk", "name", hint)[:MOST]


def _one(what: str, pk: int, name: str, hint: str) -> Named:
    said = str(UnitKind(hint).label) if what == "unit" else hint
    return Named(what, name, said, reverse(f"organisation:{what}", args=[pk]))
