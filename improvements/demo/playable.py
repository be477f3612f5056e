"""Which of the demo's new cases can be lived where somebody has changed the house since it was loaded.

An update may bring new texts into a demo in which a unit was closed, somebody left or another leads: the
services would refuse what they did there. Such cases are passed over; what is there already stays.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from improvements.demo.script import Script
from improvements.demo.staff import Staff
from improvements.services.escalation import Tree
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import units_in_force


@dataclass(frozen=True)
class House:
    """The people who work here and the units that are as they came: in force, and led by the same person."""

    people: Collection[str]  # by the address they came with
    units: Collection[str]  # by code

    @classmethod
    def now(cls, people: Mapping[str, Person], units: Mapping[str, Unit], staff: Staff) -> "House":
        """As it is. Three queries."""
        tree, in_force = Tree.read(), set(units_in_force().values_list("pk", flat=True))
        return cls(
            {email for email, person in people.items() if person.is_active},
            {
                code
                for code, email in staff.head.items()
                if code in units
                and units[code].pk in in_force
                and tree.chain(units[code])[:1] == ([people[email].pk] if email else [])
            },
        )


def playable(scripts: Sequence[Script], house: House, staff: Staff) -> list[Script]:
    """Those whose people are all here and whose units are all as they came; none that goes on in a case that
    is passed over."""
    passed = {script.key for script in scripts if not _fits(script, house, staff)}
    return [script for script in scripts if script.key not in passed and script.joins not in passed]


def _fits(script: Script, house: House, staff: Staff) -> bool:
    named = {*_words(script), script.text["send_on"]["unit"] if script.sent_on else script.unit}
    people, units = named & staff.name.keys(), named & staff.head.keys()
    return people <= {*house.people} and units <= {*house.units}


def _words(value: Any) -> Iterator[str]:
    """All single words of a script that may name a person or a unit: not what is said in its text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _words(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _words(getattr(value, field.name))
