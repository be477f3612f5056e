"""That the sender has had an answer."""

from django.utils import timezone

from improvements.models import Improvement
from improvements.services.pauses import pause_answered


def answered(record: Improvement) -> None:
    """The sender is answered now, if not before; whoever answers has looked at the case.
    A clock that stood still stands no longer."""
    pause_answered(record)
    now = timezone.now()
    record.answered_at = record.answered_at or now
    record.opened_at = record.opened_at or now
