"""What became of the proposals: everywhere a person sees them, and in one unit."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements.models import Category, Improvement
from improvements.selectors.part import Part
from improvements.selectors.periods import CARRIED_OUT
from improvements.workflow import RECEIVED
from qms.contributions import NewsLine, Rows
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.models import Record
from qms.ui.dates import day_text, span_text

NEWEST = 5
ENDED_DAYS = 14  # so long what has ended stands among what one has sent in


def what_became(access: Access) -> list[NewsLine]:
    """The latest that were carried out, where the person sees them. One query."""
    return _lines(_carried_out(access))


def sent_by_me(access: Access) -> list[NewsLine]:
    """What the person has sent in that is open or ended lately, and how it stands. One query."""
    if access.person is None:
        return []
    lately = timezone.now() - timedelta(days=ENDED_DAYS)
    mine = Record.objects.visible_to(access).filter(kind=Improvement.KIND, created_by=access.person)
    shown = mine.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=lately)).for_lists()
    return [
        NewsLine(case.title, case.get_absolute_url(), _stands(case), case.icon)
        for case in shown.order_by("-created_at", "-id")[:NEWEST]
    ]


def _stands(case: Record) -> str:
    state = str(case.state_offer.label)
    if case.state != RECEIVED or case.due is None:
        return state
    if case.due < timezone.localdate():
        promise = _("Answer promised by %(day)s: the day has passed")
    else:
        promise = _("Answer promised by %(day)s")
    return f"{state}. {promise % {'day': day_text(case.due)}}"


def carried_out_in_unit(access: Access, unit: Unit) -> Rows:
    """The latest that were carried out in a unit and below, and how many there are. Two queries."""
    part = Part(unit)
    rows = _carried_out(access).filter(part.condition)
    address = part.address("improvements:list", only="carried_out", state="all")
    return Rows(_lines(rows), rows.order_by().count(), address)


def _carried_out(access: Access) -> QuerySet[Record]:
    seen: QuerySet[Record] = Record.objects.visible_to(access)
    return seen.filter(kind=Improvement.KIND, state__in=CARRIED_OUT)


def _lines(records: QuerySet[Record]) -> list[NewsLine]:
    newest = records.select_related("unit", "created_by").defer("search").order_by("-changed_at", "-id")
    return [
        NewsLine(record.title, record.get_absolute_url(), _became(record), record.icon)
        for record in newest[:NEWEST]
    ]


def _became(record: Record) -> str:
    """ "Leila Haddad proposed it, done in 9 days"; of a restricted one nobody is named."""
    until = record.closed_at or record.state_since
    span = span_text(timezone.localdate(record.created_at), timezone.localdate(until))
    done = _("done in %(span)s") % {"span": span}
    if record.created_by and not record.is_restricted:
        proposed = record.category == Category.PROPOSAL
        became = _("%(name)s proposed it, %(done)s") if proposed else _("%(name)s sent it in, %(done)s")
        return became % {"name": record.created_by.name, "done": done}
    return f"{record.unit.name}, {done}"
