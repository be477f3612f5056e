"""That the sender has had an answer, or is owed none any more."""

from django.utils import timezone

from improvements.models import Improvement
from improvements.services.pauses import pause_over


def answered(record: Improvement) -> None:
    """The sender is answered now, if not before; whoever answers has looked at the case.
    A clock that stood still stands no longer."""
    pause_over(record)
    now = timezone.now()
    record.answered_at = record.answered_at or now
    record.opened_at = record.opened_at or now


def unanswered(record: Improvement) -> None:
    """No answer is owed any more. That the sender waited past the promised day for one is not forgotten,
    should the case be opened again."""
    pause_over(record)
    if record.answered_at is None and record.promised_by:
        record.broke_promise |= timezone.localdate() > record.promised_by
