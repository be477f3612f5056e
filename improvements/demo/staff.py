"""Who works where in the demo municipality, as its cases need to know. Reads the files, no database."""

from collections.abc import Mapping
from dataclasses import dataclass

from qms.organisation import demo_people


@dataclass(frozen=True)
class Staff:
    """Who works where, by e-mail address; `head` is the unit's or the nearest above."""

    people: Mapping[str, tuple[str, ...]]
    head: Mapping[str, str]
    by_key: Mapping[str, str]
    name: Mapping[str, str]
    parent: Mapping[str, str | None]
    plain: frozenset[str]  # who heads nothing and holds no role, and is not of the cast

    def around(self, unit: str) -> tuple[str, ...]:
        """Those who work in the unit beside its head, else in its department."""
        head = self.head[unit]
        own = [one for one in self.people.get(unit, ()) if one != head]
        near = [one for code, names in self.people.items() if code[:3] == unit[:3] for one in names]
        return tuple(own or [one for one in near if one != head])

    def above(self, unit: str) -> str:
        """The head of the next unit above that somebody else heads; empty at the top."""
        code = self.parent[unit]
        while code and self.head[code] in ("", self.head[unit]):
            code = self.parent[code]
        return self.head[code] if code else ""


def staff() -> Staff:
    """The demo's people as they work."""
    people: dict[str, list[str]] = {}
    heads: dict[str, str] = {}
    everybody = demo_people.everybody()
    for one in everybody:
        people.setdefault(one.home, []).append(one.email)
        heads.update(dict.fromkeys(one.heads, one.email))
    parents = {unit["code"]: unit["parent"] for unit in demo_people.read("units.json")}
    head = {code: _head_of(code, heads, parents) for code in parents}
    by_key = {one.key: one.email for one in demo_people.cast()}
    return Staff(
        people={code: tuple(names) for code, names in people.items()},
        head=head,
        by_key=by_key,
        name={one.email: one.name for one in everybody},
        parent=parents,
        plain=frozenset(one.email for one in everybody if not (one.heads or one.grants or one.key)),
    )


def _head_of(code: str, heads: Mapping[str, str], parents: Mapping[str, str | None]) -> str:
    while code not in heads and parents[code]:
        code = str(parents[code])
    return heads.get(code, "")
