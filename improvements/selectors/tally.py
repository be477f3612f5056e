"""The numbers behind the figures, counted in the database: a constant number of queries, whatever there is.

Everything is about the cases sent in during a period (`Span`) in a part of the organisation, as far as the
reader sees them, so that a list with the same days shows exactly those counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Substr, TruncDate, TruncQuarter

from improvements.models import Category, Channel, Improvement, Lane, Verdict
from improvements.selectors.part import Part
from improvements.selectors.periods import (
    CARRIED_OUT,
    IN_TIME,
    PROMISED,
    adopted_by_others,
    judged,
    midnight,
)
from improvements.selectors.rules import Group
from improvements.selectors.told import Row, whole_and_sorts
from improvements.workflow import LACKING, NOT_NOW, RECEIVED
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.models import Record
from qms.workdays import is_working_day

LONGEST_ANSWER = (
    400  # days before the period from which working days are known; earlier ones count from there
)
QUARTERS = 8
AGES = (30, 90, 365)  # days


@dataclass(frozen=True)
class Span:
    """The days from `start` to `end`, and as many days before them to compare with."""

    start: date
    end: date

    @classmethod
    def last(cls, days: int, today: date) -> "Span":
        """The last `days` days, today included."""
        return cls(today - timedelta(days=days - 1), today)

    @property
    def before(self) -> "Span":
        """As many days right before."""
        days = (self.end - self.start).days + 1
        return Span(self.start - timedelta(days=days), self.start - timedelta(days=1))

    @property
    def condition(self) -> Q:
        """Sent in on one of its days."""
        return Q(created_at__gte=midnight(self.start), created_at__lt=midnight(self.end + timedelta(days=1)))


class WorkingDays(Func):
    """Working days after one day up to and including another; both are dates.

    A row of numbers says how many working days there are up to each day of the calendar, so that the
    database only subtracts. Days before the calendar begins count from its first.
    """

    output_field = IntegerField()

    def __init__(self, start: Any, end: Any, first: date, last: date) -> None:
        # One literal instead of hundreds of numbers: the database reads it in a tenth of the time.
        super().__init__(start, end, Value(first), Value(_working_days(first, last)))

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        compiled = [compiler.compile(expression) for expression in self.get_source_expressions()]
        (start, of_start), (end, of_end), (first, of_first), (numbers, of_numbers) = compiled
        first, numbers = f"{first}::date", f"{numbers}::smallint[]"
        sql = (
            f"GREATEST(({numbers})[{end} - {first} + 1] - ({numbers})[GREATEST({start} - {first}, 0) + 1], 0)"
        )
        return sql, [*of_numbers, *of_end, *of_first, *of_numbers, *of_start, *of_first]


@lru_cache(maxsize=8)
def _working_days(first: date, last: date) -> str:
    """For each day from `first` to `last`: how many working days there have been up to it, as an array."""
    days = (int(is_working_day(first + timedelta(days=shift))) for shift in range((last - first).days + 1))
    return f"{{{','.join(map(str, accumulate(days)))}}}"


def cases_of(access: Access, part: Part) -> QuerySet[Any]:
    """The cases in `part` that `access` sees."""
    rows: QuerySet[Any] = Improvement.objects.visible_to(access).filter(part.condition).order_by()
    return rows


def records_of(access: Access, part: Part) -> QuerySet[Any]:
    """The same as rows of Record, what their list shows: for what stands there alone an index answers, and
    nothing is joined."""
    seen = Record.objects.visible_to(access).filter(part.condition, kind=Improvement.KIND)
    rows: QuerySet[Any] = seen.order_by()
    return rows


@dataclass(frozen=True)
class Totals:
    """The numbers of one period; `waiting_days` is the median (of an even number the lower of the two in the
    middle), None where nothing has been answered.

    `answered`, `judged` and `kept` are about the cases whose sender was promised an answer by a day.
    """

    sent: int
    answered: int
    judged: int
    kept: int
    waiting_days: int | None
    decided: int
    just_do: int
    received: int
    doing: int
    done: int
    not_now: int

    @property
    def other(self) -> int:
        """Withdrawn, the same as another, without the means …"""
        return self.sent - self.received - self.doing - self.done - self.not_now


@dataclass(frozen=True)
class UnitTally:
    """A unit right below, with everything below it."""

    path: str
    group: Group
    judged: int
    kept: int
    done: int


@dataclass(frozen=True)
class Counted:
    """The numbers of a period and of the one `before`: the `whole` with its senders, how many of each sort
    and in each unit right below (with everything below it; what lies in the unit itself stands as one of
    them), the largest first. Those who sent without a name may all be one: they count as one sender."""

    now: Totals
    before: Totals
    whole: Group
    sorts: list[Group]
    units: list[UnitTally]


def counted(access: Access, part: Part, span: Span, shorter: Sequence[Span] = ()) -> Counted:
    """Count what came in during `span` and before it. Two queries.

    `shorter` spans, the shortest first, end on the same day and are told on pages of their own. Each case
    is looked at once, whatever it counts for: grouped by period, unit and waiting time, a few hundred
    rows are added up here.
    """
    depth = part.unit.depth + 1 if part.unit else 2
    branch = Substr("unit__path", 1, depth * Unit.steplen)
    first = span.before.start - timedelta(days=LONGEST_ANSWER)
    started = TruncDate(Coalesce("restarted_at", "created_at"))
    waits = Case(
        When(answered_at__isnull=False, then=WorkingDays(started, TruncDate("answered_at"), first, span.end))
    )
    rows = (
        cases_of(access, part)
        .filter(Span(span.before.start, span.end).condition)
        .values(is_now=ExpressionWrapper(span.condition, BooleanField()), branch=branch, days=waits)
        .annotate(**_measures(span.end))
    )
    now, before = [row for row in rows if row["is_now"]], [row for row in rows if not row["is_now"]]
    bands = _with_senders(access, part, [*shorter, span])
    whole, sorts = whole_and_sorts(bands, part.unit.path if part.unit else "")
    units = [
        _unit_tally(group, [row for row in now if row["branch"] == group.key])
        for group in _by_branch(chain.from_iterable(bands), depth * Unit.steplen)
    ]
    return Counted(
        _totals(now),
        _totals(before),
        whole,
        sorted(sorts, key=lambda group: (-group.count, group.key)),
        sorted(units, key=lambda unit: (-unit.group.count, unit.path)),
    )


def _with_senders(access: Access, part: Part, spans: Sequence[Span]) -> list[list[Row]]:
    """How many of each sort were sent in each unit, and by whom: in the shortest of `spans`, then what each
    longer one adds. One query."""
    begins = [When(created_at__gte=midnight(span.start), then=n) for n, span in enumerate(spans)]
    band = Case(*begins, output_field=IntegerField())
    rows = records_of(access, part).filter(spans[-1].condition).values("unit__path", "category", band=band)
    bands: list[list[Row]] = [[] for _ in spans]
    for place, sort, number, senders, n in rows.annotate(
        number=Count("pk"), senders=ArrayAgg("created_by")
    ).values_list("unit__path", "category", "number", "senders", "band"):
        bands[n].append((place, sort, number, senders))
    return bands


def _by_branch(rows: Iterable[Row], length: int) -> list[Group]:
    """How many cases and how many senders there are in each unit whose path is that long, and below."""
    numbers: Counter[str] = Counter()
    senders: defaultdict[str, set[int | None]] = defaultdict(set)
    for path, _sort, number, people in rows:
        numbers[path[:length]] += number
        senders[path[:length]].update(people)
    return [Group(branch, number, len(senders[branch])) for branch, number in numbers.items()]


def _measures(today: date) -> dict[str, Any]:
    return {
        "sent": Count("pk"),
        "answered": Count("pk", filter=PROMISED & Q(answered_at__isnull=False)),
        "judged": Count("pk", filter=judged(today)),
        "kept": Count("pk", filter=IN_TIME),
        "decided": Count("pk", filter=~Q(lane=Lane.UNDECIDED)),
        "just_do": Count("pk", filter=Q(lane=Lane.JUST_DO)),
        "received": Count("pk", filter=Q(state=RECEIVED)),
        "doing": Count("pk", filter=DOING),
        "done": Count("pk", filter=Q(state__in=CARRIED_OUT)),
        "not_now": Count("pk", filter=Q(state=NOT_NOW)),
    }


# In progress: open, neither only received nor carried out already.
DOING = Q(closed_at__isnull=True) & ~Q(state__in=(RECEIVED, *CARRIED_OUT))
_SUMMED = tuple(field.name for field in fields(Totals) if field.name != "waiting_days")


def _totals(rows: Sequence[Mapping[str, Any]]) -> Totals:
    sums = {name: sum(row[name] for row in rows) for name in _SUMMED}
    return Totals(**sums, waiting_days=_middle(rows))


def _middle(rows: Sequence[Mapping[str, Any]]) -> int | None:
    """The median of the working days waited, of those who have been answered."""
    waited: Counter[int] = Counter()
    for row in rows:
        if row["days"] is not None:
            waited[row["days"]] += row["sent"]
    half, so_far = waited.total() / 2, 0
    for days in sorted(waited):
        so_far += waited[days]
        if so_far >= half:
            return days
    return None


def _unit_tally(group: Group, rows: Sequence[Mapping[str, Any]]) -> UnitTally:
    due, kept, done = (sum(row[name] for row in rows) for name in ("judged", "kept", "done"))
    return UnitTally(group.key, group, due, kept, done)


@dataclass(frozen=True)
class Quarters:
    """How many came in each of the last eight full quarters, the oldest first, and how many of them are
    `proposals`; `known` where the system was in use all that time."""

    starts: list[date]
    counts: list[int]
    proposals: list[int]
    known: bool

    @property
    def now(self) -> int:
        """The last four together."""
        return sum(self.counts[4:])

    @property
    def before(self) -> int:
        """The four before them."""
        return sum(self.counts[:4])


def quarters(access: Access, part: Part, today: date) -> Quarters:
    """The last eight full quarters. One query.

    Known only if the system was in use all that time, what came from an older one apart: what was not yet
    asked for has not fallen.
    """
    this = first_of_quarter(today)
    starts = [quarter_before(this, back) for back in range(QUARTERS, 0, -1)]
    rows = (
        records_of(access, part)
        .filter(created_at__gte=midnight(starts[0]), created_at__lt=midnight(this))
        .values(quarter=TruncQuarter("created_at"))
        .annotate(
            number=Count("pk"),
            proposals=Count("pk", filter=Q(category=Category.PROPOSAL)),
            is_oldest=Value(False),
        )
        .values_list("quarter", "number", "proposals", "is_oldest")
    )
    own = Record.objects.filter(kind=Improvement.KIND).exclude(improvement__channel=Channel.IMPORT)
    first = own.order_by("created_at", "id")[:1]
    oldest = first.values_list(TruncQuarter("created_at"), Value(0), Value(0), Value(True))
    found = list(rows.union(oldest, all=True))
    counted = {quarter.date(): numbers for quarter, *numbers, is_oldest in found if not is_oldest}
    known = any(is_oldest and quarter.date() <= starts[0] for quarter, *_numbers, is_oldest in found)
    numbers = [counted.get(start, (0, 0)) for start in starts]
    return Quarters(starts, [one for one, _p in numbers], [proposals for _one, proposals in numbers], known)


def first_of_quarter(day: date) -> date:
    """The first day of the quarter of `day`."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_before(first: date, back: int) -> date:
    """The first day of the quarter `back` quarters before the one that begins on `first`."""
    months = first.year * 12 + first.month - 1 - 3 * back
    return date(months // 12, months % 12 + 1, 1)


def by_age(access: Access, part: Part, today: date) -> list[int]:
    """How many are open now, by how long ago they came: up to each of `AGES`, and longer. One query."""
    edges = [midnight(today - timedelta(days=days)) for days in AGES]
    newer = [Q(created_at__gte=edge) for edge in edges]
    older = [Q(), *(Q(created_at__lt=edge) for edge in edges)]
    ranges = [condition & limit for condition, limit in zip([*newer, Q()], older, strict=True)]
    rows = records_of(access, part).filter(closed_at__isnull=True)
    found = rows.aggregate(**{f"age{n}": Count("pk", filter=of) for n, of in enumerate(ranges)})
    return [found[f"age{n}"] for n in range(len(ranges))]


def adopted(access: Access, part: Part, span: Span) -> int:
    """How many of those sent in, and carried out, are used in other units too. One query."""
    used = cases_of(access, part).filter(span.condition, adopted_by_others(span.end), state__in=CARRIED_OUT)
    return used.count()


def lacking(access: Access, part: Part, span: Span) -> tuple[int, Counter[str]]:
    """(how many of those sent in are put aside for want of means, how many lack each of them). One query."""
    rows = cases_of(access, part).filter(span.condition, state=LACKING).values_list("means", flat=True)
    found = list(rows)
    return len(found), Counter(one for row in found for one in row)


def verdicts(access: Access, part: Part, span: Span) -> tuple[int, int]:
    """(how many senders say that it got better, how many were heard) of what was sent in. One query."""
    mine = Verdict.objects.filter(record=OuterRef("pk"))
    newest = mine.order_by("-at", "-pk").values("better")[:1]
    asked = cases_of(access, part).filter(span.condition, Exists(mine)).annotate(better=Subquery(newest))
    found = asked.aggregate(heard=Count("pk"), better_for=Count("pk", filter=Q(better=True)))
    return found["better_for"], found["heard"]
