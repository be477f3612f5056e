"""Where the demo's acts are played: its people and units, and what its cases have become so far."""

from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from improvements.demo.script import Script
from improvements.services.escalation import duties_move_up
from improvements.services.voices import link_open
from qms.organisation.access import Access, SystemAccess, access_for
from qms.organisation.models import Deputy, Person, Unit
from qms.records.attachments.storing import Stored

BEFORE, AFTER = "före", "efter"


@dataclass
class Stage:
    """The people and units, and what the cases have become so far."""

    people: dict[str, Person]  # by e-mail address
    units: dict[str, Unit]  # by code
    scripts: dict[str, Script]
    photos: dict[tuple[str, str], Stored] = field(default_factory=dict)  # by key of the script, and when
    records: dict[str, int] = field(default_factory=dict)
    actions: dict[tuple[str, int], int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)  # of private links, by key of the script
    _clock_ran: date | None = None
    _accesses: dict[tuple[str, date], Access] = field(default_factory=dict)
    _reaches: dict[tuple[str, tuple[bool, ...]], Access] = field(default_factory=dict)

    def access(self, email: str) -> Access:
        """What that person may do that day. How far it reaches is read again only where somebody is away."""
        today = timezone.localdate()
        if (email, today) not in self._accesses:
            key = email, tuple(starts <= today <= ends for starts, ends in self._away)
            if key not in self._reaches:
                self._reaches[key] = access_for(self.people[email])
                self._reaches[key].paths(())  # read now, for all that are made of it
            self._accesses[email, today] = copy(self._reaches[key])
        return self._accesses[email, today]

    @cached_property
    def _away(self) -> list[tuple[date, date]]:
        """From when and until when somebody stands in for somebody."""
        return list(Deputy.objects.values_list("starts", "ends"))

    def sender_access(self, script: Script) -> Access:
        """What its sender may do that day: also one without login, by the private link."""
        return self.access(script.sender) if script.sender else link_open(token=self.tokens[script.key])[1]

    def photo(self, script: Script, when: str) -> list[Stored]:
        """The picture that belongs to the case, if any."""
        return [self.photos[script.key, when]] if (script.key, when) in self.photos else []

    def clock(self) -> None:
        """Each morning once, however many cases wait for it."""
        if self._clock_ran != timezone.localdate():
            self._clock_ran = timezone.localdate()
            duties_move_up(access=SystemAccess("svarsklockan"))


def sent_as(script: Script, people: dict[str, Person]) -> UUID:
    """What is kept of a sent case's form: by it a second run knows what is there."""
    return uuid5(submission(script.key), str(people[script.sender].pk) if script.sender else "anonymous")


def submission(key: str) -> UUID:
    """The key of a case's form: by it a second run knows what is there."""
    return uuid5(NAMESPACE_URL, f"demo:{key}")
