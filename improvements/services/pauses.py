"""Stopping the answer clock for a reason, and letting it go again.

Both are transitions (`improvements.workflow`): the sender is told, the timeline shows them. The working
days on which the clock stood are added to the promised day and to the dates of those who owe the answer.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from improvements.models import Improvement, Pause
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.ui.dates import day_text
from qms.workdays import add_working_days, working_days_between

LONGEST = 90  # days in all; who needs longer says "not now", which is an answer


def effect_pause(
    record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Stop the clock until a day. Raises RuleViolation when it stands already or the day is none."""
    today, until = timezone.localdate(), data.get("until")
    if record.pause:
        raise RuleViolation(
            _("The clock is stopped already, until %(day)s.") % {"day": day_text(record.pause.until)}
        )
    if not isinstance(until, date) or until <= today:
        raise RuleViolation(_("Choose a later day than today."), field="until")
    if until > today + timedelta(days=LONGEST - _stood(record)):
        raise RuleViolation(
            _("A clock stands still for at most %(days)d days in all. Say “not now” if it takes longer.")
            % {"days": LONGEST},
            field="until",
        )
    promised = record.promised_by or today
    record.pause = Pause.objects.create(
        case=record,
        starts=today,
        until=until,
        promised_before=promised,
        reason=comment,
        by=access.person,
        by_name=access.name,
    )
    _move_dates(record, working_days_between(today, until))
    return _details(record, promised, until)


def effect_resume(
    record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Let the clock go again before its day: the days it did not stand are taken back."""
    pause, today = record.pause, timezone.localdate()
    if pause is None:
        raise RuleViolation(_("The clock is running."))
    before = record.promised_by or today
    _move_dates(record, -working_days_between(today, pause.until))
    _end(record, pause)
    return _details(record, before, today)


def pause_over(record: Improvement) -> None:
    """The sender is answered, or owed no answer, while the clock stands: the days it did not stand are taken
    back of the promise, or what was late already would count as in time."""
    if record.pause:
        ahead = working_days_between(timezone.localdate(), record.pause.until)
        record.promised_by = _moved(record.promised_by, -ahead)
        _end(record, record.pause)


def _stood(record: Improvement) -> int:
    """How many days the clock has stood still since it began: stopped time and again it is no promise."""
    earlier = record.pauses.filter(starts__gte=timezone.localdate(record.waits_from))
    return sum((pause.until - pause.starts).days for pause in earlier)


def pause_end(record: Improvement) -> None:
    """The case is opened again: its new clock is not stopped by an old pause."""
    if record.pause:
        _end(record, record.pause)


def _end(record: Improvement, pause: Pause) -> None:
    pause.until = timezone.localdate()
    pause.save(update_fields=["until"])
    record.pause = None


def _details(record: Improvement, before: date, until: date) -> dict[str, Any]:
    promised = record.promised_by or before
    return {"until": until.isoformat(), "from": before.isoformat(), "promised": promised.isoformat()}


def _move_dates(record: Improvement, days: int) -> None:
    """Move the promise, and what everyone who owes the answer has to keep, by so many working days.

    What stands beside the answer keeps its day: no stop lengthens a term of the law.
    """
    record.promised_by = _moved(record.promised_by, days)
    record.due = _moved(record.due, days)
    owed = record.tasks.select_for_update().open().exclude(kind__in=record.kind_offer.standing)
    for task in owed:
        task.due = _moved(task.due, days)
        task.save(update_fields=["due"])


def _moved(day: date | None, days: int) -> date | None:
    return None if day is None else add_working_days(day, days)
