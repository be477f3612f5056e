"""The fixed cast, in a small town. Every test knows them; none makes people of its own without need.

Town (KF)                       quality (quality manager), admin, exec, auditor: granted here
├── Care (CARE, department)     care_head
│   ├── North (NORTH)           manager (head), handler, employee (no role), reader (reader at CARE)
│   └── South (SOUTH)           south_head
└── School (SCHOOL, department) outsider (head of School: a manager, but elsewhere)
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import translation
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from qms.organisation.access import Access, access_for
from qms.organisation.models import Person, Unit, UnitKind, UnitUserGrant
from tests.factories import unsaved_person

pytest_plugins = ["tests.browser.fixtures"]


def pytest_collection_finish() -> None:
    """What has been imported by now lives to the end: to look through it again and again for what can go
    takes a fifteenth of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@dataclass
class Town:
    """The units and people by name."""

    kf: Unit
    care: Unit
    north: Unit
    south: Unit
    school: Unit
    quality: Person
    admin: Person
    exec: Person
    auditor: Person
    care_head: Person
    manager: Person
    handler: Person
    employee: Person
    reader: Person
    south_head: Person
    outsider: Person

    def access(self, name: str) -> Access:
        """A fresh access of the person called `name`, as a new request would have."""
        return access_for(Person.objects.select_related("home_unit").get(pk=getattr(self, name).pk))


def build_town() -> Town:
    """Make the town in the database of the running test: in few queries, for two thousand tests begin so."""
    kf, care, north, south, school = units = _units()
    homes = {
        "quality": kf, "admin": school, "exec": kf, "auditor": kf, "care_head": care, "manager": north,
        "handler": north, "employee": north, "reader": school, "south_head": south, "outsider": school,
    }  # fmt: skip
    people = dict(zip(homes, _people(homes), strict=True))
    roles = {
        "quality": ("quality_manager", kf), "admin": ("administrator", kf), "exec": ("executive", kf),
        "auditor": ("auditor", kf), "handler": ("handler", north), "reader": ("reader", care),
    }  # fmt: skip
    _grants([(people[name], role, unit) for name, (role, unit) in roles.items()])
    care.head, north.head = people["care_head"], people["manager"]
    south.head, school.head = people["south_head"], people["outsider"]
    bulk_update_with_history(units[1:], Unit, ["head"])
    return Town(kf, care, north, south, school, **people)


def _units() -> list[Unit]:
    place, kinds = Unit._get_path, UnitKind
    top, care = place("", 1, 1), place(place("", 1, 1), 2, 1)
    rows = [
        ("KF", "Town", kinds.MUNICIPALITY, top, 1, 2),
        ("CARE", "Care", kinds.DEPARTMENT, care, 2, 2),
        ("NORTH", "North", kinds.UNIT, place(care, 3, 1), 3, 0),
        ("SOUTH", "South", kinds.UNIT, place(care, 3, 2), 3, 0),
        ("SCHOOL", "School", kinds.DEPARTMENT, place(top, 2, 2), 2, 0),
    ]
    units = [
        Unit(code=code, name=name, kind=kind, path=path, depth=depth, numchild=below)
        for code, name, kind, path, depth, below in rows
    ]
    return bulk_create_with_history(units, Unit)


def _people(homes: dict[str, Unit]) -> list[Person]:
    people = [unsaved_person(name, home) for name, home in homes.items()]
    return bulk_create_with_history(people, Person)


def _grants(rows: list[tuple[Person, str, Unit]]) -> None:
    of_units = ContentType.objects.get_for_model(Unit)
    by_role = {row.codename: row for row in Permission.objects.filter(content_type=of_units)}
    bulk_create_with_history(
        [UnitUserGrant(user=who, permission=by_role[role], content_object=unit) for who, role, unit in rows],
        UnitUserGrant,
    )


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are asserted in the language of the source, whatever is translated."""
    with translation.override("en"):
        yield


@pytest.fixture
def town(db: None) -> Town:
    """The small town, new for each test."""
    return build_town()


def session_key(person: Person) -> str:
    """Sign the person in; what their browser shows as its cookie."""
    client = Client()
    client.force_login(person, backend="qms.organisation.backends.PersonBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def sign_in() -> Callable[[Person], Client]:
    """A browser in which the person is signed in."""

    def _sign_in(who: Person) -> Client:
        client = Client()
        client.force_login(who, backend="qms.organisation.backends.PersonBackend")
        return client

    return _sign_in
