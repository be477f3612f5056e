"""Units, people, roles granted on units, deputies."""

from qms.organisation.models.grants import Deputy, UnitGroupGrant, UnitUserGrant
from qms.organisation.models.people import Person, PersonManager
from qms.organisation.models.units import Unit, UnitEvent, UnitKind, UnitQuerySet

__all__ = [
    "Deputy",
    "Person",
    "PersonManager",
    "Unit",
    "UnitEvent",
    "UnitGroupGrant",
    "UnitKind",
    "UnitQuerySet",
    "UnitUserGrant",
]
