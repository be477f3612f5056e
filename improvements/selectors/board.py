"""A unit's improvement board: what is new, being done, being tested and lately done."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements import workflow
from improvements.models import Improvement, Pause
from improvements.selectors.hung import Hung, hung
from improvements.selectors.part import Part
from improvements.selectors.periods import CARRIED_OUT, midnight
from improvements.selectors.seconders import how_many
from qms.addresses import record_address
from qms.conditions import Condition
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.organisation.selectors import nearest_in_force
from qms.records.asked import Asked
from qms.records.list_words import COUNTED, counted
from qms.records.lists import ORDERS, SOONEST
from qms.records.models import Record, RecordQuerySet, Visibility
from qms.records.selectors.acts import offered
from qms.records.visibility import seen_by, visible_parts
from qms.records.workflow import State, Transition
from qms.ui.dates import span_text

MOST = 20  # tickets in a lane; the list has the rest
# The last: what was carried out this month.
LANES = (workflow.RECEIVED, workflow.DOING, workflow.TESTING, workflow.DONE)
_LANE_OF = {**{key: key for key in LANES}, workflow.CLOSED: workflow.DONE}
_FOR_ALL = (Visibility.PUBLIC, Visibility.INTERNAL)


class Step(NamedTuple):
    """A step that this person may take with a ticket, and the key of the lane it leads to (empty when off
    the board, or nowhere else on it)."""

    transition: Transition
    lane: str

    def url(self, reference: str) -> str:
        """Where it is asked for."""
        return record_address("records:move", reference, self.transition.name)


@dataclass(frozen=True)
class Ticket:
    """A case on the board. `span` is how long it has been where it is; for one that is carried out, how
    long it took. `wanted` says how many more want it, if any do."""

    record: Hung
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
    """The board of `unit` with everything below it, as `access` sees it. Four queries.

    On a `wall` anybody who passes reads along: nothing restricted hangs there, and nothing can be moved.
    """

    def __init__(self, unit: Unit, access: Access, *, wall: bool = False) -> None:
        self.unit = unit
        self.wall = wall
        self._access = access
        self._part = Part(unit)
        self._steps_of: dict[tuple[str, str, bool], tuple[Step, ...]] = {}
        self.now = timezone.now()
        self._month = midnight(timezone.localdate(self.now).replace(day=1))

    @cached_property
    def goes_on_in(self) -> Unit | None:
        """Where what was open here is, if the unit has closed. One query, if so."""
        found = nearest_in_force(self.unit) if self.unit.valid_until else None
        return None if found == self.unit else found

    @property
    def _cases(self) -> RecordQuerySet:
        """All of the part; not yet what the person sees of them."""
        records: RecordQuerySet = Record.objects.filter(self._part.condition, kind=Improvement.KIND)
        return records.filter(visibility__in=_FOR_ALL) if self.wall else records

    @cached_property
    def _open(self) -> Asked:
        """The open ones, the soonest first."""
        return Asked(self._cases.filter(closed_at=None).order_by(*ORDERS[SOONEST]))

    @cached_property
    def _done(self) -> Asked:
        """What has been carried out this month, the latest first."""
        done = self._cases.filter(state__in=CARRIED_OUT, state_since__gte=self._month)
        return Asked(done.order_by("-state_since", "-id"))

    @cached_property
    def lanes(self) -> list[Lane]:
        """The columns, from new to done."""
        seen = seen_by(self._access)
        of_each: dict[str, list[Hung]] = {key: [] for key in LANES}
        today = timezone.localdate(self.now)
        for record in hung(self._open, LANES[:-1], self._done, seen, MOST + 1, today):
            of_each[_LANE_OF[record.state]].append(record)
        return [self._lane(key, found) for key, found in of_each.items()]

    def _lane(self, key: str, found: Sequence[Hung]) -> Lane:
        state, title, query = workflow.IMPROVEMENT.state(key), "", {"state": key}
        if key == workflow.DONE:
            title = _("Done in %(month)s") % {"month": MONTHS[self._month.month]}
            query = {"only": "carried_out", "state": "all", "sort": "changed"}
        tickets = [self._ticket(record) for record in found[:MOST]]
        url = self._part.address("improvements:list", **query)
        return Lane(state, title or str(state.label), tickets, len(found) > MOST, url)

    def _ticket(self, record: Hung) -> Ticket:
        lane = _LANE_OF[record.state]
        since = record.created_at if lane == workflow.DONE else record.state_since
        until = record.state_since if lane == workflow.DONE else self.now
        span = span_text(timezone.localdate(since), timezone.localdate(until))
        return Ticket(record, () if self.wall else self._steps(record), span, how_many(record.wanted))

    def _steps(self, record: Hung) -> tuple[Step, ...]:
        """What may be done with it, of what its page offers and in the same order. Guards are asked when a
        step is taken: here each would cost a query."""
        can, possible = self._access.can, self._possible(record.state, record.lane, record.paused)
        return tuple(step for step in possible if can(step.transition.action, record))

    def _possible(self, state: str, lane: str, paused: bool) -> tuple[Step, ...]:
        """The steps of every case that is in `state`, is handled in that way and stands still or not."""
        key = state, lane, paused
        if key not in self._steps_of:
            case = Improvement(kind=Improvement.KIND, state=state, lane=lane)
            case.pause = Pause() if paused else None
            steps = sorted(offered(case), key=lambda step: not step.primary)
            self._steps_of[key] = tuple(Step(step, _leads(state, step.target)) for step in steps)
        return self._steps_of[key]

    @property
    def walk(self) -> list[Ticket]:
        """The tickets of a meeting: what is being done before what is new, the soonest first."""
        return list(chain.from_iterable(lane.tickets for lane in reversed(self.lanes[:-1])))

    @property
    def _going(self) -> int:
        """How many are in progress; anything above `COUNTED` means more than that."""
        on_it = Condition("{state} = ANY (%s)", (LANES[:-1],))
        return self._open.count([part & on_it for part in visible_parts(self._access)], COUNTED)

    @cached_property
    def summary(self) -> str:
        """How it goes, in a sentence: "9 in progress. 11 done in November, 12 days on average"."""
        going = self._going
        in_progress = ngettext("%(count)s in progress.", "%(count)s in progress.", going)
        sentences = [in_progress % {"count": counted(going, COUNTED)}]
        gathered = self._done.told(seen_by(self._access), "COUNT(*), AVG(state_since - created_at)")
        count, took = gathered or (0, None)
        month = MONTHS[self._month.month]
        if count:
            days = max(took.days, 1)
            done = ngettext(
                "%(count)d done in %(month)s, on average %(days)d day from idea to done.",
                "%(count)d done in %(month)s, on average %(days)d days from idea to done.",
                days,
            )
            sentences.append(done % {"count": count, "month": month, "days": days})
        else:
            sentences.append(_("Nothing done yet in %(month)s.") % {"month": month})
        return " ".join(capfirst(sentence) for sentence in sentences)


def _leads(state: str, target: str) -> str:
    lane = _LANE_OF.get(target, "")
    return lane if lane != _LANE_OF[state] else ""
