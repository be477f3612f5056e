"""What follows when a unit merges or closes, a person leaves or a group is removed: said beforehand."""

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.contributions import Inherited, NewsLine, ask, belongings
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit, UnitGroupGrant
from qms.organisation.selectors.tree import children_of


def inherited(obj: Unit | Person, access: Access) -> list[Inherited]:
    """What the apps say that it has; one that cannot say so is unknown, never nothing."""
    offers = [offer for offer in belongings if isinstance(obj, offer.model)]
    unknown = Inherited(_("Unknown: what it has could not be counted."))
    found = [unknown if asked.failed else asked.answer for asked in ask(offers, access, obj)]
    return [had for had in found if had.text]


def inherited_of_unit(unit: Unit, access: Access) -> list[Inherited]:
    """People, units below and roles of the unit, then what the apps say. Four queries and theirs."""
    people = unit.people.filter(is_active=True).count()
    below = children_of(unit).count()
    roles = unit.user_grants.count() + unit.group_grants.count()
    counted = (
        (people, ngettext("%(n)d person", "%(n)d people", people)),
        (below, ngettext("%(n)d unit right below", "%(n)d units right below", below)),
        (roles, ngettext("%(n)d role given here", "%(n)d roles given here", roles)),
    )
    return [Inherited(words % {"n": count}) for count, words in counted if count] + inherited(unit, access)


def inherited_of_person(person: Person, access: Access) -> list[Inherited]:
    """The units the person heads, then what the apps say. One query and theirs."""
    heads = list(person.heads.all())
    words = ngettext("%(n)d unit to head", "%(n)d units to head", len(heads)) % {"n": len(heads)}
    lines = [NewsLine(unit.name, unit.get_absolute_url(), unit.get_kind_display(), "unit") for unit in heads]
    return ([Inherited(words, lines)] if heads else []) + inherited(person, access)


def inherited_of_group(group: Group) -> list[Inherited]:
    """The roles that the group has and the people who have them through it. Two queries."""
    grants = UnitGroupGrant.objects.filter(group=group).select_related("permission", "content_object")
    roles = [
        NewsLine(grant.role.label, grant.content_object.get_absolute_url(), grant.content_object.name, "key")
        for grant in grants
    ]
    people = [
        NewsLine(person.name, person.get_absolute_url(), person.title, "person")
        for person in Person.objects.filter(groups=group, is_active=True)
    ]
    counted = (
        (roles, ngettext("%(n)d role of the group", "%(n)d roles of the group", len(roles))),
        (people, ngettext("%(n)d person in the group", "%(n)d people in the group", len(people))),
    )
    return [Inherited(words % {"n": len(lines)}, lines) for lines, words in counted if lines]
