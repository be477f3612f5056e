"""How each way in is doing, for those who follow a part of the organisation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements.models import SILENT, Heartbeat, Pulse
from improvements.selectors.part import Part, part_of
from qms.contributions import Figure
from qms.organisation.access import Access
from qms.ui.dates import moment_text

FRESH = timedelta(days=2)  # an older check says nothing about today


@dataclass(frozen=True)
class Ways:
    """The ways in of a part, the silent ones first, and when they were last looked at."""

    rows: list[Heartbeat]
    checked_at: datetime | None
    silent: int
    known: int
    unknown: int

    @property
    def silent_rows(self) -> list[Heartbeat]:
        """Those to do something about."""
        return [row for row in self.rows if row.pulse in SILENT]

    @property
    def other_rows(self) -> list[Heartbeat]:
        """Those that work, and those about which nothing can be known."""
        return [row for row in self.rows if row.pulse not in SILENT]

    @property
    def is_fresh(self) -> bool:
        """Whether the check is new enough to say how things are."""
        return self.checked_at is not None and timezone.now() - self.checked_at <= FRESH


def ways_in(part: Part, *, limit: int) -> Ways:
    """The ways in of `part`: two queries. Units that nothing ever came to are only counted."""
    here = _of(part)
    found = here.aggregate(**_COUNTS, at=Max("checked_at"))
    rows = (
        here.filter(count__gt=0).select_related("unit").order_by(_worst_first(), "waits_since", "unit__path")
    )
    return Ways(list(rows[:limit]), found["at"], found["silent"], found["known"], found["unknown"])


def ways_in_card(access: Access) -> Figure:
    """How many ways in are silent, of those about which anything is known. Two queries."""
    part = part_of(access)
    if part is None:
        return Figure(None)
    found = _of(part).aggregate(**_COUNTS, at=Max("checked_at"))
    url = part.address("improvements:heartbeat")
    if found["at"] is None:
        return Figure(None, _("Has not been looked at yet."), url=url)
    if timezone.now() - found["at"] > FRESH:
        return Figure(
            None, _("Was last looked at %(moment)s.") % {"moment": moment_text(found["at"])}, url=url
        )
    unknown = _("about %(n)d more nothing can be known") % {"n": found["unknown"]}
    return Figure(
        found["silent"],
        unknown if found["unknown"] else "",
        of=found["known"],
        url=url,
        tone="danger" if found["silent"] else "",
    )


_KNOWN = ~Q(pulse=Pulse.UNKNOWN)
_COUNTS: dict[str, Any] = {
    "silent": Count("pk", filter=Q(pulse__in=SILENT)),
    "known": Count("pk", filter=_KNOWN),
    "unknown": Count("pk", filter=~_KNOWN),
}


def _of(part: Part) -> QuerySet[Heartbeat]:
    return Heartbeat.objects.filter(part.condition)


def _worst_first() -> Case:
    order = [When(pulse=value, then=Value(place)) for place, value in enumerate(Pulse.values)]
    return Case(*order, output_field=IntegerField())
