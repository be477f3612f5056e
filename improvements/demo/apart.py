"""Keeps cases of one text apart, so that nobody reads twice running that the same was carried out."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from improvements.demo.script import Script


def carried_out(script: Script, now: datetime) -> date | None:
    """The day of the latest by which what was decided has been done; None when it has not."""
    last = script.again or script
    done = last.judged if script.outcome == "handling" else script.finished
    past = [moment for moment in (done, last.closed) if moment and moment <= now]
    return timezone.localdate(max(past)) if past else None


@dataclass
class Apart:
    """What was carried out by `now` in each unit and below, in order of the days."""

    now: datetime
    parent: Mapping[str, str | None]
    _known: dict[str, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, script: Script) -> None:
        """Remember when it was, and when others did the same."""
        text = script.text["key"]
        if day := carried_out(script, self.now):
            self._add(script.unit, day, text)
        for reply in script.asked.replies if script.asked else ():
            if reply.done and reply.done <= self.now:
                self._add(reply.unit, timezone.localdate(reply.done), text)

    def _add(self, unit: str, day: date, text: str) -> None:
        for code in self._upwards(unit):
            insort(self._known[code], (day, text))

    def clashes(self, unit: str, day: date, text: str) -> int:
        """In how many units, from the lowest up, one would read of the text twice running, if it were carried
        out that day."""
        known = (self._beside(self._known[code], day) for code in self._upwards(unit))
        return sum(any(other == text for _day, other in beside) for beside in known)

    @staticmethod
    def _beside(known: list[tuple[date, str]], day: date) -> list[tuple[date, str]]:
        """All of that day, and the ones next to them: which of a day comes first is not looked at."""
        first = bisect_left(known, (day, ""))
        after = bisect_left(known, (day, chr(0x10FFFF)))
        return known[max(first - 1, 0) : after + 1]

    def _upwards(self, unit: str) -> Iterator[str]:
        code: str | None = unit
        while code:
            yield code
            code = self.parent[code]
