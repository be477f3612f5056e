"""Finding people and units by words, in the alphabet of the language."""

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from qms.organisation.models import Person, Unit
from qms.organisation.sorting import alphabetical


def units_in_force() -> QuerySet[Unit]:
    """Units that exist today, in the order of the tree."""
    units: QuerySet[Unit] = Unit.objects.in_force(timezone.localdate())
    return units


def nearest_in_force(unit: Unit) -> Unit | None:
    """`unit` itself while it exists, else the nearest above it that does: what it merged into, if it did."""
    found: Unit | None = units_in_force().filter(path__in=unit.ancestor_paths).order_by("-depth").first()
    return found


def people_active() -> QuerySet[Person]:
    """Those who work here now, by name in the alphabet of the language."""
    return Person.objects.filter(is_active=True).order_by(alphabetical("name"), "pk")


def people_matching(text: str, people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `people` in whom each word of `text` is found: name, title, address or home unit.

    Names that begin with the text come first.
    """
    found = people
    for word in text.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(email__icontains=word)
            | Q(title__icontains=word)
            | Q(home_unit__name__icontains=word)
        )
    first = [begins("name", text)] if text else []
    return found.order_by(*first, alphabetical("name"), "pk")


def directory(*, text: str = "", unit: Unit | None = None, gone: bool = False) -> QuerySet[Person]:
    """Those who work here (or, with `gone`, have left): by words, in a unit and everything below it."""
    people = Person.objects.filter(is_active=not gone).select_related("home_unit")
    if unit:
        people = people.filter(home_unit__path__startswith=unit.path)
    return people_matching(text, people)


def units_matching(text: str, units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Those of `units` in whose name or code each word of `text` is found; beginnings first.

    Also in another form of the word: who writes "hemtjänsten norra" means Hemtjänst Norra.
    """
    found: QuerySet[Unit] = units.alias(words=SearchVector("name", config="swedish"))
    for word in text.split():
        form = SearchQuery(word, config="swedish")
        found = found.filter(Q(name__icontains=word) | Q(code__icontains=word) | Q(words=form))
    return found.order_by(begins("name", text), alphabetical("name"), "path")


def begins(field: str, text: str) -> Case:
    """0 for rows whose `field` begins with `text`, 1 for the others."""
    beginning = When(**{f"{field}__istartswith": text}, then=Value(0))
    return Case(beginning, default=Value(1), output_field=IntegerField())
