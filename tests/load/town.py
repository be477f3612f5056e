"""A large municipality: 300 units, 5,000 people, roles spread as in life."""

from dataclasses import dataclass
from random import Random

from django.contrib.auth.hashers import make_password
from guardian.shortcuts import assign_perm

from qms.organisation.models import Person, Unit, UnitKind

UNITS, PEOPLE = 300, 5_000
FIRST = (
    "Anna",
    "Karin",
    "Maria",
    "Lars",
    "Per",
    "Mikael",
    "Johan",
    "Leila",
    "Amina",
    "Omar",
    "Sofia",
    "Erik",
)
LAST = ("Andersson", "Johansson", "Karlsson", "Nilsson", "Olsson", "Persson", "Haddad", "Ali", "Berg")
PASSWORD = "load and nothing else"


@dataclass
class LoadTown:
    """Ids that the records refer to, and the three people who ask in the benchmark."""

    root: Unit
    departments: list[Unit]
    units: list[Unit]  # those that records are in
    people: dict[int, list[Person]]  # by unit id
    quality: Person
    reader: Person  # of one department
    own_only: Person  # no unit, no role: sees what they take part in


def build(random: Random) -> LoadTown:
    """Make the town."""
    root = Unit.objects.add_root({"code": "LOAD", "name": "Storköping", "kind": UnitKind.MUNICIPALITY})
    departments = [_unit(root, f"D{d:02}", f"Förvaltning {d}", UnitKind.DEPARTMENT) for d in range(12)]
    divisions = [
        _unit(department, f"{department.code}-{v}", f"Avdelning {v} i {department.name}", UnitKind.DIVISION)
        for department in departments
        for v in range(4)
    ]
    count = UNITS - 1 - len(departments) - len(divisions)
    teams = [
        _unit(divisions[t % len(divisions)], f"T{t:03}", f"Enhet {t}", UnitKind.UNIT) for t in range(count)
    ]
    people = _people(random, teams)
    _roles(root, departments, people)
    return LoadTown(
        root=root,
        departments=departments,
        units=teams,
        people=people,
        quality=_asker("quality", root, "quality_manager", root),
        reader=_asker("reader", None, "reader", departments[3]),
        own_only=_asker("own", None),
    )


def _unit(parent: Unit, code: str, name: str, kind: UnitKind) -> Unit:
    unit: Unit = Unit.objects.add_child(parent, {"code": code, "name": name, "kind": kind})
    return unit


def _people(random: Random, teams: list[Unit]) -> dict[int, list[Person]]:
    password = make_password(PASSWORD)
    made = Person.objects.bulk_create(
        Person(
            email=f"person{number}@load.test",
            name=f"{random.choice(FIRST)} {random.choice(LAST)}",
            title="Medarbetare",
            home_unit=teams[number % len(teams)],
            password=password,
        )
        for number in range(PEOPLE)
    )
    people: dict[int, list[Person]] = {}
    for person in made:
        people.setdefault(person.home_unit_id, []).append(person)
    for team in teams:
        team.head = people[team.pk][0]
    Unit.objects.bulk_update(teams, ["head"])
    return people


def _roles(root: Unit, departments: list[Unit], people: dict[int, list[Person]]) -> None:
    for unit_id, members in people.items():
        assign_perm("handler", members[1], Unit.objects.get(pk=unit_id))
    some = [members[2] for members in people.values()]
    for department, person in zip(departments, some, strict=False):
        assign_perm("manager", person, department)
    for person, role in zip(some[20:26], ("quality_manager", "executive", "auditor") * 2, strict=True):
        assign_perm(role, person, root)


def _asker(name: str, home: Unit | None, role: str = "", unit: Unit | None = None) -> Person:
    person = Person.objects.create_user(
        f"{name}@load.test", PASSWORD, name=f"Asker {name}", home_unit=home, language="sv"
    )
    if role:
        assign_perm(role, person, unit)
    return person
