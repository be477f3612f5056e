"""The fixed cast, in a small town. Every test knows them; none makes people of its own without need.

Town (KF)                       quality (quality manager), admin, exec, auditor: granted here
├── Care (CARE, department)     care_head
│   ├── North (NORTH)           manager (head), handler, employee (no role), reader (reader at CARE)
│   └── South (SOUTH)           south_head
└── School (SCHOOL, department) outsider (head of School: a manager, but elsewhere)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import translation

from qms.organisation.access import Access, access_for
from qms.organisation.models import Person, Unit, UnitKind
from tests.factories import grant, person

pytest_plugins = ["tests.browser.fixtures"]


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
    """Make the town in the database of the running test."""
    units = Unit.objects
    kf = units.add_root({"code": "KF", "name": "Town", "kind": UnitKind.MUNICIPALITY})
    care = units.add_child(kf, {"code": "CARE", "name": "Care", "kind": UnitKind.DEPARTMENT})
    units.add_child(care, {"code": "NORTH", "name": "North", "kind": UnitKind.UNIT})
    units.add_child(care, {"code": "SOUTH", "name": "South", "kind": UnitKind.UNIT})
    units.add_child(kf, {"code": "SCHOOL", "name": "School", "kind": UnitKind.DEPARTMENT})
    kf, care, north, south, school = (
        Unit.objects.get(code=c) for c in ("KF", "CARE", "NORTH", "SOUTH", "SCHOOL")
    )
    town = Town(
        kf, care, north, south, school,
        quality=person("quality", kf), admin=person("admin", school), exec=person("exec", kf),
        auditor=person("auditor", kf), care_head=person("care_head", care),
        manager=person("manager", north), handler=person("handler", north),
        employee=person("employee", north), reader=person("reader", school),
        south_head=person("south_head", south), outsider=person("outsider", school),
    )  # fmt: skip
    grant(town.quality, "quality_manager", kf)
    grant(town.admin, "administrator", kf)
    grant(town.exec, "executive", kf)
    grant(town.auditor, "auditor", kf)
    grant(town.handler, "handler", north)
    grant(town.reader, "reader", care)
    for unit, head in ((care, "care_head"), (north, "manager"), (south, "south_head"), (school, "outsider")):
        unit.head = getattr(town, head)
        unit.save()
    return town


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are asserted in the language of the source, whatever is translated."""
    with translation.override("en"):
        yield


@pytest.fixture
def town(db: None) -> Town:
    """The small town, new for each test."""
    return build_town()


@pytest.fixture
def sign_in() -> Callable[[Person], Client]:
    """A browser in which the person is signed in."""

    def _sign_in(who: Person) -> Client:
        client = Client()
        client.force_login(who, backend="qms.organisation.backends.PersonBackend")
        return client

    return _sign_in
