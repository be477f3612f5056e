"""The days that people write in lists."""

import re
from datetime import date

from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.records.imports.sheet import quoted

_WHOLE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTS = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?")
_WORDS = re.compile(r"(?:den )?(\d{1,2})\.? ([a-z]{3,9})\.? (\d{4})", re.IGNORECASE)
# In Swedish, Norwegian and English, each also cut after three letters.
_MONTHS = (
    ("januari", "januar", "january"),
    ("februari", "februar", "february"),
    ("mars", "march"),
    ("april",),
    ("maj", "mai", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("augusti", "august"),
    ("september", "sept"),
    ("oktober", "october"),
    ("november",),
    ("december", "desember"),
)
_MONTH = {
    short: number
    for number, names in enumerate(_MONTHS, start=1)
    for name in names
    for short in (name, name[:3])
}


def day_of(text: str) -> date | None:
    """The day a cell says; None when it is empty. Raises RuleViolation for anything else, also for days that
    could be another: 3/4 is April to some and March to others."""
    if not text:
        return None
    try:
        return date(*_numbers(text))
    except (ValueError, KeyError) as error:
        raise RuleViolation(
            _("“%(text)s” is no date: write it as 2026-11-20.") % {"text": quoted(text)}
        ) from error


def _numbers(text: str) -> tuple[int, int, int]:
    """Year, month and day. Raises ValueError, or KeyError for a month that is none."""
    if whole := _WHOLE.fullmatch(text):
        return int(whole[1]), int(whole[2]), int(whole[3])
    if parts := _PARTS.fullmatch(text):
        return int(parts[1]), int(parts[3]), int(parts[4])
    if words := _WORDS.fullmatch(text):
        return int(words[3]), _MONTH[words[2].lower()], int(words[1])
    raise ValueError(text)
