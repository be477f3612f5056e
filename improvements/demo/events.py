"""What makes a life lively: a clock that asks above, new dates, notes, calls by name, thumbs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random

from django.conf import settings
from django.utils import timezone

from improvements.demo.script import Later, Script, Thumb
from improvements.demo.staff import Staff
from improvements.demo.times import Chances, at
from qms.workdays import add_working_days

FIRST_LATE, EACH, STEPS = 1, 2, 5  # working days after the promised one, and how often it is asked at most
BETTER = 0.85  # share of thumbs that point up


@dataclass
class Events(Chances):
    """Adds to scripts what does not change how they end."""

    now: datetime
    staff: Staff
    phrases: Mapping[str, Sequence[str]]

    def asked_above(self, script: Script) -> Script:
        """On the mornings on which the answer clock goes a step up, until the answer comes."""
        promised = add_working_days(timezone.localdate(script.sent), settings.ANSWER_PROMISE_DAYS)
        days = (add_working_days(promised, FIRST_LATE + EACH * step) for step in range(STEPS))
        mornings = (at(day, time(settings.DIGEST_HOUR).hour) for day in days)
        until = script.answered or self.now
        return replace(script, asked_above=tuple(moment for moment in mornings if moment < until))

    def enlivened(self, script: Script, chance: Random) -> Script:
        """With a new date, a note, a call by name and a thumb, each now and then."""
        self.chance = chance
        return self._wanted(self._thumb(self._noted(self._called(self._later(script)))))

    def _later(self, script: Script) -> Script:
        """Some of what has not been done by its day gets a new one just before."""
        if script.answered is None or script.due is None or script.outcome not in ("just_do", "handling"):
            return script
        told = self.at_work(script.due - timedelta(days=1))
        still = script.finished is None or script.finished > told + timedelta(days=1)
        if not still or told < script.answered + timedelta(days=1) or self.one_in(2):
            return script
        why = self.chance.choice(self.phrases["new_date"])
        return replace(script, later=Later(told, self.plus(script.due, self.chance.randrange(7, 25)), why))

    def _called(self, script: Script) -> Script:
        """A handler's first line calls on the sender by name."""
        lines = list(script.said)
        first = next((index for index, line in enumerate(lines) if line[1] == script.handler), None)
        if first is None or not script.sender or script.sent_on or self.one_in(3):
            return script
        moment, who, what = lines[first]
        lines[first] = moment, who, f"@{self.staff.name[script.sender]}, {what[0].lower()}{what[1:]}"
        return replace(script, said=tuple(lines))

    def _noted(self, script: Script) -> Script:
        """The handler asks the head above, among those who handle it."""
        above = self.staff.above(script.unit)
        if not (above and script.answered) or script.sent_on or not self.one_in(6):
            return script
        note = f"@{self.staff.name[above]}, {self.chance.choice(self.phrases['notes'])}"
        moment = script.answered - timedelta(minutes=20)
        return replace(script, noted=((moment, script.handler, note),))

    def _wanted(self, script: Script) -> Script:
        """Somebody in the same unit wants it too, before it has been answered."""
        colleagues = [one for one in self.staff.people.get(script.unit, ()) if one in self.staff.plain]
        others = [one for one in colleagues if one != script.sender]
        first = script.sent_on or script.answered
        if first is None or script.text.get("restricted") or first - script.sent < timedelta(hours=4):
            return script
        if not others or not self.one_in(3):
            return script
        moment = self.at_work(script.sent + timedelta(minutes=self.chance.randrange(40, 180)))
        if moment >= first:
            return script
        return replace(script, wanted=((moment, self.chance.choice(others), self._words()),))

    def _words(self) -> str:
        return self.chance.choice(self.phrases["me_too"])

    def _thumb(self, script: Script) -> Script:
        closed = script.again.closed if script.again else script.closed
        if closed is None or self.one_in(3):
            return script
        better = self.chance.random() < BETTER
        words = self.chance.choice(self.phrases["thumb_up" if better else "thumb_down"])
        when = self.at_work(closed + timedelta(days=self.chance.uniform(0.5, 5)))
        return replace(script, thumb=Thumb(when, better, words))
