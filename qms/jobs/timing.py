"""When a scheduled job is due, as data. A slot is one place in its timetable, kept in UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from django.utils import timezone


class Timing(Protocol):
    """A timetable: which slot is the latest one due, and which comes after it."""

    @property
    def kept(self) -> timedelta:
        """How long the ledger keeps finished runs."""

    def latest(self, now: datetime) -> datetime:
        """The latest slot that is not later than `now`."""

    def following(self, moment: datetime) -> datetime:
        """The first slot later than `moment`."""


@dataclass(frozen=True)
class Every:
    """Every so many minutes, counted from midnight UTC."""

    minutes: int

    @property
    def kept(self) -> timedelta:
        """Two days: thousands of equal lines help nobody."""
        return timedelta(days=2)

    def latest(self, now: datetime) -> datetime:
        step = self.minutes * 60
        return datetime.fromtimestamp(now.timestamp() // step * step, tz=UTC)

    def following(self, moment: datetime) -> datetime:
        return self.latest(moment) + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Daily:
    """Once each calendar day, at a local time. Each day has one slot, also when the clocks change:
    a time that does not exist in spring is an hour later, of two in autumn the first counts."""

    at: time

    @property
    def kept(self) -> timedelta:
        """A year."""
        return timedelta(days=365)

    def latest(self, now: datetime) -> datetime:
        today = timezone.localdate(now)
        slot = self._on(today)
        return slot if slot <= now else self._on(today - timedelta(days=1))

    def following(self, moment: datetime) -> datetime:
        today = timezone.localdate(moment)
        slot = self._on(today)
        return slot if slot > moment else self._on(today + timedelta(days=1))

    def _on(self, day: date) -> datetime:
        return datetime.combine(day, self.at, tzinfo=timezone.get_default_timezone()).astimezone(UTC)
