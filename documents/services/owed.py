"""What a worker makes of versions beside people's requests: taken by one, tried again, never lost.

The row of what is owed stands before anybody is asked for it (`documents.models.owed`). A worker takes it for
a while; when it is killed, another follows. What fails is noted on the row, in the language of the house, and
tried again, at longer and longer intervals.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.models.owed import FAILED, PENDING, READY, Owed, OwedQuerySet
from qms.exceptions import RuleViolation

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # longer than any try takes
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
LATER = timedelta(hours=8)  # between all further tries: it is never given up
MOST_LOST = 4  # tries that end without an answer (a worker was killed each time) before it counts as failed
SWEEP_SECONDS = 45.0
SWEEP_MOST = 200

R = TypeVar("R", bound=Owed)


@dataclass(frozen=True)
class Work(Generic[R]):
    """One sort of what is owed.

    `make` makes it and keeps it; it says whether it is there now, and raises whatever goes wrong. `note`
    writes down a state, its fault, and how long to wait until the next try. `lost` is the fault of a row
    whose workers were all killed.
    """

    rows: type[R]
    make: Callable[[R], bool]
    note: Callable[[R, str, str, timedelta], None]
    lost: Promise


def work_do(work: Work[R], version_id: int) -> bool:
    """Make what is owed of a version, unless it is not or somebody else does.

    Returns whether it is there now. Whatever goes wrong is written on its row and tried again.
    """
    with override(settings.LANGUAGE_CODE):
        row = claim(work, version_id)
        if row is None:
            return False
        try:
            return work.make(row)
        except Exception as fault:  # whatever it is: it must show, and be tried again
            name = work.rows._meta.verbose_name_raw
            log.exception("The %s of %s could not be made, try %s", name, row.version, row.attempts)
            work.note(row, FAILED, _said(fault), _wait(row.attempts))
            return False


def claim(work: Work[R], version_id: int) -> R | None:
    """Take a row for this worker; of several who try, the conditional UPDATE lets one through."""
    rows: OwedQuerySet[R] = work.rows._default_manager.all()  # type: ignore[assignment]
    due = rows.owed().filter(version=version_id).values_list("pk", flat=True).first()
    if due is None:
        return None
    taken = rows.owed().filter(pk=due)  # by its own key: another may stand in its place by now
    if not taken.update(claimable_at=timezone.now() + LEASE, attempts=F("attempts") + 1):
        return None
    row: R | None = rows.select_related("version__document__type").filter(pk=due).first()
    if row is None:
        return None
    if row.state == PENDING and row.attempts > MOST_LOST:
        work.note(row, FAILED, str(work.lost), LATER)
        return None
    return row


def still_ours(row: R) -> OwedQuerySet[R]:
    """The row, unless another worker has taken or finished it meanwhile: what is updated if it is not."""
    rows: OwedQuerySet[R] = type(row)._default_manager.filter(pk=row.pk, attempts=row.attempts)  # type: ignore[assignment]
    return rows.exclude(state=READY)


def work_sweep(work: Work[R]) -> str:
    """Make what is owed and was not made at once: a worker or the broker was down, or a try failed."""
    made, start = 0, time.monotonic()
    rows: OwedQuerySet[R] = work.rows._default_manager.all()  # type: ignore[assignment]
    due = rows.owed().order_by("claimable_at", "pk").values_list("version_id", flat=True)
    for version_id in list(due[:SWEEP_MOST]):
        made += work_do(work, version_id)
        if time.monotonic() - start > SWEEP_SECONDS:
            break
    return _("%(made)d made, %(left)d left") % {"made": made, "left": rows.missing().count()}


def _wait(attempts: int) -> timedelta:
    return WAITS[attempts - 1] if attempts <= len(WAITS) else LATER


def _said(fault: Exception) -> str:
    """What is told of a fault: our own sentences as they are, others by their name."""
    return str(fault) if isinstance(fault, RuleViolation) else f"{type(fault).__name__}: {fault}"
