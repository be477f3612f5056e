"""Where the demo's acts are played: its people and units, and what its cases have become so far."""

from dataclasses import dataclass, field
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from improvements.demo.script import Script
from improvements.services.escalation import duties_move_up
from improvements.services.voices import link_open
from qms.organisation.access import Access, SystemAccess
from qms.organisation.models import Person, Unit
from qms.organisation.services.demonstration_access import Accesses
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
    _accesses: Accesses = field(default_factory=Accesses)

    def access(self, email: str) -> Access:
        """What that person may do that day."""
        return self.access_of(self.people[email])

    def access_of(self, person: Person) -> Access:
        """The same, by whom it is: their address may be another by now."""
        return self._accesses.of(person)

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


def sent_as(key: str, sender: str, people: dict[str, Person]) -> UUID:
    """What is kept of a sent case's form: by it a second run knows what is there."""
    return uuid5(submission(key), str(people[sender].pk) if sender else "anonymous")


def submission(key: str) -> UUID:
    """The key of a case's form: by it a second run knows what is there."""
    return uuid5(NAMESPACE_URL, f"demo:{key}")
