"""What an app can offer the ground: one typed registry per surface.

Each app names its offers in `contributions.py`, which is imported at start. An offer returns data,
never HTML, and always receives `access`. Each declares how many queries it may cost (`budget`), which a
test holds it to at two data sizes. One that fails is shown as unknown, never as green, and is logged.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from django.db import DatabaseError
from django.db.models import Model, Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organisation.access import Access
from qms.registry import Registry

log = logging.getLogger(__name__)
Text = str | Promise
T = TypeVar("T")


@dataclass(frozen=True)
class MenuItem:
    """A destination in the rail. `short` puts it in the phone's bottom bar, under `short_label` where
    the label is long; `visible` says whether the person has anything to do there; `foot` puts it in
    the rail's foot; `main` makes it the filled button that stands first on every page (one at most);
    `count` is what waits for the person there (one query at most)."""

    key: str
    label: Text
    url_name: str
    icon: str
    order: int = 100
    short: bool = False
    short_label: Text = ""
    main: bool = False
    foot: bool = False
    count: Callable[[Access], int] | None = None
    visible: Callable[[Access], bool] = lambda access: True


@dataclass(frozen=True)
class Figure:
    """One number that answers a question.

    `value` None means unknown: then `note` says why and what it takes. `of` is the whole it is part of;
    `url` leads to exactly the records behind it; `trend` is "up", "flat" or "fall".
    """

    value: int | float | str | None
    note: Text = ""
    of: int | None = None
    url: str = ""
    trend: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Card:
    """A figure on the start page for those it concerns."""

    key: str
    label: Text
    load: Callable[[Access], Figure]
    visible: Callable[[Access], bool]
    budget: int
    order: int = 100


@dataclass(frozen=True)
class NewsLine:
    """A line in a short list: what became of something, or what is to be done by the day `due`."""

    title: Text
    url: str
    meta: Text
    icon: str
    due: date | None = None


@dataclass(frozen=True)
class News:
    """A short list on the start page, e.g. what became of the proposals; `empty` is what it means that
    there is nothing."""

    key: str
    label: Text
    load: Callable[[Access], Sequence[NewsLine]]
    budget: int
    order: int = 100
    empty: Text = ""


class Met(StrEnum):
    """How well a requirement is met by what an app keeps."""

    MET = "met"
    PARTIAL = "partial"
    MISSING = "missing"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Text:
        """The word for it."""
        return _MET[self][0]

    @property
    def icon(self) -> str:
        """The icon that goes with the word."""
        return _MET[self][1]

    @property
    def tone(self) -> str:
        """The colour that supports both."""
        return _MET[self][2]


_MET = {
    Met.MET: (_("Shown"), "shown", "success"),
    Met.PARTIAL: (_("Partly shown"), "partly", "warning"),
    Met.MISSING: (_("Missing"), "missing", "danger"),
    Met.UNKNOWN: (_("Unknown"), "unknown", "neutral"),
}


@dataclass(frozen=True)
class Evidence:
    """An app's answer for one clause: how well met, how many records, how fresh, where to see them."""

    met: Met
    count: int = 0
    latest: date | None = None
    url: str = ""
    note: Text = ""


@dataclass(frozen=True)
class EvidenceSource:
    """Evidence for clauses, all of them in one go. `clauses` are (edition key, clause number), e.g.
    ("iso9001-2015", "10.2"); the same evidence then counts for their counterparts in other editions."""

    key: str
    label: Text
    clauses: frozenset[tuple[str, str]]
    load: Callable[[Access], Mapping[tuple[str, str], Evidence]]
    budget: int
    order: int = 100


@dataclass(frozen=True)
class ReviewInput:
    """An input to the management review: `item` is the clause's item, e.g. "9.3.2 c"."""

    key: str
    label: Text
    item: str
    load: Callable[[Access, date, date], Figure]
    budget: int
    order: int = 100


@dataclass(frozen=True)
class Rows:
    """The answer of a panel: some lines, how many there are in all, where to see them, and where the
    person can change them (`act_url`, labelled `act`; empty when the person may not)."""

    lines: Sequence[NewsLine]
    total: int
    url: str = ""
    act: Text = ""
    act_url: str = ""


@dataclass(frozen=True)
class Panel:
    """A list on another app's page: `model` names whose page (Unit; Record for every kind of record).

    `beside` is what the page of a record reads for it together with everything else that hangs on the record.
    """

    key: str
    label: Text
    model: type[Model]
    load: Callable[[Access, Any], Rows]
    budget: int
    order: int = 100
    visible: Callable[[Access], bool] = lambda access: True
    beside: Callable[[], "Sequence[Prefetch[Any, Any, Any]]"] = tuple


@dataclass(frozen=True)
class Decided:
    """What holds in a unit: its `value` in words, and where it is changed (empty for who may not)."""

    value: Text
    act: Text = ""
    act_url: str = ""


@dataclass(frozen=True)
class UnitSetting:
    """Something that those who lead a unit decide for it, shown and changed on the unit's page.

    A change is noted as UNIT_CHANGED with the key as `what`; `words` says a value noted there.
    """

    key: str
    label: Text
    load: Callable[[Access, Any], Decided]
    words: Callable[[str], Text]
    budget: int
    order: int = 100


@dataclass(frozen=True)
class Inherited:
    """How much there is of something ("12 open matters"; empty: none), and the first of it in lines.

    The text counts all there is, also what the asker may not see: only the number is told, and only to
    whoever administers the unit or the person. The lines are those the asker sees; `url` leads to all
    of these when they are more.
    """

    text: Text
    lines: Sequence[NewsLine] = ()
    url: str = ""


@dataclass(frozen=True)
class Belonging:
    """Something that must go on with somebody when a unit closes or a person leaves."""

    key: str
    model: type[Model]
    load: Callable[[Access, Any], Inherited]
    budget: int
    order: int = 100


@dataclass(frozen=True)
class PublicLink:
    """A page for everyone, without login: the sign-in page leads those there who have no account."""

    key: str
    label: Text
    lead: Text
    url_name: str
    icon: str
    order: int = 100


@dataclass(frozen=True)
class PlaceAct:
    """Something another app lets people do from a place in a text: "suggest a change" from a heading.

    `url` is given the access, the record, the place's anchor and its words. It keeps what comes of it tied to
    the place.
    """

    key: str
    label: Text
    icon: str
    url: Callable[[Access, Any, str, str], str]
    visible: Callable[[Access], bool] = lambda access: True
    order: int = 100


@dataclass(frozen=True)
class DemoPart:
    """A part of the demo municipality. `load` is deterministic and idempotent; it says what it did.

    `load` is a path, since the loaders are large and nothing else needs them. A part needs only parts of a
    lower `order`: those of the same are loaded at the same time.
    """

    key: str
    load: str
    order: int = 100


menu_items: Registry[MenuItem] = Registry(MenuItem)
cards: Registry[Card] = Registry(Card)
news: Registry[News] = Registry(News)
evidence_sources: Registry[EvidenceSource] = Registry(EvidenceSource)
review_inputs: Registry[ReviewInput] = Registry(ReviewInput)
panels: Registry[Panel] = Registry(Panel)
unit_settings: Registry[UnitSetting] = Registry(UnitSetting)
belongings: Registry[Belonging] = Registry(Belonging)
public_links: Registry[PublicLink] = Registry(PublicLink)
place_acts: Registry[PlaceAct] = Registry(PlaceAct)
demo_parts: Registry[DemoPart] = Registry(DemoPart)


def panels_for(model: type[Model], access: Access) -> list[Panel]:
    """The panels for pages about `model` (or a parent of it) that `access` may see."""
    return [panel for panel in panels if issubclass(model, panel.model) and panel.visible(access)]


@dataclass(frozen=True)
class Answered:
    """An offer with its answer; `answer` is None when the offer failed, and the page says unknown."""

    offer: Any
    answer: Any = None
    failed: bool = field(default=False)


def ask(offers: Iterable[Any], *arguments: Any) -> list[Answered]:
    """Ask each offer. A broken one is logged and shown as unknown; a database that is down is not
    an offer's fault and goes on up."""
    answers = []
    for offer in offers:
        try:
            answers.append(Answered(offer, offer.load(*arguments)))
        except DatabaseError:
            raise
        except Exception:
            log.exception("The offer %s failed", offer.key)
            answers.append(Answered(offer, failed=True))
    return answers
