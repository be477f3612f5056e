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
from typing import Any, Protocol

from django.db.models import CharField, F, IntegerField, Q, QuerySet, Value
from django.utils import timezone
from django.utils.functional import Promise

from qms.organisation.models import Deputy, Person, Unit, UnitGroupGrant, UnitUserGrant
from qms.organisation.models.units import SHARED_KINDS
from qms.organisation.roles import ADMINISTRATOR, ALL_ROLES, MANAGER, READER, Role

EVERYWHERE = ("",)  # the prefix of every path


@dataclass(frozen=True)
class Action:
    """Something a person may do, e.g. "improvements.assess".

    `roles` hold it on the record's unit or anything above; `owner` and `author` say whether the
    person responsible and the person who created the record may do it whatever their roles.
    """

    key: str
    roles: frozenset[str]
    owner: bool = False
    author: bool = False


_actions: dict[str, Action] = {}


def action(key: str, *roles: Role, owner: bool = False, author: bool = False) -> Action:
    """Declare an action in an app's `permissions.py`; a key declared twice raises ValueError."""
    if key in _actions:
        raise ValueError(f"The action {key!r} is declared twice")
    _actions[key] = Action(key, frozenset(role.key for role in roles), owner, author)
    return _actions[key]


def declared_actions() -> dict[str, Action]:
    """Every action of every app, by key."""
    return dict(_actions)


class InUnit(Protocol):
    """What a right can be asked about: it lies in a unit."""

    @property
    def unit(self) -> Unit: ...


class Access:
    """What someone may see and do. Made by `access_for`, or one of the explicit kinds below."""

    person: Person | None = None
    name: str = ""

    @property
    def acts_for(self) -> frozenset[int]:
        """Ids of the person and of everyone the person stands in for today."""
        return frozenset()

    @property
    def grants(self) -> dict[str, tuple[str, ...]]:
        """Role key → paths of units on which it is held (each holds for everything below)."""
        return {}

    def paths(self, roles: Iterable[str]) -> tuple[str, ...]:
        """The paths under which any of `roles` is held, none of them within another."""
        found = sorted({path for role in roles for path in self.grants.get(role, ())})
        kept: list[str] = []
        for path in found:
            if not (kept and path.startswith(kept[-1])):
                kept.append(path)
        return tuple(kept)

    def holds(self, roles: Iterable[str], unit: Unit) -> bool:
        """Whether any of `roles` is held on `unit` or above it."""
        return unit.lies_under(self.paths(roles))

    def can(self, action: Action, obj: InUnit) -> bool:
        """Whether `action` may be done to `obj` (which has its `unit` loaded). No query."""
        return self.holds(action.roles, obj.unit) or bool(
            (action.owner and getattr(obj, "owner_id", None) in self.acts_for)
            or (action.author and getattr(obj, "created_by_id", None) in self.acts_for)
        )

    def can_in(self, action: Action, unit: Unit) -> bool:
        """Whether the roles of `action` are held on `unit`. No query."""
        return self.holds(action.roles, unit)

    def can_somewhere(self, action: Action) -> bool:
        """Whether the roles of `action` are held on any unit at all: for menu and cards."""
        return bool(self.paths(action.roles))

    def reach(self, action: Action) -> Q:
        """The rows on which `can(action, row)` is true, as a condition on unit, owner, created_by."""
        condition = self.within(action.roles)
        if action.owner:
            condition |= Q(owner_id__in=self.acts_for)
        if action.author:
            condition |= Q(created_by_id__in=self.acts_for)
        return condition

    def within(self, roles: Iterable[str]) -> Q:
        """The rows whose unit lies under a unit on which any of `roles` is held."""
        paths = self.paths(roles)
        if paths == EVERYWHERE:
            return Q()
        return Q(unit_id__in=Unit.objects.under(paths).order_by().values("pk"))

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

    @cached_property
    def _read(self) -> tuple[frozenset[int], dict[str, tuple[str, ...]]]:
        acts = {self.person.pk}
        grants: dict[str, set[str]] = defaultdict(set)
        shared: list[str] = []
        for source, role, path, person_id in self._rows():
            if source == "acts":
                acts.add(person_id)
            elif source == "shared":
                shared.append(path)
            else:
                grants[role].add(path)
        if self.person.home_unit:
            # The department shares: an employee reads what belongs to the nearest one above.
            grants[READER.key].add(max(shared, key=len, default=self.person.home_unit.path))
        if self.person.is_superuser:
            grants[ADMINISTRATOR.key].add("")
        return frozenset(acts), {role: tuple(sorted(paths)) for role, paths in grants.items()}

    def _rows(self) -> Iterable[tuple[str, str, str, int]]:
        """(source, role, path, person id) of everything that gives reach, as one UNION ALL."""
        today = timezone.localdate()
        acting = Deputy.objects.on(today).filter(deputy=self.person)
        away = acting.order_by().values("person_id")
        grants = UnitUserGrant.objects.filter(Q(user=self.person) | Q(user_id__in=away))
        group_grants = UnitGroupGrant.objects.filter(Q(group__user=self.person) | Q(group__user__in=away))
        headed = Unit.objects.filter(Q(head=self.person) | Q(head_id__in=away)).order_by()
        home_path = self.person.home_unit.path if self.person.home_unit else ""
        shared = (
            Unit.objects.filter(kind__in=SHARED_KINDS)
            .alias(home=Value(home_path, output_field=CharField()))
            .filter(home__startswith=F("path"))
            .order_by()
        )
        role, path = F("permission__codename"), F("content_object__path")
        return _rows("acts", acting.order_by(), Value(""), Value(""), F("person_id")).union(
            _rows("grant", grants.exclude(valid_until__lt=today), role, path),
            _rows("grant", group_grants, role, path),
            _rows("head", headed, Value(MANAGER.key), F("path")),
            _rows("shared", shared, Value(""), F("path")),
            all=True,
        )


def _rows(
    source: str,
    rows: QuerySet[Any],
    role: Value | F,
    path: Value | F,
    person_id: Value | F | None = None,
) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = rows.annotate(
        a_source=Value(source, output_field=CharField()),
        a_role=_text(role),
        a_path=_text(path),
        a_person=person_id or Value(0, output_field=IntegerField()),
    ).values_list("a_source", "a_role", "a_path", "a_person")
    return found


def _text(value: Value | F) -> Value | F:
    return Value(value.value, output_field=CharField()) if isinstance(value, Value) else value


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


def access_for(user: object) -> Access:
    """The access of `request.user`; a visitor's when nobody is signed in or the person is inactive."""
    if isinstance(user, Person) and user.is_active:
        return PersonAccess(user)
    return VisitorAccess()
