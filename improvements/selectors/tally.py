"""The numbers behind the figures, counted in the database: a constant number of queries, whatever there is.

Everything is about the cases sent in during a period (`Span`) in a part of the organisation, as far as the
reader sees them, so that a list with the same days shows exactly those counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Substr, TruncDate, TruncQuarter

from improvements.models import Channel, Improvement, Lane, Verdict
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
from improvements.workflow import NOT_NOW, RECEIVED
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


class Median(Aggregate):
    """The middle value; of an even number of values the lower of the two in the middle."""

    template = "percentile_disc(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()


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


@dataclass(frozen=True)
class Totals:
    """The numbers of one period; `waiting_days` is the median, None where nothing has been answered.

    `answered`, `judged` and `kept` are about the cases whose sender was promised an answer by a day.
    """

    sent: int
    senders: int
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


def totals(access: Access, part: Part, span: Span) -> tuple[Totals, Totals]:
    """The numbers of the period and of the one before. One query."""
    first = span.before.start - timedelta(days=LONGEST_ANSWER)
    waits = WorkingDays(
        TruncDate(Coalesce("restarted_at", "created_at")), TruncDate("answered_at"), first, span.end
    )
    names = {
        f"{name}_{when}": value
        for when, of in (("now", span), ("then", span.before))
        for name, value in _measures(of.condition, waits, span.end).items()
    }
    found = cases_of(access, part).filter(Span(span.before.start, span.end).condition).aggregate(**names)
    return _totals(found, "now"), _totals(found, "then")


def _measures(this: Q, waits: Any, today: date) -> dict[str, Any]:
    due = judged(today)
    return {
        "sent": Count("pk", filter=this),
        "persons": Count("created_by", filter=this, distinct=True),
        "unnamed": Count("pk", filter=this & Q(created_by=None)),
        "answered": Count("pk", filter=this & PROMISED & Q(answered_at__isnull=False)),
        "judged": Count("pk", filter=this & due),
        "kept": Count("pk", filter=this & IN_TIME),
        "waiting_days": Median(waits, filter=this & Q(answered_at__isnull=False)),
        "decided": Count("pk", filter=this & ~Q(lane=Lane.UNDECIDED)),
        "just_do": Count("pk", filter=this & Q(lane=Lane.JUST_DO)),
        "received": Count("pk", filter=this & Q(state=RECEIVED)),
        "doing": Count("pk", filter=this & DOING),
        "done": Count("pk", filter=this & Q(state__in=CARRIED_OUT)),
        "not_now": Count("pk", filter=this & Q(state=NOT_NOW)),
    }


# In progress: open, neither only received nor carried out already.
DOING = Q(closed_at__isnull=True) & ~Q(state__in=(RECEIVED, *CARRIED_OUT))


def _totals(found: Mapping[str, Any], when: str) -> Totals:
    taken = {
        name.removesuffix(f"_{when}"): value for name, value in found.items() if name.endswith(f"_{when}")
    }
    persons, unnamed = taken.pop("persons"), taken.pop("unnamed")
    return Totals(senders=persons + bool(unnamed), **taken)


# Those who sent without a name may all be one: they count as one sender.
_SENDERS = {
    "number": Count("pk"),
    "persons": Count("created_by", distinct=True),
    "unnamed": Count("pk", filter=Q(created_by=None)),
}


def _group(key: Any, row: Mapping[str, Any]) -> Group:
    return Group(str(key), row["number"], row["persons"] + bool(row["unnamed"]))


def by_category(access: Access, part: Part, span: Span) -> list[Group]:
    """How many of each sort, the commonest first. One query."""
    rows = cases_of(access, part).filter(span.condition).values("category").annotate(**_SENDERS)
    found = [_group(row["category"], row) for row in rows]
    return sorted(found, key=lambda group: (-group.count, group.key))


@dataclass(frozen=True)
class UnitTally:
    """A unit right below, with everything below it."""

    path: str
    group: Group
    judged: int
    kept: int
    done: int


def by_unit(access: Access, part: Part, span: Span) -> list[UnitTally]:
    """The units right below, each with everything below it, the one with most cases first. One query.

    What lies in the unit itself stands as one of them.
    """
    depth = part.unit.depth + 1 if part.unit else 2
    rows = (
        cases_of(access, part)
        .filter(span.condition)
        .values(branch=Substr("unit__path", 1, depth * Unit.steplen))
        .annotate(
            **_SENDERS,
            judged=Count("pk", filter=judged(span.end)),
            kept=Count("pk", filter=IN_TIME),
            done=Count("pk", filter=Q(state__in=CARRIED_OUT)),
        )
    )
    found = [
        UnitTally(row["branch"], _group(row["branch"], row), row["judged"], row["kept"], row["done"])
        for row in rows
    ]
    return sorted(found, key=lambda tally: (-tally.group.count, tally.path))


@dataclass(frozen=True)
class Quarters:
    """How many came in each of the last eight full quarters, the oldest first; None before anything came."""

    starts: list[date]
    counts: list[int]
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
        cases_of(access, part)
        .filter(created_at__gte=midnight(starts[0]), created_at__lt=midnight(this))
        .values(quarter=TruncQuarter("created_at"))
        .annotate(number=Count("pk"), is_oldest=Value(False))
        .values_list("quarter", "number", "is_oldest")
    )
    own = Record.objects.filter(kind=Improvement.KIND).exclude(improvement__channel=Channel.IMPORT)
    first = own.order_by("created_at", "id")[:1]
    oldest = first.values_list(TruncQuarter("created_at"), Value(0), Value(True))
    found = list(rows.union(oldest, all=True))
    counted = {quarter.date(): number for quarter, number, is_oldest in found if not is_oldest}
    known = any(is_oldest and quarter.date() <= starts[0] for quarter, _number, is_oldest in found)
    return Quarters(starts, [counted.get(start, 0) for start in starts], known)


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
    rows = Record.objects.visible_to(access).filter(part.condition, kind=Improvement.KIND).open().order_by()
    found = rows.aggregate(**{f"age{n}": Count("pk", filter=of) for n, of in enumerate(ranges)})
    return [found[f"age{n}"] for n in range(len(ranges))]


def adopted(access: Access, part: Part, span: Span) -> int:
    """How many of those sent in, and carried out, are used in other units too. One query."""
    used = cases_of(access, part).filter(span.condition, adopted_by_others(span.end), state__in=CARRIED_OUT)
    return used.count()


def verdicts(access: Access, part: Part, span: Span) -> tuple[int, int]:
    """(how many senders say that it got better, how many were heard) of what was sent in. One query."""
    mine = Verdict.objects.filter(record=OuterRef("pk"))
    newest = mine.order_by("-at", "-pk").values("better")[:1]
    asked = cases_of(access, part).filter(span.condition, Exists(mine)).annotate(better=Subquery(newest))
    found = asked.aggregate(heard=Count("pk"), better_for=Count("pk", filter=Q(better=True)))
    return found["better_for"], found["heard"]
