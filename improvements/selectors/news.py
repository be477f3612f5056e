"""What became of the proposals, and what is open in a unit."""

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements.models import Improvement
from improvements.workflow import CLOSED, DONE
from qms.contributions import NewsLine, Rows
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.models import Record
from qms.ui.dates import due_text

NEWEST = 5
SOONEST = 5


def what_became(access: Access) -> list[NewsLine]:
    """The latest that were carried out, where the person sees them. One query."""
    done = (
        Record.objects.visible_to(access)
        .filter(kind=Improvement.KIND, state__in=(DONE, CLOSED))
        .select_related("unit", "created_by")
        .defer("search")
        .order_by("-changed_at", "-id")
    )
    return [
        NewsLine(record.title, record.get_absolute_url(), _became(record), record.icon)
        for record in done[:NEWEST]
    ]


def _became(record: Record) -> str:
    """ "Leila Haddad proposed it, done in 9 days"; of a restricted one nobody is named."""
    until = record.closed_at or record.state_since
    days = (timezone.localdate(until) - timezone.localdate(record.created_at)).days
    done = ngettext("done in %(days)d day", "done in %(days)d days", max(days, 1)) % {"days": max(days, 1)}
    if record.created_by and not record.is_restricted:
        return _("%(name)s proposed it, %(done)s") % {"name": record.created_by.name, "done": done}
    return f"{record.unit.name}, {done}"


def open_in_unit(access: Access, unit: Unit) -> Rows:
    """The cases in a unit and below that wait, soonest first, and how many there are. Two queries."""
    rows = (
        Record.objects.visible_to(access)
        .open()
        .filter(kind=Improvement.KIND, unit_id__in=Unit.objects.under([unit.path]).order_by().values("pk"))
    )
    soonest = rows.defer("search").order_by(F("due").asc(nulls_last=True), "pk")[:SOONEST]
    lines = [
        NewsLine(record.title, record.get_absolute_url(), _waits(record), record.icon) for record in soonest
    ]
    return Rows(lines, rows.order_by().count(), f"{reverse('improvements:list')}?unit={unit.pk}")


def _waits(record: Record) -> str:
    due = due_text(record.due).text if record.due else ""
    return ", ".join(part for part in (record.reference, str(record.state_offer.label), due) if part)
