"""Which records someone sees: one condition, used by every list, search, export, link and page.

- restricted: those with the kind's `restricted` roles, and those who take part;
- internal: those with the kind's `view` roles on its unit or on one it is shared with, and those who
  take part;
- public: everyone.
Who takes part: the owner, the author, whoever has an open task on it, and their deputies.
"""

from collections import defaultdict

from django.db.models import Q

from qms.conditions import any_of
from qms.organisation.access import EVERYWHERE, Access, below
from qms.records.kinds import kinds

PUBLIC, INTERNAL, RESTRICTED = "public", "internal", "restricted"
_TASKS = "SELECT record_id FROM records_task WHERE assignee_id = ANY (%s) AND closed_at IS NULL"
_SHARES = (
    "SELECT record_id FROM records_share JOIN organisation_unit ON organisation_unit.id = unit_id"
    " WHERE path LIKE ANY (%s)"
)


def visible(access: Access) -> Q:
    """The condition on Record (or a child of it) for what `access` may see."""
    by_role, otherwise = visible_parts(access)
    return by_role | otherwise if by_role else by_role


def visible_parts(access: Access) -> tuple[Q, Q]:
    """The same in its two parts: by a role on the unit, and otherwise. An empty first part is everything.

    Counting takes them one after the other: the first is answered by an index alone.
    """
    if access.is_system:
        return Q(), Q()
    if access.person is None:
        return Q(pk__in=[]), Q(visibility=PUBLIC)
    return _by_role(access), Q(visibility=PUBLIC) | _takes_part(access) | _shared(access)


def _takes_part(access: Access) -> Q:
    acts_for = access.acts_for
    return Q(owner_id__in=acts_for) | Q(created_by_id__in=acts_for) | any_of("pk", _TASKS, sorted(acts_for))


def _by_role(access: Access) -> Q:
    """By roles on the unit; kinds that ask for the same roles share one condition."""
    groups: dict[tuple[frozenset[str], frozenset[str]], list[str]] = defaultdict(list)
    for kind in kinds:
        groups[kind.view.roles, kind.restricted.roles].append(kind.key)
    if groups and all(access.paths(roles) == EVERYWHERE for pair in groups for roles in pair):
        return Q()
    condition = Q(pk__in=[])
    for (view, restricted), keys in groups.items():
        reach = (Q(visibility=INTERNAL) & access.within(view)) | (
            Q(visibility=RESTRICTED) & access.within(restricted)
        )
        condition |= reach if len(groups) == 1 else Q(kind__in=keys) & reach
    # The units of all these roles once more: the one part of the condition that an index can look up.
    return access.within(frozenset().union(*(roles for pair in groups for roles in pair))) & condition


def _shared(access: Access) -> Q:
    """By roles on a unit that an internal record is shared with."""
    groups: dict[frozenset[str], list[str]] = defaultdict(list)
    for kind in kinds:
        groups[kind.view.roles].append(kind.key)
    condition = Q(pk__in=[])
    for roles, keys in groups.items():
        if access.paths(roles) in ((), EVERYWHERE):
            continue
        shared = any_of("pk", _SHARES, below(access.paths(roles)))
        condition |= shared if len(groups) == 1 else Q(kind__in=keys) & shared
    return Q(visibility=INTERNAL) & condition
