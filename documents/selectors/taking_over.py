"""What a row of a list means here: its type, unit, owner, days and file, or why it cannot be taken over."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.content.extract import check_opens
from documents.content.sheet import NAMES
from documents.models import Document, DocumentType, Origin
from documents.models.document import MOST_LAWS
from documents.permissions import TAKE_OVER
from documents.selectors.archive import Files
from documents.selectors.taken_before import MOST_KEY, TakenBefore
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.records.attachments.receiving import Received
from qms.records.imports.days import day_of
from qms.records.imports.importers import Cells
from qms.records.imports.lookups import UnitNames
from qms.records.imports.sheet import at_most, needed, quoted


@dataclass(frozen=True)
class Planned:
    """A row understood."""

    key: str
    title: str
    type: DocumentType
    unit: Unit
    owner: Person | None
    decided_by: str
    paragraph: str
    decided_on: date | None
    registry_number: str
    valid_from: date
    review: date | None
    laws: str
    received: Received
    said: dict[str, str]  # the row as it stands, with the file's SHA-256
    origin: Origin | None  # of one taken over before

    @property
    def document(self) -> Document | None:
        """The document that was taken over before."""
        return self.origin.document if self.origin else None

    def says_anew(self, *columns: str) -> bool:
        """Whether the row says something else in one of the columns than the list said last."""
        before = self.origin.said if self.origin else {}
        return any(before.get(column) != self.said[column] for column in columns)


class Lookups:
    """Types, units and people by the names a list may use, and where `access`, who takes over, may. Three
    queries, once for a run."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._types = {
            name.casefold(): kind
            for kind in DocumentType.objects.active()
            for name in (kind.key, kind.name_sv, kind.name_en, kind.name_nb)
        }
        self._units = UnitNames()
        self._people: dict[str, list[Person]] = {}
        for person in Person.objects.filter(is_active=True):
            for name in {person.email.casefold(), person.name.casefold()}:
                self._people.setdefault(name, []).append(person)

    def type(self, name: str) -> DocumentType:
        """The type called so. Raises RuleViolation."""
        found = self._types.get(name.casefold())
        if found is None:
            raise RuleViolation(_("There is no document type called “%(name)s”.") % {"name": quoted(name)})
        return found

    def unit(self, name: str) -> Unit:
        """The unit with that code or name. Raises RuleViolation, also when there are two."""
        return self._units.get(name)

    def check_theirs(self, unit: Unit) -> None:
        """Raise RuleViolation for a unit into which they may not take over."""
        if not self._access.can_in(TAKE_OVER, unit):
            raise RuleViolation(_("You are not quality manager for %(unit)s.") % {"unit": unit.name})

    def owner(self, name: str) -> Person | None:
        """The person with that address or name, nobody for an empty cell. Raises RuleViolation."""
        if not name:
            return None
        found = self._people.get(name.casefold(), [])
        if len(found) > 1:
            raise RuleViolation(
                _("Several people are called “%(name)s”: write the e-mail address.") % {"name": quoted(name)}
            )
        if not found:
            raise RuleViolation(_("Nobody who works here is called “%(name)s”.") % {"name": quoted(name)})
        return found[0]


def _digest(received: Received) -> str:
    received.content.seek(0)
    digest = sha256(received.content.read()).hexdigest()
    received.content.seek(0)
    return digest


def key_of(cells: Cells, lookups: Lookups) -> str:
    """What a row is known by: its Id, else type, unit and title. Raises RuleViolation where it cannot be."""
    if number := cells.get("id", ""):
        return number
    kind, unit = lookups.type(cells.get("type", "")), lookups.unit(cells.get("unit", ""))
    return f"{kind.key}|{unit.code}|{cells.get('title', '')[:200].casefold()}"


def keys_of(rows: Iterable[Cells], lookups: Lookups) -> Iterator[str]:
    """What the rows of a list are known by, those that can be."""
    for cells in rows:
        with suppress(RuleViolation):
            yield key_of(cells, lookups)


def plan(cells: Cells, lookups: Lookups, files: Files, before: TakenBefore) -> Planned:
    """What is to be done with a row. Raises RuleViolation with the sentence that stands beside it."""
    needed(cells, "title", _("It has no title."))
    title = at_most(cells, "title", 200)
    kind = lookups.type(needed(cells, "type", _("It has no document type.")))
    unit = lookups.unit(needed(cells, "unit", _("It has no unit.")))
    decided_on = day_of(cells.get("decided_on", ""))
    valid_from = day_of(cells.get("valid_from", "")) or decided_on or timezone.localdate()
    for day in (decided_on, valid_from):
        if day and day > timezone.localdate():
            raise RuleViolation(_("It is not in force yet: write it as a draft here when its day is near."))
    review = day_of(cells.get("review", ""))
    owner = lookups.owner(cells.get("owner", ""))
    received = files.get(needed(cells, "file", _("It has no file.")))
    check_opens(received.content, received.type.extension)
    key = key_of(cells, lookups)
    known = before.origin(key)
    document = known.document if known else None
    for place in (unit, document.unit if document else unit):
        lookups.check_theirs(place)
    if document and not document.is_open:
        raise RuleViolation(_("It no longer holds here: %(state)s.") % {"state": document.state_offer.label})
    return Planned(
        key=known.key if known else key[:MOST_KEY],
        title=title,
        type=kind,
        unit=unit,
        owner=owner,
        decided_by=at_most(cells, "decided_by", 150) or _("not stated"),
        paragraph=at_most(cells, "paragraph", 20),
        decided_on=decided_on,
        registry_number=at_most(cells, "registry_number", 60),
        valid_from=valid_from,
        review=review,
        laws="\n".join(
            filter(None, (law.strip() for law in re.split("[;\n]", at_most(cells, "laws", MOST_LAWS))))
        ),
        received=received,
        said={column: cells.get(column, "") for column in NAMES} | {"file": _digest(received)},
        origin=known,
    )
