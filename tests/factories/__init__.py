"""The smallest valid objects, made the way the product makes them."""

from datetime import date
from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password
from guardian.shortcuts import assign_perm

from improvements.models import Improvement
from improvements.services import improvement_submit
from qms.organisation.access import access_for
from qms.organisation.models import Person, Unit

_numbers = count(1)
PASSWORD = "correct horse battery"


def unsaved_person(name: str, home: Unit | None = None, /, **fields: object) -> Person:
    """An active person whose address is name@town.test; English, so that tests read."""
    return Person(
        email=f"{name}@town.test",
        password=_hashed(),
        **{"name": name.replace("_", " ").title(), "home_unit": home, "language": "en", **fields},
    )


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def person(name: str, home: Unit | None = None, /, **fields: object) -> Person:
    """The same in the database."""
    made = unsaved_person(name, home, **fields)
    made.save()
    return made


def grant(who: Person, role: str, unit: Unit, *, until: date | None = None) -> None:
    """Grant a role on a unit, perhaps until a day."""
    row = assign_perm(role, who, unit)
    if until:
        row.valid_until = until
        row.save()


def improvement(unit: Unit, by: Person, text: str = "") -> Improvement:
    """A case newly sent in by somebody."""
    return improvement_submit(
        text=text or f"Something that could be better, number {next(_numbers)}",
        unit=unit,
        access=access_for(by),
    )
