"""The filter of a list of records: read from the address, applied to a query, written back. Pure.

The address carries all of it, so a list can be shared, saved as a view, exported and found again by Back:

    kind, category  which records          q        text, as in the search
    unit            with everything below  state    open (the default), ended, all, or a state
    owner           me, none or an id      due      overdue, today, week, month or none
    author=me       sent by me             from, to sent in, or what `only` says, between these days
    waiting=me      a task of mine         sort     due, newest or changed
    n               how many are shown     only     a choice that the kind's app knows
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from qms.organisation.access import Access
from qms.records.kinds import RecordKind, Selection, kinds, listed_kinds
from qms.records.models import RecordQuerySet, Task
from qms.records.search import clean_text
from qms.records.workflow import RESERVED_STATES

STEP = 25  # rows at first, and how many "more" adds
YEARS = range(1900, 2200)  # of days that are asked for; at the ends of the calendar nothing can be counted
MOST = 500  # rows on one page; after that the filter or the export serves better

OPEN, ENDED, ALL = RESERVED_STATES
ME, NONE = "me", "none"
OVERDUE, TODAY, WEEK, MONTH = "overdue", "today", "week", "month"
DUE_CHOICES = (OVERDUE, TODAY, WEEK, MONTH, NONE)
SOONEST, NEWEST, CHANGED = "due", "newest", "changed"
ORDERS: Mapping[str, tuple[str, str]] = {
    SOONEST: ("due", "id"),
    NEWEST: ("-created_at", "-id"),
    CHANGED: ("-changed_at", "-id"),
}


@dataclass(frozen=True)
class RecordFilter:
    """What a list shows, and in which order. `page` is the kind the page is about, if any."""

    page: str = ""
    kind: str = ""
    category: str = ""
    only: str = ""
    text: str = ""
    unit: int | None = None
    owner: str = ""
    author: str = ""
    waiting: str = ""
    state: str = OPEN
    due: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = ""
    shown: int = STEP

    @property
    def kind_offer(self) -> RecordKind | None:
        """The one kind that is listed, or None when there are several."""
        return kinds[self.kind] if self.kind else None

    @property
    def selection(self) -> Selection | None:
        """The choice of the kind's app, if one is made."""
        return self.kind_offer.selection(self.only) if self.kind_offer else None

    @property
    def order(self) -> str:
        """The order in force: what is open by its date, else the newest first."""
        return self.sort or (SOONEST if self.state == OPEN else NEWEST)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the page's own default is asked for."""
        return self.without_paging() != RecordFilter(page=self.page, kind=self.page)

    @property
    def is_of_few(self) -> bool:
        """Whether it asks for what belongs to one person, or is few in any case: each is looked up."""
        chosen = self.selection
        of_one = self.owner not in ("", NONE)
        return bool(of_one or self.author or self.waiting or (chosen and (chosen.personal or chosen.few)))

    def changed(self, **changes: object) -> "RecordFilter":
        """The filter with some of it changed, from its first row. What belongs to another kind falls away."""
        new = replace(self, **{"shown": STEP, **changes})  # type: ignore[arg-type]
        if new.kind == self.kind:
            return new
        return replace(
            new, category="", only="", state=new.state if new.state in (OPEN, ENDED, ALL) else OPEN
        )

    def without_paging(self) -> "RecordFilter":
        """The same selection, whatever its order and however much of it is shown."""
        return replace(self, sort="", shown=STEP)

    def apply(
        self, records: RecordQuerySet, *, access: Access, units: Iterable[int], today: date
    ) -> RecordQuerySet:
        """Those of `records` that the filter lets through, in its order.

        `units` are the ids of the unit it names and of all below: named one by one, because PostgreSQL
        cannot guess how many stand behind a condition on the tree. The text is the caller's to apply
        (`qms.records.search.matching`): it takes a look into the index.
        """
        return records.filter(self._condition(access, units, today)).order_by(*ORDERS[self.order])

    def _condition(self, access: Access, units: Iterable[int], today: date) -> Q:
        condition = self._state() & self._people(access) & self._dates(today)
        if self.kind:
            condition &= Q(kind=self.kind)
        if self.category:
            condition &= Q(category=self.category)
        if self.selection:
            condition &= self.selection.asked_by(access, today, *self._between)
        if self.unit:
            condition &= Q(unit_id__in=list(units))
        return condition

    def _state(self) -> Q:
        if self.state in (OPEN, ENDED):
            return Q(closed_at__isnull=self.state == OPEN)
        return Q() if self.state == ALL else Q(state=self.state)

    def _people(self, access: Access) -> Q:
        condition = Q()
        if self.owner:
            own = {ME: Q(owner=access.person), NONE: Q(owner__isnull=True)}
            condition &= own.get(self.owner) or Q(owner_id=int(self.owner))
        if self.author:
            condition &= Q(created_by=access.person)
        if self.waiting:
            condition &= Q(pk__in=Task.objects.open().of(access).values("record_id"))
        return condition

    def _dates(self, today: date) -> Q:
        condition = Q()
        if self.due:
            condition &= {
                OVERDUE: Q(due__lt=today, closed_at__isnull=True),
                TODAY: Q(due=today),
                WEEK: Q(due__range=(today, today + timedelta(days=6 - today.weekday()))),
                MONTH: Q(due__range=(today, today + timedelta(days=30))),
                NONE: Q(due__isnull=True),
            }[self.due]
        if not (self.selection and self.selection.happened):
            condition &= _sent(*self._between)
        return condition

    @property
    def _between(self) -> tuple[datetime | None, datetime | None]:
        """The moments between which it was sent in, or what the selection tells of happened."""
        start = _midnight(self.since) if self.since else None
        return start, _midnight(self.until + timedelta(days=1)) if self.until else None

    def parameters(self) -> dict[str, str]:
        """The parameters of the address, defaults left out."""
        given = {
            "kind": "" if self.kind == self.page else self.kind,
            "q": self.text,
            "unit": str(self.unit or ""),
            "owner": self.owner,
            "author": self.author,
            "waiting": self.waiting,
            "state": "" if self.state == OPEN else self.state,
            "category": self.category,
            "only": self.only,
            "due": self.due,
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "sort": self.sort,
            "n": "" if self.shown == STEP else str(self.shown),
        }
        return {name: value for name, value in given.items() if value}

    def query(self) -> str:
        """The address's query string, without the question mark."""
        return urlencode(self.parameters())


def _sent(start: datetime | None, end: datetime | None) -> Q:
    condition = Q()
    if start:
        condition &= Q(created_at__gte=start)
    if end:
        condition &= Q(created_at__lt=end)
    return condition


def _midnight(day: date) -> datetime:
    """The beginning of a day here: compared with as a point in time, so that the index serves."""
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Parsed:
    """A filter as read from an address, and the names of the parameters that were not understood."""

    filter: RecordFilter
    ignored: tuple[str, ...] = ()


class _Reader:
    """Takes one parameter after the other; what cannot be understood is noted, never an error."""

    def __init__(self, query: QueryDict) -> None:
        self._query = query
        self.ignored: list[str] = []

    def text(self, name: str) -> str:
        typed = self._query.get(name, "")
        text = clean_text(typed)
        if len(text) < len(typed.strip()):
            self.ignored.append(name)
        return text

    def one_of(self, name: str, choices: "tuple[str, ...] | frozenset[str]", default: str = "") -> str:
        value = self._query.get(name, "")
        if value in choices:
            return value
        return self._not_understood(name, value, default)

    def number(self, name: str) -> int | None:
        value = self._query.get(name, "")
        if value.isascii() and value.isdigit() and 0 < int(value[:18]) < 2**31 and len(value) < 18:
            return int(value)
        self._not_understood(name, value, "")
        return None

    def person(self, name: str) -> str:
        if self._query.get(name, "") in (ME, NONE):
            return str(self._query[name])
        return str(self.number(name) or "")

    def day(self, name: str) -> date | None:
        value = self._query.get(name, "")
        try:
            found = date.fromisoformat(value[:10]) if value else None
        except ValueError:
            found = None
        if found and found.year in YEARS:
            return found
        self._not_understood(name, value, "")
        return None

    def _not_understood(self, name: str, value: str, default: str) -> str:
        if value:
            self.ignored.append(name)
        return default


def parse(query: QueryDict, page: str = "") -> Parsed:
    """Read a filter from an address. A parameter that makes no sense is left out and named."""
    reader = _Reader(query)
    kind = page or reader.one_of("kind", tuple(offer.key for offer in listed_kinds()))
    offer = kinds[kind] if kind else None
    states = tuple(state.key for state in offer.workflow.states) if offer else ()
    categories = tuple(category.key for category in offer.categories) if offer else ()
    selections = tuple(selection.key for selection in offer.selections) if offer else ()
    shown = reader.number("n") or STEP
    found = RecordFilter(
        page=page,
        kind=kind,
        category=reader.one_of("category", categories),
        only=reader.one_of("only", selections),
        text=reader.text("q"),
        unit=reader.number("unit"),
        owner=reader.person("owner"),
        author=reader.one_of("author", (ME,)),
        waiting=reader.one_of("waiting", (ME,)),
        state=reader.one_of("state", (OPEN, ENDED, ALL, *states), OPEN),
        due=reader.one_of("due", DUE_CHOICES),
        since=reader.day("from"),
        until=reader.day("to"),
        sort=reader.one_of("sort", tuple(ORDERS)),
        shown=min(max(shown, STEP), MOST),
    )
    return Parsed(found, tuple(dict.fromkeys(reader.ignored)))
