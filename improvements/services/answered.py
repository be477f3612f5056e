"""That the sender has had an answer."""

from django.utils import timezone

from improvements.models import Improvement


def answered(record: Improvement) -> None:
    """The sender is answered now, if not before; whoever answers has looked at the case."""
    now = timezone.now()
    record.answered_at = record.answered_at or now
    record.opened_at = record.opened_at or now
