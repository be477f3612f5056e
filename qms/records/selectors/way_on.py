"""Where one goes on when something is done: to the next task, else to the start page."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from qms.organisation.access import Access
from qms.records.models import Record, Task
from qms.sql import Question

JUST = timedelta(minutes=10)  # so long a page tells the way on to whoever did something there

# Whether a person has seen to something that waited with a record, lately.
_DONE_HERE = Question(
    "SELECT FROM records_task WHERE record_id = %s AND closed_by_id = %s AND closed_at >= %s"
    f" AND outcome IN ('{Task.Outcome.DONE}', '{Task.Outcome.MOVED}') LIMIT 1"
)


@dataclass(frozen=True)
class WayOn:
    """What waits next for the person; without a `task` nothing does."""

    task: Task | None


def way_on(access: Access) -> WayOn:
    """The soonest of what waits for the person. One query."""
    waiting = Task.objects.open().of(access).select_related("record", "record__unit").defer("record__search")
    return WayOn(waiting.soonest_first().first())


def way_on_from(record: Record, access: Access, *, is_mine: bool) -> WayOn | None:
    """The way on from the page of `record`, for whoever has just done there what waited; None for others, and
    while more waits there (`is_mine`). One query, one more for whoever has."""
    if is_mine or access.person is None:
        return None
    done = _DONE_HERE.fetch([record.pk, access.person.pk, timezone.now() - JUST])
    return way_on(access) if done else None
