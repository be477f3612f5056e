"""What cases say about the clauses of ISO 9001 and for the management review.

Cases sent in during the last twelve months are counted, so that a list with that first day shows exactly
them. Silence is no evidence: where nobody has sent in anything the answer is unknown.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements.models import Category, Improvement
from improvements.selectors.periods import CARRIED_OUT, VOICES, midnight
from improvements.workflow import RECEIVED
from qms.contributions import Evidence, Figure, Met
from qms.organisation.access import Access
from qms.records.models import Record

STANDARD = "iso9001-2015"
DAYS = 365
# A clause, the sorts of case that speak of it (none: all), and whether carrying out is asked for.
CLAUSES: Mapping[str, tuple[tuple[Category, ...], bool]] = {
    "8.7": ((Category.DEVIATION,), False),
    "9.1.2": (VOICES, False),
    "10.1": ((), True),
    "10.2": ((Category.DEVIATION,), True),
    "10.3": ((Category.PROPOSAL,), True),
}
KEYS = frozenset((STANDARD, clause) for clause in CLAUSES)

_FINISHED = Q(state__in=CARRIED_OUT)


def evidence(access: Access) -> dict[tuple[str, str], Evidence]:
    """The answer for every clause at once: one query."""
    today = timezone.localdate()
    since = today - timedelta(days=DAYS)
    unanswered = Q(state=RECEIVED, due__lt=today)
    rows = (
        Record.objects.visible_to(access)
        .filter(kind=Improvement.KIND, created_at__gte=midnight(since))
        .order_by()
        .values("category")
        .annotate(
            all=Count("pk"),
            done=Count("pk", filter=_FINISHED),
            late=Count("pk", filter=unanswered),
            latest=Max("created_at"),
        )
    )
    by_category = {row["category"]: row for row in rows}
    return {
        (STANDARD, clause): _evidence(by_category, categories, since, must_finish=must_finish)
        for clause, (categories, must_finish) in CLAUSES.items()
    }


def _evidence(
    rows: Mapping[str, Mapping[str, Any]], categories: tuple[Category, ...], since: date, *, must_finish: bool
) -> Evidence:
    chosen = [row for category, row in rows.items() if not categories or category in categories]
    count = sum(row["all"] for row in chosen)
    if not count:
        return Evidence(Met.UNKNOWN, note=_("Nothing of the kind has been sent in for a year."))
    done, late = sum(row["done"] for row in chosen), sum(row["late"] for row in chosen)
    note = _("%(done)d of %(count)d carried out, %(late)d wait past the promised day") % {
        "done": done,
        "count": count,
        "late": late,
    }
    met = Met.PARTIAL if late or (must_finish and not done) else Met.MET
    latest = timezone.localdate(max(row["latest"] for row in chosen))
    return Evidence(met, count, latest, _list(since, categories), note)


def _list(since: date, categories: tuple[Category, ...], until: date | None = None) -> str:
    """The list with exactly the cases counted."""
    given = {"state": "all", "from": since.isoformat()}
    if until:
        given["to"] = until.isoformat()
    if categories == VOICES:
        given["only"] = "voices"
    elif categories:
        given["category"] = categories[0].value
    return f"{reverse('improvements:list')}?{urlencode(given)}"


def review_deviations(access: Access, start: date, end: date) -> Figure:
    """Nonconformities and corrective actions in the period (9.3.2 c4)."""
    return _sent_in(access, start, end, Category.DEVIATION)


def review_voices(access: Access, start: date, end: date) -> Figure:
    """What those we are there for have complained of in the period (9.3.2 c1)."""
    return _sent_in(access, start, end, Category.COMPLAINT)


def review_proposals(access: Access, start: date, end: date) -> Figure:
    """Opportunities for improvement that people saw in the period (9.3.2 f)."""
    return _sent_in(access, start, end, Category.PROPOSAL)


def _sent_in(access: Access, start: date, end: date, category: Category) -> Figure:
    """How many were sent in from `start` to `end`, compared with as many days before. One query."""
    before = start - (end - start) - timedelta(days=1)
    this = Q(created_at__gte=midnight(start), created_at__lt=midnight(end + timedelta(days=1)))
    last = Q(created_at__gte=midnight(before), created_at__lt=midnight(start))
    found = (
        Record.objects.visible_to(access)
        .filter(this | last, kind=Improvement.KIND, category=category)
        .order_by()
        .aggregate(
            now=Count("pk", filter=this),
            done=Count("pk", filter=this & _FINISHED),
            before=Count("pk", filter=last),
        )
    )
    if not found["now"] and not found["before"]:
        return Figure(None, _("None has been sent in, neither now nor in the period before."))
    note = _("%(done)d of them carried out; %(before)d in the period before") % found
    now, earlier = found["now"], found["before"]
    trend = "flat" if now == earlier else "up" if now > earlier else "fall"
    return Figure(now, note, url=_list(start, (category,), end), trend=trend)
