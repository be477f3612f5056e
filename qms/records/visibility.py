"""Which records someone sees: one condition, used by every list, search, export, link and page.

- sealed: those who take part, and no role;
- restricted: those with the kind's `restricted` roles, and those who take part;
- internal: those with the kind's `view` roles on its unit or on one it is shared with, those it is shared
  with themselves, and those who take part;
- staff: everyone who has signed in;
- public: everyone.
Who takes part: the owner, the author, whoever has an open task on it, who is named on it while it is
sealed, and their deputies; of those without login, whoever holds the private link to it. Who planned what
belongs to another record (an action of a case) has no part in it by that once it is sealed.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from django.db.models import Q

from qms.conditions import EVERYTHING, Condition, any_of
from qms.organisation.access import EVERYWHERE, Access, Action, below
from qms.records.kinds import RecordKind, kinds

if TYPE_CHECKING:
    from qms.records.models import Record

PUBLIC = Condition("{visibility} = 'public'")
SEEN_BY_ALL = Condition("{visibility} IN ('public', 'staff')")  # of those who have signed in
INTERNAL = Condition("{visibility} = 'internal'")
RESTRICTED = Condition("{visibility} = 'restricted'")
SEALED = Condition("{visibility} = 'sealed'")
UNSEALED = Condition("{visibility} <> 'sealed'")
_NAMED = """({visibility} = 'sealed' AND {id} = ANY (ARRAY (
    SELECT record_id FROM records_named WHERE person_id = ANY (%s) AND ended_at IS NULL)))"""
_TASK = """{id} = ANY (ARRAY (
    SELECT record_id FROM records_task WHERE assignee_id = ANY (%s) AND closed_at IS NULL))"""
_AUTHOR = "({created_by_id} = ANY (%s) AND ({visibility} <> 'sealed' OR {kind} <> ALL (%s)))"
_SHARED = """{id} = ANY (ARRAY (
    SELECT record_id FROM records_share JOIN organisation_unit ON organisation_unit.id = unit_id
    WHERE path LIKE ANY (%s)))"""

_SHARED_WITH = "{id} = ANY (ARRAY (SELECT record_id FROM records_share WHERE person_id = ANY (%s)))"
# Everything that may be reached otherwise than by a role on its unit, before the levels are asked: an array
# that the records are looked up by, where the planner would else read all that fits the rest of the question.
_REACHED = """{id} = ANY (ARRAY (
    SELECT id FROM records_record WHERE owner_id = ANY (%s)
    UNION ALL SELECT id FROM records_record WHERE created_by_id = ANY (%s)
    UNION ALL SELECT record_id FROM records_task WHERE assignee_id = ANY (%s) AND closed_at IS NULL
    UNION ALL SELECT record_id FROM records_named WHERE person_id = ANY (%s) AND ended_at IS NULL
    UNION ALL SELECT record_id FROM records_share WHERE person_id = ANY (%s)
    UNION ALL SELECT record_id FROM records_share JOIN organisation_unit ON organisation_unit.id = unit_id
        WHERE path LIKE ANY (%s)))"""


def visible(access: Access) -> Q:
    """The condition on Record (or a child of it) for what `access` may see."""
    return seen_by(access).q


def seen_by(access: Access) -> Condition:
    """The same, written in SQL."""
    return any_of(_ways(access))


def visible_at(access: Access, field: str) -> Q:
    """The condition on something else: that `access` may see the record whose id stands in its `field`."""
    return record_at(field, seen_by(access))


def record_at(field: str, condition: Condition) -> Q:
    """That the record whose id stands in `field` of something else fits `condition`.

    Asked row by row, as far as rows are read (OFFSET keeps it apart): joined to them, PostgreSQL takes 5 ms
    to plan the rights, so half of one, and misjudges how many fit.
    """
    within = condition.of("at")
    return Condition(
        f"EXISTS (SELECT FROM records_record AS at WHERE at.id = {{{field}}} AND {within.sql} OFFSET 0)",
        within.values,
    ).q


def visible_parts(access: Access) -> tuple[Condition, ...]:
    """The same in parts that share no record: each of them is answered by an index of its own.

    No role is asked for what everyone sees, so the first two share nothing either.
    """
    match _ways(access):
        case by_role, by_all, otherwise:
            return by_role, by_all, _reached(access) & otherwise & ~by_all & ~by_role
        case apart:
            return apart


# A person's access reads its rights once and lives as long as one request: so does what follows from them.
_known: WeakKeyDictionary[Access, tuple[Condition, ...]] = WeakKeyDictionary()


def _ways(access: Access) -> tuple[Condition, ...]:
    """The ways in which something is seen: by a role on the unit, by everyone, and otherwise."""
    if access.is_system:
        return (EVERYTHING,)
    if access.person is None:
        linked = (Condition("{id} = %s", (record_id,)) for record_id in sorted(access.linked))
        return (PUBLIC | any_of(linked),)
    if access not in _known:
        by_role = _by_role(access)
        part = _takes_part(access)
        everywhere = by_role == UNSEALED
        _known[access] = (
            (UNSEALED, SEALED & part) if everywhere else (by_role, SEEN_BY_ALL, part | _shared(access))
        )
    return _known[access]


def surely_sees(record: "Record", access: Access) -> bool:
    """Whether `access` sees `record` (which has its unit loaded) by what stands on it and by roles: no query.

    Of the rest the database has to say whether `visible` holds: what is shared, given as a task or, sealed,
    open to those named. Whoever works with a record is nearly always its owner, its author or in its part
    of the organisation, and asking the database takes as long as reading the record.
    """
    if access.is_system:
        return True
    if access.person is None:
        return record.visibility == "public" or record.pk in access.linked
    kind = record.kind_offer
    if _own(record) & access.acts_for:
        return True
    roles = {"internal": kind.view.roles, "restricted": kind.restricted.roles}.get(record.visibility)
    if roles is not None:
        return access.holds(roles, record.unit)
    return record.visibility in ("public", "staff")


def _own(record: "Record") -> set[int | None]:
    """Whose it is at any level: its owner's, and its author's where it belongs to no other record."""
    return {record.owner_id} if record.kind_offer.held_by else {record.owner_id, record.created_by_id}


def levels_kept_back(record: "Record", access: Access) -> frozenset[str]:
    """Of `record`, which `access` sees now: the levels of visibility at which they would not see it.

    What was written while it was so is not theirs to read afterwards. No query.
    """
    if access.is_system or record.is_sealed or _own(record) & access.acts_for:
        return frozenset()
    if record.is_restricted or access.can(record.kind_offer.restricted, record):
        return frozenset({"sealed"})
    return frozenset({"restricted", "sealed"})


def _takes_part(access: Access) -> Condition:
    people = tuple(sorted(access.acts_for))
    held = tuple(kind.key for kind in kinds if kind.held_by)
    own = Condition("{owner_id} = ANY (%s)", (people,)), Condition(_AUTHOR, (people, held))
    return any_of(own) | Condition(_TASK, (people,)) | Condition(_NAMED, (people,))


def _by_role(access: Access) -> Condition:
    """By roles on the unit; kinds that ask for the same roles share one condition."""
    groups: dict[tuple[frozenset[str], frozenset[str]], list[RecordKind]] = defaultdict(list)
    for kind in kinds:
        groups[kind.view.roles, kind.restricted.roles].append(kind)
    if groups and all(access.paths(roles) == EVERYWHERE for pair in groups for roles in pair):
        return UNSEALED
    # The units of all these roles stand outside, once: that is the part which an index can look up. Said
    # twice of the same units, PostgreSQL would take it for two conditions and expect a hundredth of the rows.
    anywhere = access.within_units(frozenset().union(*(roles for pair in groups for roles in pair)))

    def within(roles: frozenset[str]) -> Condition:
        units = access.within_units(roles)
        return EVERYTHING if units == anywhere else units

    return anywhere & any_of(
        _of(alike, groups) & (INTERNAL & within(view) | RESTRICTED & within(restricted))
        for (view, restricted), alike in groups.items()
    )


def _shared(access: Access) -> Condition:
    """By roles on a unit that an internal record is shared with, or as one it is shared with."""
    groups: dict[frozenset[str], list[RecordKind]] = defaultdict(list)
    for kind in kinds:
        groups[kind.view.roles].append(kind)
    personally = Condition(_SHARED_WITH, (tuple(sorted(access.acts_for)),))
    return INTERNAL & (
        personally
        | any_of(
            _of(alike, groups) & Condition(_SHARED, (below(access.paths(roles)),))
            for roles, alike in groups.items()
            if access.paths(roles) not in ((), EVERYWHERE)
        )
    )


def _reached(access: Access) -> Condition:
    """That a record is among those one takes part in or that are shared: of these only few are seen by it
    alone. Measured at 100,000 records, counting what is late: 9 ms without it, 0.3 ms with it."""
    people = tuple(sorted(access.acts_for))
    roles = frozenset().union(*(kind.view.roles for kind in kinds))
    return Condition(_REACHED, (*[people] * 5, below(access.paths(roles))))


def _of(alike: list[RecordKind], groups: Iterable[object]) -> Condition:
    """That a record is of one of these kinds; no condition where all kinds are alike."""
    everything = len(list(groups)) == 1
    return EVERYTHING if everything else Condition("{kind} = ANY (%s)", (tuple(kind.key for kind in alike),))


def allowed(action: Action, access: Access) -> Q:
    """The records on which `access.can(action, record)` is true."""
    if access.is_system:
        return Q()
    own = access.reach(Action(action.key, frozenset(), action.owner, action.author, action.task))
    if not action.roles:
        return own
    named = Condition(_NAMED, (tuple(sorted(access.acts_for)),))
    return own | named.q | (UNSEALED.q & access.reach(action))
