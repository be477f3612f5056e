"""Gapless references per series and year."""

from datetime import date

from django.conf import settings

from qms.sql import Question

# One statement, because everybody else who creates something waits for this row until we are done.
_NEXT = Question("""INSERT INTO records_counter (series, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (series, year) DO UPDATE SET last = records_counter.last + 1 RETURNING last""")


def next_reference(series: str, day: date) -> str:
    """Take the next number of `series` in the year of `day`: "F-2026-0132".

    Must run inside the transaction that creates the record: the counter's row stays locked until it
    ends, so simultaneous creations queue here and a rolled-back one leaves no gap. Take it last.
    """
    ((number,),) = _NEXT.fetch([series, day.year])
    letter = settings.SERIES_LETTERS[series]
    return f"{letter}-{day.year}-{number:04d}"
