"""What cases say about the clauses of ISO 9001 and for the management review.

Cases sent in during the last twelve months are counted, so that a list with that first day shows exactly
them. Silence is no evidence: where nobody has sent in anything the answer is unknown.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements.models import Category, EffectCheck, Improvement, Means
from improvements.selectors.periods import CARRIED_OUT, VOICES, adopted_by_others, midnight
from improvements.workflow import LACKING, RECEIVED
from qms.contributions import Evidence, Figure, Met
from qms.organisation.access import Access
from qms.records.models import Record

STANDARD = "iso9001-2015"
DAYS = 365


@dataclass(frozen=True)
class Asked:
    """What a clause asks of cases: of which sorts (none: all), whether some must have been carried out,
    whether it must have been judged that it helped, and whether it is told how it spreads."""

    categories: tuple[Category, ...] = ()
    done: bool = False
    helped: bool = False
    spread: bool = False


CLAUSES: Mapping[str, Asked] = {
    "8.7": Asked((Category.DEVIATION,)),
    "9.1.2": Asked(VOICES),
    "10.1": Asked(done=True),
    "10.2": Asked((Category.DEVIATION,), done=True, helped=True),
    "10.3": Asked((Category.PROPOSAL,), done=True, spread=True),
}
KEYS = frozenset((STANDARD, clause) for clause in CLAUSES)

_FINISHED = Q(state__in=CARRIED_OUT)


def _judged(result: str) -> Q:
    """Cases of which an effect has been judged so."""
    return Q(pk__in=EffectCheck.objects.filter(result=result).order_by().values("record"))


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
            helped=Count("pk", filter=_judged(EffectCheck.Result.WORKED)),
            used=Count("pk", filter=adopted_by_others(today)),
            latest=Max("created_at"),
        )
    )
    by_category = {row["category"]: row for row in rows}
    return {(STANDARD, clause): _evidence(by_category, asked, since) for clause, asked in CLAUSES.items()}


def _evidence(rows: Mapping[str, Mapping[str, Any]], asked: Asked, since: date) -> Evidence:
    chosen = [row for category, row in rows.items() if not asked.categories or category in asked.categories]
    found = {key: sum(row[key] for row in chosen) for key in ("all", "done", "late", "helped", "used")}
    if not found["all"]:
        return Evidence(Met.UNKNOWN, note=_("Nothing of the kind has been sent in for a year."))
    note = _("%(done)d of %(all)d carried out, %(late)d wait past the promised day") % found
    if asked.done:
        note = f"{note}. {_helped(found)}"
    if asked.spread and found["used"]:
        used = ngettext(
            "%(used)d is used in other units too.", "%(used)d are used in other units too.", found["used"]
        )
        note = f"{note} {used % found}"
    lacks = found["late"] or (asked.done and not found["done"]) or (asked.helped and not found["helped"])
    latest = timezone.localdate(max(row["latest"] for row in chosen))
    met = Met.PARTIAL if lacks else Met.MET
    return Evidence(met, found["all"], latest, _list(since, asked.categories), note)


def _helped(found: Mapping[str, int]) -> str:
    if not found["helped"]:
        return _("Of none has it been judged whether it helped.")
    return ngettext(
        "Of %(helped)d it has been judged that it helped.",
        "Of %(helped)d it has been judged that they helped.",
        found["helped"],
    ) % {"helped": found["helped"]}


def _list(since: date, categories: tuple[Category, ...], until: date | None = None, **more: str) -> str:
    """The list with exactly the cases counted."""
    given = {"state": "all", "from": since.isoformat(), **more}
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
    this = _sent(start, end)
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


def review_means(access: Access, start: date, end: date) -> Figure:
    """What could not be done for want of means, of what was sent in in the period (9.3.2 d). One query."""
    rows = (
        Improvement.objects.visible_to(access)
        .filter(_sent(start, end), state=LACKING)
        .order_by()
        .values_list("means", flat=True)
    )
    means = Counter(one for row in rows for one in row)
    if not rows:
        note = _("Nothing was put aside for want of means.")
        return Figure(0, note, url=_list(start, (), end, state=LACKING))
    parts = (f"{Means(one).label} {count}" for one, count in means.most_common())
    return Figure(len(rows), ", ".join(parts), url=_list(start, (), end, state=LACKING))


def review_effects(access: Access, start: date, end: date) -> Figure:
    """Of how many cases judged in the period the last judgement was that it had helped (9.3.2 c4). One
    query."""
    since, until = midnight(start), midnight(end + timedelta(days=1))
    seen = Improvement.objects.visible_to(access).order_by().values("pk")
    checks = EffectCheck.objects.filter(judged_at__gte=since, judged_at__lt=until, record__in=seen)
    newest = checks.order_by("record", "-judged_at", "-pk").distinct("record")
    results = list(newest.values_list("result", flat=True))
    if not results:
        return Figure(None, _("No effect has been judged in the period."))
    worked = results.count(EffectCheck.Result.WORKED)
    again = len(results) - worked
    note = ngettext("%(again)d went round once more", "%(again)d went round once more", again)
    url = _list(start, (), end, only="tested")
    return Figure(worked, note % {"again": again}, of=len(results), url=url)


def _sent(start: date, end: date) -> Q:
    return Q(created_at__gte=midnight(start), created_at__lt=midnight(end + timedelta(days=1)))
