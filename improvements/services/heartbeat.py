"""Each way in has a heartbeat: what was last received, opened and answered there; and when it is silent.

The rules, in the order in which they count (the page says them in words):
- nobody opens: something was to be answered by a day that has passed, nobody who handles it has looked at
  it, nor at anything else since it came: a single case left lying is late, but the way in is not silent;
- nobody answers: something should have been answered `STUCK` working days ago or more, and nothing has
  been answered since it came;
- has gone quiet: nothing has come for `SILENCE` times as long as usual, nor for `SHORTEST` days;
- unknown: fewer than `ENOUGH` came in the time looked at, so nobody can say what is usual. What is
  brought over from an older system comes when somebody brings it: there nothing is usual.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from improvements import permissions
from improvements.models import Channel, Heartbeat, Improvement, Pulse
from improvements.selectors.periods import midnight
from improvements.services.escalation import SPREADS
from improvements.workflow import RECEIVED
from qms.organisation.access import Access
from qms.organisation.selectors import units_in_force
from qms.workdays import add_working_days

LOOKED_AT = 730  # days
ENOUGH = 5  # cases
SILENCE = 2.0  # times the usual
SHORTEST = 14  # days; a unit that gets something every day has not gone quiet on a Thursday
STUCK = 10  # working days


def case_opened(record: Improvement, access: Access) -> None:
    """Note that somebody who handles the case has looked at it: the first time, once.

    One statement, without history: it says nothing about the case itself. Its sender does not count.
    """
    if record.opened_at or record.created_by_id in access.acts_for:
        return
    if access.can(permissions.HANDLE, record):
        Improvement.objects.filter(pk=record.pk, opened_at=None).update(opened_at=timezone.now())


@dataclass(frozen=True)
class Beat:
    """What is known about one way in: times, how many came, and what has waited longest."""

    first_at: datetime | None = None
    received_at: datetime | None = None
    opened_at: datetime | None = None
    answered_at: datetime | None = None
    count: int = 0
    unread_since: datetime | None = None
    stuck_since: datetime | None = None
    comes_by_itself: bool = True

    @property
    def usual_days(self) -> float | None:
        """How many days usually lie between two cases; None when too few came to say."""
        if self.first_at is None or self.received_at is None:
            return None
        if self.count < ENOUGH or not self.comes_by_itself:
            return None
        return (self.received_at - self.first_at) / timedelta(days=1) / (self.count - 1)


def pulse(beat: Beat, now: datetime) -> Pulse:
    """How a way in is doing, by the rules above. Pure."""
    if beat.unread_since and not (beat.opened_at and beat.opened_at > beat.unread_since):
        return Pulse.UNREAD
    if beat.stuck_since and not (beat.answered_at and beat.answered_at > beat.stuck_since):
        return Pulse.UNANSWERED
    if beat.usual_days is None or beat.received_at is None:
        return Pulse.UNKNOWN
    longest = timedelta(days=max(SILENCE * beat.usual_days, SHORTEST))
    return Pulse.QUIET if now - beat.received_at > longest else Pulse.WELL


@transaction.atomic
def heartbeats_check(*, access: Access) -> int:
    """Look at every way in of every unit in force and keep what was found. Returns how many are silent.

    What is more closely kept than restricted is not counted: that a unit has such a case is told nobody.
    """
    now = timezone.now()
    beats = _beats(now)
    rows = [
        _row(unit_id, channel, beat, now)
        for unit_id in units_in_force().values_list("pk", flat=True)
        for channel, beat in beats.get(unit_id, {"": Beat()}).items()
    ]
    Heartbeat.objects.all().delete()
    Heartbeat.objects.bulk_create(rows)
    return sum(row.pulse in (Pulse.UNREAD, Pulse.UNANSWERED, Pulse.QUIET) for row in rows)


def _row(unit_id: int, channel: str, beat: Beat, now: datetime) -> Heartbeat:
    found = pulse(beat, now)
    waits = {
        Pulse.UNREAD: beat.unread_since,
        Pulse.UNANSWERED: beat.stuck_since,
        Pulse.QUIET: beat.received_at,
    }
    return Heartbeat(
        unit_id=unit_id,
        channel=channel,
        received_at=beat.received_at,
        opened_at=beat.opened_at,
        answered_at=beat.answered_at,
        count=beat.count,
        usual_days=beat.usual_days,
        waits_since=waits.get(found),
        pulse=found,
        checked_at=now,
    )


def _beats(now: datetime) -> dict[int, dict[str, Beat]]:
    """What is known, by unit and channel. One query."""
    today = timezone.localdate(now)
    since = midnight(today - timedelta(days=LOOKED_AT))
    waits = Q(state=RECEIVED)
    unread = waits & Q(opened_at=None, promised_by__lt=today)
    stuck = waits & Q(promised_by__lte=add_working_days(today, -STUCK))
    came = Coalesce("restarted_at", "created_at")  # what was opened again waits from then on
    rows: Any = Improvement.objects.filter(created_at__gte=since, visibility__in=SPREADS).order_by()
    found = rows.values("unit_id", "channel").annotate(
        first=Min("created_at"),
        received=Max("created_at"),
        opened=Max("opened_at"),
        answered=Max("answered_at"),
        number=Count("pk"),
        unread=Min(came, filter=unread),
        stuck=Min(came, filter=stuck),
    )
    beats: dict[int, dict[str, Beat]] = defaultdict(dict)
    for row in found:
        beats[row["unit_id"]][row["channel"]] = Beat(
            row["first"],
            row["received"],
            row["opened"],
            row["answered"],
            row["number"],
            row["unread"],
            row["stuck"],
            comes_by_itself=row["channel"] != Channel.IMPORT,
        )
    return beats
