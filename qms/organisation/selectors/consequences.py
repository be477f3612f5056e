"""What follows when a unit merges or closes, or a person leaves: said before it is done."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.contributions import ask, belongings
from qms.organisation.models import Person, Unit
from qms.organisation.selectors.tree import children_of


def belonging_lines(obj: Unit | Person) -> list[str]:
    """What the apps say that it has; one that cannot say so is unknown, never nothing."""
    offers = [offer for offer in belongings if isinstance(obj, offer.model)]
    answers: list[Any] = ask(offers, obj)
    said = [_("Unknown: what it has could not be counted.") if a.failed else str(a.answer) for a in answers]
    return [line for line in said if line]


def unit_lines(unit: Unit) -> list[str]:
    """People, units below and roles of the unit, then what the apps say. Four queries and theirs."""
    people = unit.people.filter(is_active=True).count()
    below = children_of(unit).count()
    roles = unit.user_grants.count() + unit.group_grants.count()
    counted = (
        (people, ngettext("%(n)d person", "%(n)d people", people)),
        (below, ngettext("%(n)d unit right below", "%(n)d units right below", below)),
        (roles, ngettext("%(n)d role given here", "%(n)d roles given here", roles)),
    )
    return [words % {"n": count} for count, words in counted if count] + belonging_lines(unit)


def person_lines(person: Person) -> list[str]:
    """The units the person heads, then what the apps say. One query and theirs."""
    heads = person.heads.count()
    words = ngettext("%(n)d unit to head", "%(n)d units to head", heads) % {"n": heads}
    return ([words] if heads else []) + belonging_lines(person)
