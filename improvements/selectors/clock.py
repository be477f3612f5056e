"""How the promise of an answer stands, in words for the sender and for those who owe it."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements.models import Improvement
from qms.ui.dates import as_day, day_text, span_text
from qms.workdays import working_days_between

YEAR = 365  # so long after its day an answer is late by years and days, not by hundreds of working days


@dataclass(frozen=True)
class Clock:
    """The promise to the sender and what became of it, in a sentence; `late` when it was not kept.

    `stopped` says until when and why the clock stands still, empty while it runs.
    """

    sentence: str
    late: bool
    running: bool
    stopped: str = ""


def clock(record: Improvement) -> Clock | None:
    """How the promise of an answer stands. One query while it is owed.

    None where none was given, and where it ended without an answer: taken back, or going on in another.
    """
    if record.promised_by is None or (record.answered_at is None and not record.is_open):
        return None
    if record.answered_at:
        answered = as_day(record.answered_at)
        sentence = _answered(timezone.localdate(record.waits_from), answered)
        return Clock(sentence, answered > record.promised_by, running=False)
    late = timezone.localdate() > record.promised_by
    sentence = (
        _late(record) if late else _("Answer promised by %(day)s") % {"day": day_text(record.promised_by)}
    )
    return Clock(sentence, late, running=True, stopped=_stopped(record))


def _answered(sent: date, answered: date) -> str:
    if answered == sent:
        return _("Answered the same day")
    days = working_days_between(sent, answered)
    if days == 0:
        return _("Answered before the next working day")
    return ngettext("Answered after %(days)d working day", "Answered after %(days)d working days", days) % {
        "days": days
    }


def _late(record: Improvement) -> str:
    today, promised = timezone.localdate(), record.promised_by or timezone.localdate()
    if (today - promised).days >= YEAR:
        return _("Answer promised by %(day)s: %(span)s late") % {
            "day": day_text(promised),
            "span": span_text(promised, today),
        }
    days = working_days_between(promised, today)
    if days == 0:
        return _("Answer promised by %(day)s: the day has passed") % {"day": day_text(promised)}
    return ngettext(
        "Answer promised by %(day)s: %(days)d working day late",
        "Answer promised by %(day)s: %(days)d working days late",
        days,
    ) % {"days": days, "day": day_text(promised)}


def _stopped(record: Improvement) -> str:
    if record.pause is None:
        return ""
    return _("The clock stands still until %(day)s: %(reason)s") % {
        "day": day_text(record.pause.until),
        "reason": record.pause.reason,
    }
