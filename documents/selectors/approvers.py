"""Who may decide on a document: the level that decides on its type; on a version, never one who wrote it."""

from django.utils.translation import gettext as _

from documents.models import Document, Level, Version
from documents.permissions import APPROVE, REPEAL, VIEW_RESTRICTED, WRITE
from documents.workflow.names import LOOK
from qms.organisation.access import Access, Action, access_for
from qms.organisation.models import Person
from qms.organisation.roles import APPROVER
from qms.organisation.selectors import nearest_holders
from qms.records.services.moves import any_of, four_eyes

NAMED = 3  # so many people are named as those who can


def decides(action: Action, document: Document) -> Action:
    """What it takes to decide on `document`: managers do where a manager decides, else approvers alone."""
    roles = action.roles if document.type.level == Level.MANAGER else frozenset({APPROVER.key})
    return Action(action.key, roles)


def approval(version: Version) -> Action:
    """What it takes to approve `version`."""
    return decides(APPROVE, version.document)


def writers_of(version: Version) -> frozenset[int]:
    """Ids of all who have written on it, its author among them. One query."""
    ids = frozenset(version.writers.values_list("pk", flat=True))
    return ids | {version.created_by_id} if version.created_by_id else ids


def approvers_of(version: Version) -> list[tuple[int, str]]:
    """(id, name) of those who can approve it, the nearest first. Two queries."""
    held_back = writers_of(version)
    found = nearest_holders(approval(version).roles, version.unit)
    return list(dict.fromkeys((one.person_id, one.name) for one in found if one.person_id not in held_back))


def why_not_approver(version: Version, access: Access) -> str | None:
    """A sentence why `access` cannot approve `version` although they have the right as such, or None."""
    if access.is_system:
        return None
    action = approval(version)
    writers = writers_of(version)
    if writers & access.acts_for:
        return four_eyes(action, version, writers)
    if not access.can(action, version):
        return _others_decide(version.document, approvers_of(version))
    return None


def why_not_undone(action: Action, document: Document, access: Access) -> str | None:
    """A sentence why `access` cannot end or call off what was decided on `document` although they have the
    right as such, or None: what a council decided is not a manager's to undo."""
    needed = decides(action, document)
    if access.is_system or access.can(needed, document):
        return None
    found = nearest_holders(needed.roles, document.unit)
    return _others_decide(document, list(dict.fromkeys((one.person_id, one.name) for one in found)))


def able_to_repeal(document: Document) -> list[Person]:
    """Those who can decide on its end with their home units, the nearest first. Two queries."""
    found = nearest_holders(decides(REPEAL, document).roles, document.unit)
    ids = list(dict.fromkeys(one.person_id for one in found))
    people = Person.objects.select_related("home_unit").in_bulk(ids)
    return [people[pk] for pk in ids]


def why_not_repealer(document: Document, person: Person) -> str | None:
    """A sentence why `person` cannot be asked to repeal `document`, or None."""
    if not person.is_active:
        return _("%(name)s has left. Choose somebody else.") % {"name": person.name}
    return why_not_undone(REPEAL, document, access_for(person))


def _others_decide(document: Document, people: list[tuple[int, str]]) -> str:
    return _("%(level)s decides on this type of document: %(names)s.") % {
        "level": document.type.get_level_display(),
        "names": names_of(people),
    }


def names_of(people: list[tuple[int, str]]) -> str:
    """The first of them in words, or that there is nobody yet."""
    if not people:
        return _("nobody has the role “approver” for the unit yet")
    return any_of([name for _id, name in people[:NAMED]])


def able_to_approve(version: Version) -> list[Person]:
    """Those who can approve it with their home units, the nearest first. Three queries."""
    found = approvers_of(version)
    people = Person.objects.select_related("home_unit").in_bulk([pk for pk, _name in found])
    return [people[pk] for pk, _name in found]


def why_not_decider(version: Version, person: Person) -> str | None:
    """A sentence why `person` cannot be asked to approve `version`, or None."""
    if not person.is_active:
        return _("%(name)s has left. Choose somebody else.") % {"name": person.name}
    return why_not_approver(version, access_for(person))


def why_not_reviewer(version: Version, person: Person) -> str | None:
    """A sentence why `person` cannot be asked to review `version`, or None."""
    if not person.is_active:
        return _("%(name)s has left. Choose somebody else.") % {"name": person.name}
    if person.pk in writers_of(version):
        return _("%(name)s has written on it. Choose somebody who sees it with fresh eyes.") % {
            "name": person.name
        }
    return None


def why_not_look_taker(version: Version, person: Person) -> str | None:
    """A sentence why the review of `version` cannot be handed to `person`, or None: each gives one answer."""
    if version.tasks.open().filter(kind=LOOK, assignee=person).exists():
        return _("%(name)s reviews it already. Choose somebody else.") % {"name": person.name}
    return why_not_second_answer(version, person) or why_not_reviewer(version, person)


def able_to_review(version: Version) -> list[Person]:
    """Those nearest to it who can review it, of those who write or approve there (of what is restricted, of
    those who see it); others can be asked too. Four queries, and two for each who cannot."""
    roles = VIEW_RESTRICTED.roles if version.is_restricted else WRITE.roles | APPROVE.roles
    found = nearest_holders(roles, version.unit)
    ids = list(dict.fromkeys(one.person_id for one in found))
    people = Person.objects.select_related("home_unit").in_bulk(ids)
    return [people[pk] for pk in ids if not why_not_look_taker(version, people[pk])]


def why_not_second_answer(version: Version, person: Person) -> str | None:
    """A sentence why `person` cannot answer in this round of review, or None: they have, and it stands."""
    if version.reviews.filter(round=version.round, reviewer=person, answered_at__isnull=False).exists():
        return _(
            "%(name)s has answered in this round already, and that answer stands. Somebody who has neither "
            "answered nor written on it can review it."
        ) % {"name": person.name}
    return None
