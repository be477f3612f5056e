"""Points in time here, for tests in which the clock stands."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Stockholm")


def at(text: str) -> datetime:
    """ "2026-11-16 08:00" as it is on the clock in the town hall."""
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def day(text: str) -> date:
    """A calendar day."""
    return date.fromisoformat(text)
