"""Who lives and works in the demo municipality: planned from the files in `demo/`, the same each time."""

import json
import random
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from qms.organisation.roles import BY_KEY, READER

FOLDER = Path(__file__).parent / "demo"
DOMAIN = "exempelkoping.se"
PEOPLE = 300
SEED = "Exempelköping"
# Posts that stand empty just now: their matters fall to the head above.
VACANT = {"SBF-GEO", "KLK-NAR"}
# How many work in a unit, compared with an ordinary one.
CROWDED = {"VOF-HT-": 5, "VOF-SB-": 4, "BUF-GR-": 4, "BUF-FSK-": 3, "BUF-GY-": 3, "VOF-HSL": 3, "MRF-RTJ": 3}
HEAD_TITLES = {"vd": "VD"}


@dataclass(frozen=True)
class Planned:
    """A person of the demo, before there is one in the database. Units are said by code."""

    name: str
    title: str
    home: str
    email: str
    heads: tuple[str, ...] = ()
    grants: tuple[tuple[str, str], ...] = ()  # (role, unit)
    key: str = ""
    blurb: str = ""


@dataclass
class _Names:
    """Hands out names that nobody has yet, in the shares of the file."""

    chance: random.Random
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.groups = read("names.json")["groups"]
        self.shares = [group["share"] for group in self.groups]

    def next(self) -> str:
        """A new name; its address is nobody else's either."""
        while True:
            group = self.chance.choices(self.groups, self.shares)[0]
            name = f"{self.chance.choice(group['given'])} {self.chance.choice(group['family'])}"
            if slug(name) not in self.taken:
                self.taken.add(slug(name))
                return name


def read(name: str) -> Any:
    """The content of one of the demo's files."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def slug(name: str) -> str:
    """A name as it stands in an e-mail address: "Märta Öqvist" is marta.oqvist."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".")


@cache
def cast() -> tuple[Planned, ...]:
    """Those who sign in at a demonstration, one for each role."""
    return tuple(
        Planned(
            name=one["name"],
            title=one["title"],
            home=one["home"],
            email=one["email"],
            heads=tuple(one["heads"]),
            grants=tuple((grant["role"], grant["unit"]) for grant in one["grants"]),
            key=one["key"],
            blurb=one["blurb"],
        )
        for one in read("cast.json")
    )


@cache
def everybody() -> tuple[Planned, ...]:
    """All 300: the cast, the other heads, and the staff of every unit."""
    chance = random.Random(SEED)  # noqa: S311 - the demo must be the same each time
    names = _Names(chance, {slug(one.name) for one in cast()})
    people = [*cast(), *_heads(names)]
    return (*people, *_staff(names, chance, people))


def _heads(names: _Names) -> Iterator[Planned]:
    # The chair in the cast shows what a reader sees. Heading the committee would make a manager of them.
    chaired = {code for one in cast() for role, code in one.grants if role == READER.key}
    headed = {code for one in cast() for code in one.heads} | chaired | VACANT
    for unit in read("units.json"):
        code, role = unit["code"], unit["head_role_sv"]
        if role is None or code in headed:
            continue
        name = names.next()
        title = HEAD_TITLES.get(role, role.capitalize())
        # An elected chair reads what belongs to the committee's field; whoever heads a department enters what
        # was decided about its documents.
        given = {"committee": "reader", "board": "reader", "department": "approver"}.get(unit["type"])
        grants = ((given, code),) if given else ()
        yield Planned(name, title, code, f"{slug(name)}@{DOMAIN}", (code,), grants)


def _staff(names: _Names, chance: random.Random, people: Iterable[Planned]) -> Iterator[Planned]:
    codes = [unit["code"] for unit in read("units.json")]
    left = PEOPLE - len(list(people)) - len(codes)
    more = Counter(chance.choices(codes, [_weight(code) for code in codes], k=left))
    departments = {unit["code"] for unit in read("units.json") if unit["type"] == "department"}
    for code in codes:
        titles = _titles(code)
        for number in range(1 + more[code]):
            name = names.next()
            # In each department somebody at the staff handles what comes in, and somebody writes.
            roles = ("handler", "author")[number : number + 1] if code in departments else ()
            yield Planned(
                name,
                titles[number % len(titles)],
                code,
                f"{slug(name)}@{DOMAIN}",
                grants=tuple((role, code) for role in roles),
            )


def _weight(code: str) -> float:
    crowded = [weight for start, weight in CROWDED.items() if code.startswith(start)]
    return crowded[0] if crowded else 1


def _titles(code: str) -> list[str]:
    """The titles of the unit itself, else of the nearest one above by code."""
    titles: dict[str, list[str]] = read("titles.json")
    while code not in titles:
        code = code.rpartition("-")[0]
    return titles[code]


def accounts() -> list[dict[str, str]]:
    """One sign-in for each role: its name, whose it is, address, password, and what to try out."""
    return [
        {
            "role": str(BY_KEY[one.grants[0][0]].label) if one.grants else _("Employee"),
            "name": one.name,
            "email": one.email,
            "password": settings.DEMO_PASSWORD,
            "blurb": one.blurb,
        }
        for one in cast()
    ]
