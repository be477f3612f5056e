"""Units, people, roles granted on units, deputies."""

from qms.organisation.models.events import OrganisationEvent
from qms.organisation.models.grants import Deputy, UnitGroupGrant, UnitUserGrant
from qms.organisation.models.people import Person, PersonManager
from qms.organisation.models.units import Unit, UnitKind, UnitQuerySet

__all__ = [
    "Deputy",
    "OrganisationEvent",
    "Person",
    "PersonManager",
    "Unit",
    "UnitGroupGrant",
    "UnitKind",
    "UnitQuerySet",
    "UnitUserGrant",
]
