"""When things happen in the demo: at work, on working days, by a chance that is the same each time."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from qms.workdays import add_working_days, is_working_day, on_working_day

LATELY = timedelta(days=30)  # in which a fifth of the cases of the last year came
HURRIED = timedelta(hours=9)


def at(day: date, hour: int) -> datetime:
    """That hour of that day, as it is in the municipality."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


def working_day_before(day: date) -> date:
    """The last working day before `day`."""
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def likely(day: date, ago: int) -> float:
    """How likely somebody writes on that day: at work, less in July, more of late."""
    weight = 1.0 if is_working_day(day) else 0.15
    weight *= 0.3 if day.month == 7 else 1.0
    return weight * (2.6 if ago <= LATELY.days else 1.0)


@dataclass
class Chances:
    """What chance decides. `chance` is seeded anew for each case, so that no case depends on another."""

    chance: random.Random = field(init=False)

    def one_in(self, many: int) -> bool:
        """True once in so many times."""
        return self.chance.randrange(many) == 0

    def at_work(self, moment: datetime) -> datetime:
        """The moment itself, or the next working morning when it falls outside working hours."""
        local = timezone.localtime(moment)
        if 7 <= local.hour < 17 and is_working_day(local.date()):
            return moment
        day = on_working_day(local.date() + timedelta(days=local.hour >= 17))
        return at(day, 7) + timedelta(minutes=self.chance.randrange(90))

    def after(self, moment: datetime, days: int) -> datetime:
        """Some working days later, at work; the same day only while there is time left."""
        local = timezone.localtime(moment)
        if days == 0 and local.hour < 15 and is_working_day(local.date()):
            return moment + timedelta(minutes=self.chance.randrange(30, 110))
        return at(add_working_days(local.date(), max(days, 1)), 8) + timedelta(
            minutes=self.chance.randrange(int(HURRIED.total_seconds()) // 60)
        )

    def plus(self, moment: datetime, days: int) -> datetime:
        """Some calendar days later, on a working day, at work."""
        day = on_working_day(timezone.localdate(moment) + timedelta(days=max(days, 1)))
        return at(day, 8) + timedelta(minutes=self.chance.randrange(8 * 60))
