"""A unit's improvement board: what is new, being done, being tested and lately done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements import workflow
from improvements.models import Improvement, Pause
from improvements.selectors.part import Part
from improvements.selectors.periods import CARRIED_OUT, midnight
from improvements.selectors.seconders import how_many, wanted_by
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.asked import Asked
from qms.records.lists import ORDERS, SOONEST
from qms.records.models import Record, RecordQuerySet, Visibility
from qms.records.models.record import SHOWN_IN_LISTS
from qms.records.selectors.acts import offered
from qms.records.visibility import seen_by
from qms.records.workflow import State, Transition
from qms.ui.dates import span_text

MOST = 20  # tickets in a lane; the list has the rest
# The last: what was carried out this month.
LANES = (workflow.RECEIVED, workflow.DOING, workflow.TESTING, workflow.DONE)
_LANE_OF = {**{key: key for key in LANES}, workflow.CLOSED: workflow.DONE}
_FOR_ALL = (Visibility.PUBLIC, Visibility.INTERNAL)
_NEEDED = (*SHOWN_IN_LISTS, "unit__path", "created_by", "state_since")


@dataclass(frozen=True)
class Step:
    """A step that this person may take with a ticket, where it is asked for, and the key of the lane it
    leads to (empty when off the board, or nowhere else on it)."""

    transition: Transition
    url: str
    lane: str


@dataclass(frozen=True)
class Ticket:
    """A case on the board. `span` is how long it has been where it is; for one that is carried out, how
    long it took. `wanted` says how many more want it, if any do."""

    record: Record
    steps: Sequence[Step]
    span: str
    wanted: str


@dataclass(frozen=True)
class Lane:
    """A column. `more` when it holds more than `MOST`; `url` lists all of them."""

    state: State
    title: str
    tickets: Sequence[Ticket]
    more: bool
    url: str

    @property
    def is_waiting(self) -> bool:
        """Whether its tickets wait for a date; the others show how long they took."""
        return self.state.key != workflow.DONE

    @property
    def count(self) -> str:
        """How many, as far as they are counted."""
        return f"{MOST}+" if self.more else str(len(self.tickets))


class Board:
    """The board of `unit` with everything below it, as `access` sees it. Seven queries.

    On a `wall` anybody who passes reads along: nothing restricted hangs there, and nothing can be moved.
    """

    def __init__(self, unit: Unit, access: Access, *, wall: bool = False) -> None:
        self.unit = unit
        self.wall = wall
        self._access = access
        self._part = Part(unit)
        self.now = timezone.now()
        self._month = midnight(timezone.localdate(self.now).replace(day=1))

    @property
    def _cases(self) -> RecordQuerySet:
        """All of the part; not yet what the person sees of them."""
        records: RecordQuerySet = Record.objects.filter(self._part.condition, kind=Improvement.KIND)
        return records.filter(visibility__in=_FOR_ALL) if self.wall else records

    @cached_property
    def lanes(self) -> list[Lane]:
        """The columns, from new to done."""
        cases = {key: self._cases.filter(state=key).order_by(*ORDERS[SOONEST]) for key in LANES[:-1]}
        cases[workflow.DONE] = self._cases.filter(self._this_month).order_by("-state_since", "-id")
        seen = seen_by(self._access)
        ids = {
            key: Asked(of_lane).first(seen, MOST + 1, "records_record.id") for key, of_lane in cases.items()
        }
        rows = self._read([pk for of_lane in ids.values() for (pk,) in of_lane])
        return [
            self._lane(key, [rows[pk] for (pk,) in of_lane if pk in rows]) for key, of_lane in ids.items()
        ]

    def _read(self, ids: list[int]) -> dict[int, Any]:
        """What hangs there, by id, with what its steps ask: how it is handled, whether it stands still."""
        paused = Pause.objects.running(timezone.localdate(self.now)).filter(case=OuterRef("pk"))
        found = Record.objects.select_related("unit", "owner").only(*_NEEDED)
        found = found.annotate(lane=F("improvement__lane"), paused=Exists(paused), wanted=wanted_by())
        return {record.pk: record for record in found.filter(pk__in=ids)}

    @property
    def _this_month(self) -> Q:
        return Q(state__in=CARRIED_OUT, state_since__gte=self._month)

    def _lane(self, key: str, found: Sequence[Any]) -> Lane:
        state, title, query = workflow.IMPROVEMENT.state(key), "", {"state": key}
        if key == workflow.DONE:
            title = _("Done in %(month)s") % {"month": MONTHS[self._month.month]}
            query = {"only": "carried_out", "state": "all", "sort": "changed"}
        tickets = [self._ticket(record) for record in found[:MOST]]
        url = self._part.address("improvements:list", **query)
        return Lane(state, title or str(state.label), tickets, len(found) > MOST, url)

    def _ticket(self, record: Any) -> Ticket:
        lane = _LANE_OF[record.state]
        since = record.created_at if lane == workflow.DONE else record.state_since
        until = record.state_since if lane == workflow.DONE else self.now
        span = span_text(timezone.localdate(since), timezone.localdate(until))
        wanted = how_many(record.wanted)
        return Ticket(record, [] if self.wall else self._steps(record, lane), span, wanted)

    def _steps(self, record: Any, lane: str) -> list[Step]:
        """What may be done with it, of what its page offers and in the same order. Guards are asked when a
        step is taken: here each would cost a query."""
        return sorted(self._possible(record, lane), key=lambda step: not step.transition.primary)

    def _possible(self, record: Any, lane: str) -> Iterator[Step]:
        for transition in offered(_case(record)):
            if self._access.can(transition.action, record):
                to = _LANE_OF.get(transition.target, "")
                url = reverse("records:move", args=[record.reference, transition.name])
                yield Step(transition, url, to if to != lane else "")

    @property
    def walk(self) -> list[Ticket]:
        """The tickets of a meeting: what is being done before what is new, the soonest first."""
        return list(chain.from_iterable(lane.tickets for lane in reversed(self.lanes[:-1])))

    @cached_property
    def summary(self) -> str:
        """How it goes, in a sentence: "9 in progress. 11 done in November, 12 days on average"."""
        took = Avg(F("state_since") - F("created_at"), filter=self._this_month)
        found = (
            self._cases.visible_to(self._access)
            .filter(Q(state__in=LANES[:-1]) | self._this_month)
            .order_by()
            .aggregate(
                going=Count("pk", filter=Q(state__in=LANES[:-1])),
                done=Count("pk", filter=self._this_month),
                took=took,
            )
        )
        going = ngettext("%(count)d in progress.", "%(count)d in progress.", found["going"])
        sentences = [going % {"count": found["going"]}]
        month = MONTHS[self._month.month]
        if found["done"]:
            days = max(found["took"].days, 1)
            done = ngettext(
                "%(count)d done in %(month)s, on average %(days)d day from idea to done.",
                "%(count)d done in %(month)s, on average %(days)d days from idea to done.",
                days,
            )
            sentences.append(done % {"count": found["done"], "month": month, "days": days})
        else:
            sentences.append(_("Nothing done yet in %(month)s.") % {"month": month})
        return " ".join(capfirst(sentence) for sentence in sentences)


def _case(record: Any) -> Improvement:
    """The case behind a row of the board, as far as its steps ask about it."""
    case = Improvement(pk=record.pk, kind=record.kind, state=record.state, lane=record.lane)
    case.pause = Pause(case_id=record.pk) if record.paused else None
    return case
