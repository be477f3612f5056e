"""What people may do on the days of the past that the demo lives through."""

from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils import timezone

from qms.organisation.access import Access, access_for
from qms.organisation.models import Deputy, Person


@dataclass
class Accesses:
    """Reads how far somebody reaches once, and again only for days on which somebody else is away.

    The organisation does not change meanwhile: the demo is one transaction, in which the past is lived.
    """

    _reaches: dict[tuple[int, tuple[bool, ...]], Access] = field(default_factory=dict)

    def of(self, person: Person) -> Access:
        """What `person` may do today: a fresh access, as a new request would have."""
        today = timezone.localdate()
        key = person.pk, tuple(starts <= today <= ends for starts, ends in self._away)
        if key not in self._reaches:
            self._reaches[key] = access_for(person)
            self._reaches[key].paths(())  # read now, for all that are made of it
        return copy(self._reaches[key])

    @cached_property
    def _away(self) -> list[tuple[date, date]]:
        """From when and until when somebody stands in for somebody."""
        return list(Deputy.objects.values_list("starts", "ends"))
