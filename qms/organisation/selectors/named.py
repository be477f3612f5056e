"""What is called so: the units and people whose names a search spells, or nearly."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Upper
from django.urls import reverse

from qms.organisation.models import UnitKind
from qms.organisation.selectors.matching import begins, people_active, units_in_force
from qms.organisation.sorting import alphabetical

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
    units, people = units_in_force(), people_active()
    for word in text.split():
        units = units.filter(Q(name__icontains=word) | Q(code__iexact=word))
        people = people.filter(_in_a_name(word))
    return _read(_first(units, text), _first(people, text))


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


def _in_a_name(word: str) -> Q:
    return Q(name__istartswith=word) | Q(name__icontains=f" {word}") | Q(name__icontains=f"-{word}")


def _first(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Those that begin with the text before the others."""
    return rows.order_by(begins("name", text), alphabetical("name"), "pk")


def _read(units: QuerySet[Any], people: QuerySet[Any]) -> list[Named]:
    """The first of both. One query."""
    rows = _row(units, "unit", "kind").union(_row(people, "person", "title"), all=True)
    return [_one(*row) for row in rows]


def _row(rows: QuerySet[Any], what: str, hint: str) -> QuerySet[Any, Any]:
    return rows.values_list(Value(what, output_field=CharField()), "pk", "name", hint)[:MOST]


def _one(what: str, pk: int, name: str, hint: str) -> Named:
    said = str(UnitKind(hint).label) if what == "unit" else hint
    return Named(what, name, said, reverse(f"organisation:{what}", args=[pk]))
