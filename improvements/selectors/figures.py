"""Figures about cases and actions: each says of how many, compared with what, and leads to its records.

What cannot be said is said: a figure without anything behind it is unknown, never 0 and never good.
"""

from datetime import date, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements.models import Action, Category
from improvements.selectors.part import home_part, part_of
from improvements.selectors.periods import (
    CARRIED_OUT,
    IN_TIME,
    answered_in_month,
    midnight,
    month_before,
    waits_past_its_day,
    year_before,
)
from improvements.selectors.tally import cases_of, records_of
from qms.contributions import Figure
from qms.organisation.access import Access
from qms.records.models import Record
from qms.ui.dates import span_text

OLD_DAYS = 30
SILENT_DAYS = 365  # so long without a single deviation says nothing about whether there are any


def answered_in_time(access: Access) -> Figure:
    """Of the answers given this month or late by now, how many came by the promised day.

    Compared with those given last month. What waits past its day counts as not kept: else a unit that has
    stopped answering would look as if it kept its word.
    """
    part, today = part_of(access), timezone.localdate()
    if part is None:
        return Figure(None)
    this, last = answered_in_month(today), answered_in_month(month_before(today))
    waits = waits_past_its_day(today)
    found = (
        cases_of(access, part)
        .filter(this | last | waits)
        .aggregate(
            now=Count("pk", filter=this | waits),
            waits=Count("pk", filter=waits),
            kept=Count("pk", filter=this & IN_TIME),
            before=Count("pk", filter=last),
            kept_before=Count("pk", filter=last & IN_TIME),
        )
    )
    if not found["now"]:
        return Figure(None, _("Nothing has been answered yet this month."))
    return Figure(
        found["kept"],
        ", ".join(filter(None, (_waits(found["waits"]), _kept_before(found, month_before(today))))),
        of=found["now"],
        url=part.address("improvements:list", only="answered_in_time", state="all"),
        trend=_trend(found),
    )


def _waits(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(n)d waits past its day", "%(n)d wait past their day", count) % {"n": count}


def _kept_before(found: dict[str, int], day: date) -> str:
    if not found["before"]:
        return ""
    return _("%(kept)d of %(all)d in %(month)s") % {
        "kept": found["kept_before"],
        "all": found["before"],
        "month": MONTHS[day.month],
    }


def _trend(found: dict[str, int]) -> str:
    if not found["before"]:
        return ""
    now, before = found["kept"] / found["now"], found["kept_before"] / found["before"]
    return "flat" if abs(now - before) < 0.01 else "up" if now > before else "fall"


def open_deviations(access: Access) -> Figure:
    """Deviations in which something is still expected, and how many of them are old.

    Where none has been reported for a year nobody knows whether there are any: looked up only where none is
    open.
    """
    part, today = part_of(access), timezone.localdate()
    if part is None:
        return Figure(None)
    deviations = records_of(access, part).filter(category=Category.DEVIATION)
    old = Q(created_at__lt=midnight(today - timedelta(days=OLD_DAYS)))
    found = deviations.filter(closed_at__isnull=True).aggregate(open=Count("pk"), old=Count("pk", filter=old))
    lately = midnight(today - timedelta(days=SILENT_DAYS))
    if not found["open"] and not deviations.filter(created_at__gte=lately).exists():
        return Figure(None, _("No deviation has been reported for a year, and that says nothing."))
    note = ngettext(
        "%(old)d is older than %(days)d days", "%(old)d are older than %(days)d days", found["old"]
    ) % {"old": found["old"], "days": OLD_DAYS}
    return Figure(
        found["open"],
        note if found["old"] else "",
        url=part.address("improvements:list", category=Category.DEVIATION),
    )


def actions_overdue(access: Access) -> Figure:
    """Actions past their date, of all that are open."""
    part, today = part_of(access), timezone.localdate()
    if part is None:
        return Figure(None)
    late = Q(due__lt=today)
    found = (
        Record.objects.visible_to(access)
        .filter(part.condition, kind=Action.KIND, closed_at__isnull=True)
        .order_by()
        .aggregate(open=Count("pk"), late=Count("pk", filter=late), oldest=Min("due", filter=late))
    )
    oldest = found["oldest"]
    note = _("The oldest is %(span)s late") % {"span": span_text(oldest, today)} if oldest else ""
    return Figure(
        found["late"],
        note,
        of=found["open"],
        url=part.address("improvements:actions", due="overdue"),
    )


def sent_this_year(access: Access) -> Figure:
    """What has been sent in this year, how much of it is carried out, and how it was last year by now."""
    part, today = home_part(access), timezone.localdate()
    if part is None:
        return Figure(None)
    first = today.replace(month=1, day=1)
    year_ago = year_before(today)
    this = Q(created_at__gte=midnight(first))
    last = Q(created_at__lt=midnight(year_ago + timedelta(days=1)))
    found = (
        records_of(access, part)
        .filter(this | last, created_at__gte=midnight(first.replace(year=first.year - 1)))
        .aggregate(
            now=Count("pk", filter=this),
            done=Count("pk", filter=this & Q(state__in=CARRIED_OUT)),
            before=Count("pk", filter=last),
        )
    )
    note = _("%(done)d carried out") % {"done": found["done"]}
    if found["before"]:
        note = _("%(done)d carried out, %(before)d sent in by this time last year") % found
    address = part.address("improvements:list", state="all", **{"from": first.isoformat()})
    return Figure(found["now"], note, url=address)
