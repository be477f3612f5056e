"""The only permission code.

An `Action` says which roles may do a thing, and whether the owner or the author of a record may too.
An `Access` is one person's (or the system's) reach: role → paths in the unit tree, read in one query.
`can()` answers for one record and `reach()` for a query, from the same data, so a list, a detail page
and a button cannot disagree.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise

from qms.conditions import EVERYTHING, NOTHING, Condition
from qms.organisation.models import Person, Unit
from qms.organisation.models.units import SHARED_KINDS
from qms.organisation.roles import ADMINISTRATOR, ALL_ROLES, MANAGER, READER, Role
from qms.sql import Question

EVERYWHERE = ("",)  # the prefix of every path
UNIT_BELOW = "{unit_id} = ANY (ARRAY (SELECT id FROM organisation_unit WHERE path LIKE ANY (%s)))"

_WITH_TASK = (
    "SELECT record_id FROM records_task WHERE kind = %s AND assignee_id = ANY (%s) AND closed_at IS NULL"
)
HAS_TASK = f"{{id}} = ANY (ARRAY ({_WITH_TASK}))"
_TASKS = Question(_WITH_TASK)


def below(paths: Iterable[str]) -> tuple[str, ...]:
    """The patterns of everything at or below `paths`. A path holds no character that LIKE minds."""
    return tuple(f"{path}%" for path in paths)


@dataclass(frozen=True)
class Action:
    """Something a person may do, e.g. "improvements.assess".

    `roles` hold it on the record's unit or anything above; `owner` and `author` say whether the
    person responsible and the person who created the record may do it whatever their roles. So may
    whoever has an open task of the kind `task` on the record.
    """

    key: str
    roles: frozenset[str]
    owner: bool = False
    author: bool = False
    task: str = ""


_actions: dict[str, Action] = {}


def action(key: str, *roles: Role, owner: bool = False, author: bool = False, task: str = "") -> Action:
    """Declare an action in an app's `permissions.py`; a key declared twice raises ValueError."""
    if key in _actions:
        raise ValueError(f"The action {key!r} is declared twice")
    _actions[key] = Action(key, frozenset(role.key for role in roles), owner, author, task)
    return _actions[key]


def declared_actions() -> dict[str, Action]:
    """Every action of every app, by key."""
    return dict(_actions)


class Placed(Protocol):
    """A unit, as far as rights ask about it: its place in the tree."""

    @property
    def path(self) -> str: ...


class InUnit(Protocol):
    """What a right can be asked about: it lies in a unit."""

    @property
    def unit(self) -> Placed: ...


class Access:
    """What someone may see and do. Made by `access_for`, or one of the explicit kinds below."""

    person: Person | None = None
    name: str = ""

    @property
    def acts_for(self) -> frozenset[int]:
        """Ids of the person and of everyone the person stands in for today."""
        return frozenset()

    @property
    def linked(self) -> frozenset[int]:
        """Ids of the records that somebody without login reaches by a private link."""
        return frozenset()

    @property
    def grants(self) -> dict[str, tuple[str, ...]]:
        """Role key → paths of units on which it is held (each holds for everything below)."""
        return {}

    @property
    def roots(self) -> frozenset[str]:
        """The paths of the units with none above: a role held on all of them is held everywhere."""
        return frozenset()

    def paths(self, roles: Iterable[str]) -> tuple[str, ...]:
        """The paths under which any of `roles` is held, none of them within another."""
        asked = frozenset(roles)
        if asked not in self._paths:
            self._paths[asked] = self._paths_of(asked)
        return self._paths[asked]

    @cached_property
    def _paths(self) -> dict[frozenset[str], tuple[str, ...]]:
        """What `paths` has answered: a page asks the same a dozen times."""
        return {}

    def _paths_of(self, roles: frozenset[str]) -> tuple[str, ...]:
        grants = self.grants
        found = sorted({path for role in roles for path in grants.get(role, ())})
        kept: list[str] = []
        for path in found:
            if not (kept and path.startswith(kept[-1])):
                kept.append(path)
        return EVERYWHERE if self.roots and self.roots <= set(kept) else tuple(kept)

    def holds(self, roles: Iterable[str], unit: Placed) -> bool:
        """Whether any of `roles` is held on `unit` or above it."""
        return unit.path.startswith(self.paths(roles))

    def can(self, action: Action, obj: InUnit) -> bool:
        """Whether `action` may be done to `obj` (which has its `unit` loaded). A query where a task decides.

        Of a sealed record (which has its `named_ids`) those named stand in place of the roles.
        """
        named: frozenset[int] | None = getattr(obj, "named_ids", None)
        if named is not None:
            by_role = bool(action.roles) and not named.isdisjoint(self.acts_for)
        else:
            by_role = self.holds(action.roles, obj.unit)
        return by_role or bool(
            (action.owner and getattr(obj, "owner_id", None) in self.acts_for)
            or (action.author and getattr(obj, "created_by_id", None) in self.acts_for)
            or (action.task and getattr(obj, "pk", None) in self.with_task(action.task))
        )

    def with_task(self, kind: str) -> frozenset[int]:
        """Ids of the records on which a task of that kind waits for the person, or for one the person
        stands in for."""
        return frozenset()

    def can_in(self, action: Action, unit: Unit) -> bool:
        """Whether the roles of `action` are held on `unit`. No query."""
        return self.holds(action.roles, unit)

    def can_somewhere(self, action: Action) -> bool:
        """Whether the roles of `action` are held on any unit at all: for menu and cards."""
        return bool(self.paths(action.roles))

    def reach(self, action: Action) -> Q:
        """The rows on which `can(action, row)` is true, as a condition on unit, owner, created_by."""
        condition = self.within(action.roles)
        if not condition:
            return condition  # everywhere: joined by "or", an empty condition would be dropped
        if action.owner:
            condition |= Q(owner_id__in=self.acts_for)
        if action.author:
            condition |= Q(created_by_id__in=self.acts_for)
        if action.task:
            condition |= Condition(HAS_TASK, (action.task, tuple(sorted(self.acts_for)))).q
        return condition

    def within(self, roles: Iterable[str]) -> Q:
        """The rows whose unit lies under a unit on which any of `roles` is held."""
        return self.within_units(roles).q

    def within_units(self, roles: Iterable[str]) -> Condition:
        """The same, to be tied to other conditions."""
        paths = self.paths(roles)
        if paths == EVERYWHERE:
            return EVERYTHING
        return Condition(UNIT_BELOW, (below(paths),)) if paths else NOTHING

    @property
    def is_system(self) -> bool:
        """Whether no person stands behind this access."""
        return False


class PersonAccess(Access):
    """The reach of a signed-in person: own grants, groups' grants, units headed, deputyships, home.

    One query, made when first needed.
    """

    person: Person

    def __init__(self, person: Person) -> None:
        self.person = person
        self.name = person.name

    @property
    def acts_for(self) -> frozenset[int]:
        return self._read[0]

    @property
    def grants(self) -> dict[str, tuple[str, ...]]:
        return self._read[1]

    @property
    def roots(self) -> frozenset[str]:
        return self._read[2]

    @cached_property
    def _read(self) -> tuple[frozenset[int], dict[str, tuple[str, ...]], frozenset[str]]:
        acts, shared, roots = {self.person.pk}, [], set()
        grants: dict[str, set[str]] = defaultdict(set)
        for source, role, path, person_id in self._rows():
            if source == "acts":
                acts.add(person_id)
            elif source == "shared":
                shared.append(path)
            elif source == "root":
                roots.add(path)
            else:
                grants[role].add(path)
        if self.person.home_unit:
            # The department shares: an employee reads what belongs to the nearest one above.
            grants[READER.key].add(max(shared, key=len, default=self.person.home_unit.path))
        if self.person.is_superuser:
            grants[ADMINISTRATOR.key].add("")
        reach = {role: tuple(sorted(paths)) for role, paths in grants.items()}
        return frozenset(acts), reach, frozenset(roots)

    @cached_property
    def _with_task(self) -> dict[str, frozenset[int]]:
        """What `with_task` has answered."""
        return {}

    def with_task(self, kind: str) -> frozenset[int]:
        """As told; read once, when first asked."""
        if kind not in self._with_task:
            found = _TASKS.fetch([kind, list(self.acts_for)])
            self._with_task[kind] = frozenset(record_id for (record_id,) in found)
        return self._with_task[kind]

    def _rows(self) -> list[tuple[str, str, str, int]]:
        """(source, role, path, person id) of everything that gives reach."""
        home = self.person.home_unit
        return _REACH.fetch(
            {
                "me": self.person.pk,
                "today": timezone.localdate(),
                "manager": MANAGER.key,
                "shared_kinds": [str(kind) for kind in SHARED_KINDS],
                "home": home.path if home else "",
            },
        )


# Every page asks this once.
_REACH = Question("""
WITH away AS (
    SELECT person_id AS id FROM organisation_deputy
    WHERE deputy_id = %(me)s AND starts <= %(today)s AND ends >= %(today)s
), who AS (
    SELECT %(me)s::bigint AS id UNION ALL SELECT id FROM away
)
SELECT 'acts', '', '', id FROM away
UNION ALL
SELECT 'grant', permission.codename, unit.path, 0
    FROM organisation_unitusergrant held
    JOIN auth_permission permission ON permission.id = held.permission_id
    JOIN organisation_unit unit ON unit.id = held.content_object_id
    WHERE held.user_id IN (SELECT id FROM who)
    AND (held.valid_until IS NULL OR held.valid_until >= %(today)s)
UNION ALL
SELECT 'grant', permission.codename, unit.path, 0
    FROM organisation_unitgroupgrant held
    JOIN organisation_person_groups member ON member.group_id = held.group_id
    JOIN auth_permission permission ON permission.id = held.permission_id
    JOIN organisation_unit unit ON unit.id = held.content_object_id
    WHERE member.person_id IN (SELECT id FROM who)
UNION ALL
SELECT 'grant', %(manager)s, path, 0 FROM organisation_unit WHERE head_id IN (SELECT id FROM who)
UNION ALL
SELECT 'shared', '', path, 0 FROM organisation_unit
    WHERE kind = ANY(%(shared_kinds)s) AND starts_with(%(home)s, path)
UNION ALL
SELECT 'root', '', path, 0 FROM organisation_unit WHERE depth = 1
""")


class SystemAccess(Access):
    """The system itself, with the reason it acts: `SystemAccess("nightly reminders")`.

    Sees and may do everything; the reason is kept as the actor's name in decisions and history.
    """

    def __init__(self, reason: str) -> None:
        self.name = f"Kvalitet ({reason})"

    @property
    def grants(self) -> dict[str, tuple[str, ...]]:
        return dict.fromkeys(ALL_ROLES, EVERYWHERE)

    def can(self, action: Action, obj: InUnit) -> bool:
        return True

    def reach(self, action: Action) -> Q:
        return Q()

    @property
    def is_system(self) -> bool:
        return True


class VisitorAccess(Access):
    """Somebody who has not signed in: sees what is public, holds no role."""

    def __init__(self, name: str | Promise = "") -> None:
        self.name = str(name)


class LinkAccess(VisitorAccess):
    """Whoever holds the private link to one record: stands in its author's place, and sees nothing else."""

    def __init__(self, record_id: int, name: str | Promise) -> None:
        super().__init__(name)
        self._record_id = record_id

    @property
    def linked(self) -> frozenset[int]:
        return frozenset({self._record_id})

    def can(self, action: Action, obj: InUnit) -> bool:
        return action.author and getattr(obj, "pk", None) == self._record_id


def access_for(user: object) -> Access:
    """The access of `request.user`; a visitor's when nobody is signed in or the person is inactive."""
    if isinstance(user, Person) and user.is_active:
        return PersonAccess(user)
    return VisitorAccess()
