"""Gapless references per series and year."""

from datetime import date

from django.conf import settings

from qms.records.models import Counter


def next_reference(series: str, day: date) -> str:
    """Take the next number of `series` in the year of `day`: "F-2026-0132".

    Must run inside the transaction that creates the record: the counter's row stays locked until it
    ends, so simultaneous creations queue here and a rolled-back one leaves no gap. Take it last.
    """
    # A plain get_or_create would let two first comers of a year collide outside a savepoint.
    Counter.objects.bulk_create([Counter(series=series, year=day.year)], ignore_conflicts=True)
    counter = Counter.objects.select_for_update().get(series=series, year=day.year)
    counter.last += 1
    counter.save(update_fields=["last"])
    letter = settings.SERIES_LETTERS[series]
    return f"{letter}-{day.year}-{counter.last:04d}"
