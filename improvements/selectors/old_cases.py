"""What a row of a list of old cases means here, or why it cannot be taken over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from improvements import permissions, workflow
from improvements.models import MOST_NUMBER, MOST_TEXT, Category, Improvement
from improvements.selectors.periods import midnight
from improvements.wording import has_words, title_of
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.imports.days import day_of
from qms.records.imports.importers import Cells, Columns
from qms.records.imports.lookups import UnitNames
from qms.records.imports.sheet import needed, quoted

MOST_TITLE = 200
MOST_STATE = 60
MOST_GROUND = 200
EARLIEST = date(1950, 1, 1)  # no older system has older ones: a year before it is a slip, as 0201 for 2011
COLUMNS = Columns(
    names={
        "number": ("nummer", "gammalt nummer", "ärendenummer", "id", "number", "old number", "saksnummer"),
        "title": ("rubrik", "titel", "ärende", "title", "tittel", "overskrift"),
        "text": ("text", "beskrivning", "innehåll", "description", "tekst", "beskrivelse"),
        "unit": ("enhet", "enhetskod", "förvaltning", "unit", "enhetskode"),
        "category": ("slag", "typ", "kategori", "category", "type"),
        "state": ("läge", "status", "state", "tilstand"),
        "sent_on": (
            "inkom",
            "inskickad",
            "skapad",
            "registrerad",
            "sent on",
            "sent",
            "innsendt",
            "opprettet",
        ),
        "answered_on": ("besvarad", "svarsdatum", "answered on", "answered", "besvart"),
        "closed_on": ("avslutad", "avslutsdatum", "stängd", "closed on", "closed", "avsluttet", "lukket"),
        "outcome": ("vad som gjordes", "åtgärd", "resultat", "what was done", "hva som ble gjort", "tiltak"),
        "secrecy": ("sekretess", "sekretessgrund", "secrecy", "confidential", "taushetsplikt", "fortrolig"),
    },
    needed=("number", "text", "unit", "state", "sent_on"),
    most_rows=10_000,
    long={"text": MOST_TEXT, "outcome": MOST_TEXT},
)

# What older systems call the states of a case and its sorts, in small letters.
OPEN, DONE, CLOSED, NOT_NOW, WITHDRAWN = "open", "done", "closed", "not_now", "withdrawn"
STATES: Mapping[str, tuple[str, ...]] = {
    OPEN: ("öppen", "öppet", "ny", "nytt", "pågår", "pågående", "mottagen", "open", "new", "åpen"),
    DONE: (
        "klar",
        "klart",
        "gjord",
        "gjort",
        "genomförd",
        "genomfört",
        "åtgärdad",
        "done",
        "ferdig",
        "utført",
    ),
    CLOSED: ("avslutad", "avslutat", "stängd", "stängt", "closed", "avsluttet", "lukket"),
    NOT_NOW: ("inte nu", "avslagen", "avslaget", "avslag", "ej aktuell", "not now", "rejected", "ikke nå"),
    WITHDRAWN: ("återkallad", "återkallat", "återtagen", "återtaget", "withdrawn", "trukket"),
}
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    Category.PROPOSAL: ("förslag", "förbättringsförslag", "idé", "proposal", "suggestion", "forslag"),
    Category.DEVIATION: ("avvikelse", "tillbud", "deviation", "avvik"),
    Category.COMPLAINT: ("synpunkt", "klagomål", "complaint", "view", "klage"),
    Category.PRAISE: ("beröm", "praise", "ros"),
}
# What says of a case that everyone in its part may see it, or that not, without the ground.
OPEN_TO_ITS_PART = (
    *("", "nej", "öppen", "öppet", "ingen", "no", "none", "nei", "åpen", "0", "-"),
    *("false", "falskt", "falsk", "usant", "usann"),  # a tick that is not set, as programs write it
)
CONFIDENTIAL = (
    *("ja", "yes", "x", "1", "sekretess", "confidential", "fortrolig"),
    *("true", "sant", "sann"),
)


@dataclass(frozen=True)
class OldCase:
    """A row understood: the case as it stood in the older system, where its state is called `said`.

    `secrecy` is the ground on which it is only for those who handle it, empty where none was given; None for
    one that its whole part of the organisation may see.
    """

    number: str
    title: str
    text: str
    unit: Unit
    category: str
    state: str  # here
    said: str
    sent_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    outcome: str
    secrecy: str | None = None


@dataclass(frozen=True)
class Days:
    """When it was sent, answered and closed in the older system, as far as that is known."""

    sent: date
    answered: date | None
    closed: date | None


def old_case(cells: Cells, units: UnitNames, access: Access) -> OldCase:
    """What a row says. Raises RuleViolation with all that keeps that person from taking it over: who mends a
    long list should not have to send it once for each fault of a row."""
    parts = (
        partial(_number, cells),
        partial(_text, cells),
        partial(_unit, cells, units, access),
        partial(_stands, cells),
        partial(_title, cells, cells.get("text", "")),
        partial(_category, cells),
        partial(_outcome, cells),
        partial(_secrecy, cells),
    )
    read: list[Any] = [_read(part) for part in parts]
    if faults := [str(one) for one in read if isinstance(one, RuleViolation)]:
        raise RuleViolation(" ".join(faults))
    number, text, unit, (said, days, state, ended), title, category, outcome, secrecy = read
    return OldCase(
        number=number,
        title=title,
        text=text,
        unit=unit,
        category=category,
        state=state,
        said=said[:MOST_STATE],
        sent_at=midnight(days.sent),
        answered_at=midnight(days.answered) if days.answered else None,
        closed_at=midnight(ended) if ended else None,
        outcome=outcome,
        secrecy=secrecy,
    )


def _read(part: Callable[[], object]) -> object:
    """What a part of a row says, or what is wrong with it."""
    try:
        return part()
    except RuleViolation as fault:
        return fault


def taken_before(source: str, number: str) -> Improvement | None:
    """The case that this one became here, if it was taken over before. One query."""
    taken = Improvement.objects.exclude(old_number="").filter(came_from__iexact=source)
    found: Improvement | None = taken.filter(old_number__iexact=number).defer("search").first()
    return found


def _number(cells: Cells) -> str:
    number = needed(cells, "number", _("It has no number."))
    if len(number) > MOST_NUMBER:
        raise RuleViolation(_("Its number is longer than %(most)d characters.") % {"most": MOST_NUMBER})
    return number


def _unit(cells: Cells, units: UnitNames, access: Access) -> Unit:
    unit = units.get(needed(cells, "unit", _("It has no unit.")))
    if not access.can_in(permissions.TAKE_OVER, unit):
        raise RuleViolation(_("You are not quality manager for %(unit)s.") % {"unit": unit.name})
    return unit


def _stands(cells: Cells) -> tuple[str, Days, str, date | None]:
    """What the older system called its state, its days, where it stands here, and the day it was ended."""
    said = needed(cells, "state", _("It has no state."))
    named = _named(said, STATES, _("There is no state called “%(name)s”."))
    days = _days(cells)
    return said, days, *_state(named, days)


def _outcome(cells: Cells) -> str:
    return _long(cells.get("outcome", ""), _("What was done"))


def is_confidential(cells: Cells) -> bool:
    """Whether the row says that not everyone may see it: also where something else is wrong with it."""
    return cells.get("secrecy", "").casefold() not in OPEN_TO_ITS_PART


def _secrecy(cells: Cells) -> str | None:
    """The ground for secrecy, empty where none is given; None for what is open."""
    ground = cells.get("secrecy", "")
    if not is_confidential(cells):
        return None
    if len(ground) > MOST_GROUND:
        what = {"what": _("The ground for secrecy"), "most": MOST_GROUND}
        raise RuleViolation(_("%(what)s is longer than %(most)d characters.") % what)
    return "" if ground.casefold() in CONFIDENTIAL else ground


def _text(cells: Cells) -> str:
    text = _long(cells.get("text", ""), _("The text"))
    if not has_words(text):
        raise RuleViolation(_("It has no text."))
    return text


def _long(text: str, what: str) -> str:
    if len(text) > MOST_TEXT:
        raise RuleViolation(
            _("%(what)s is longer than %(most)d characters.") % {"what": what, "most": MOST_TEXT}
        )
    return text


def _title(cells: Cells, text: str) -> str:
    title = cells.get("title", "")
    if len(title) > MOST_TITLE:
        raise RuleViolation(
            _("%(what)s is longer than %(most)d characters.") % {"what": _("The title"), "most": MOST_TITLE}
        )
    if has_words(title) or not has_words(text):  # that the text is missing is said of the text
        return title
    return title_of(text)


def _category(cells: Cells) -> str:
    """The sort; a proposal where none is given, as for everything that is sent in."""
    said = cells.get("category", "")
    sorts = {key: (*names, str(Category(key).label)) for key, names in CATEGORIES.items()}
    return _named(said, sorts, _("There is no sort called “%(name)s”.")) if said else Category.PROPOSAL


def _named(said: str, names: Mapping[str, tuple[str, ...]], otherwise: str) -> str:
    for key, called in names.items():
        if said.casefold() in {key.replace("_", " "), *(name.casefold() for name in called)}:
            return key
    raise RuleViolation(otherwise % {"name": quoted(said)})


def _days(cells: Cells) -> Days:
    """The days of a row. Raises RuleViolation for one that lies ahead, too far back, or before what comes
    before it."""
    sent = day_of(needed(cells, "sent_on", _("It has no day on which it was sent in.")))
    days = Days(
        sent or timezone.localdate(), *(day_of(cells.get(key, "")) for key in ("answered_on", "closed_on"))
    )
    known = [day for day in (days.sent, days.answered, days.closed) if day]
    if max(known) > timezone.localdate():
        raise RuleViolation(_("One of its days lies ahead: %(day)s.") % {"day": max(known)})
    if min(known) < EARLIEST:
        raise RuleViolation(_("One of its days lies too far back: %(day)s.") % {"day": min(known)})
    if known != sorted(known):
        raise RuleViolation(_("Its days are out of order: sent in, answered, closed."))
    return days


def _state(state: str, days: Days) -> tuple[str, date | None]:
    """Where the case stands here, and the day it was ended; None for one that is open.

    No day is made up: what was done and never closed waits here to be closed.
    """
    if state == OPEN:
        if days.closed:
            raise RuleViolation(_("It is open, and has a day on which it was closed."))
        return workflow.DOING if days.answered else workflow.RECEIVED, None
    if state == DONE and not days.closed:
        return workflow.DONE, None
    ended = days.closed or (days.answered if state == NOT_NOW else None)
    if ended is None:
        raise RuleViolation(_("It has no day on which it was closed."))
    return {NOT_NOW: workflow.NOT_NOW, WITHDRAWN: workflow.WITHDRAWN}.get(state, workflow.CLOSED), ended
