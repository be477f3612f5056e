"""The years before: cases that had the life of another, some whole weeks apart and with other people.

Where everything that happens in both falls on the same sort of days, with the same working days after it,
every date that the services count in the one lies as many weeks apart in the other. Such a case need not be
lived: it is written from the life that it resembles (`improvements.demo.copies`). Which texts, units and
senders there are does not depend on the day of the run; only when they wrote does.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import chain, islice, product
from typing import Any

from django.utils import timezone

from improvements.demo.apart import carried_out
from improvements.demo.planning import CASES, DAYS, OUTCOMES, QUIET, Planner
from improvements.demo.script import Script
from improvements.demo.staff import Staff
from improvements.demo.times import likely
from improvements.demo.words import instead, shape
from qms.workdays import is_working_day

# How many came in the last year (beside those that are lived), the year before, and the one before that.
YEARS = (0.25, 0.37, 0.38)
# Where that was otherwise: units by the beginning of their code, and how many times as likely in each year.
# In the schools it has been falling, in home care rising.
TRENDS = {"BUF": (0.15, 1.7, 1.5), "VOF-HT": (2.6, 0.6, 0.4), "KFF-UNG": (0.0, 1.0, 1.0)}
MOST = 2  # times one text comes from one unit in one year
ENDED_FOR = 12  # days by which a life of before has ended
TRIED = 25  # weeks that fit, of which the one is taken where a text stands apart from its like
LATEST = 400  # days; among what is older nobody sees what stands beside what
COUNTED = 8  # days from which two working days are counted, also over Christmas


class Years:
    """All cases of three years up to `now`. What became of the earlier ones is planned when asked for."""

    def __init__(self, now: datetime) -> None:
        planner = Planner(now)
        self._lived = list(planner.all())
        self._earlier = Earlier(planner, self._lived)

    def known(self) -> list[tuple[str, str]]:
        """Key and sender of each case: the same on any day."""
        lived = [(script.key, script.sender) for script in self._lived]
        return lived + [(slot.key, slot.sender) for slot in self._earlier.slots]

    def scripts(self) -> list[Script]:
        """What becomes of each case, oldest first."""
        found = [*self._lived, *self._earlier.all()]
        return sorted(found, key=lambda script: (script.sent, script.key))


def scripts(now: datetime) -> list[Script]:
    """All cases of three years up to `now`, oldest first."""
    return Years(now).scripts()


@dataclass(frozen=True)
class Slot:
    """Somebody in a unit wrote a text, so many years ago; `again` tells it from others of the same."""

    text: str
    unit: str
    year: int
    again: str
    sender: str

    @property
    def key(self) -> str:
        """The key of the case."""
        return f"{self.text}@{self.unit}{self.again}"


@dataclass
class Earlier:
    """Fills the slots of the years before."""

    planner: Planner
    lived: list[Script]
    _all_days: dict[str, tuple[date, list[date], list[date]]] = field(default_factory=dict)
    _own: dict[str, list[Script]] = field(default_factory=lambda: defaultdict(list))  # by key of the text
    _shaped: dict[tuple[object, ...], list[Script]] = field(default_factory=lambda: defaultdict(list))

    def all(self) -> Iterator[Script]:
        """One script for each slot."""
        tied = {script.joins for script in self.lived}
        for script in self.lived:
            if script.key not in tied:
                self._keep(script)
        for slot in self.slots:
            own = self._own[slot.text]
            found = self._like(slot, own) or self._like(slot, self._others(slot.text, besides=own))
            if found is None:
                found = self._lived(slot)
                self._keep(found)
            self.planner.apart.add(found)
            yield found

    def _keep(self, script: Script) -> None:
        """Keep a life that others can have had, if it is one."""
        if is_whole(script, self.planner.now, self.planner.staff):
            self._own[script.text["key"]].append(script)
            if script.outcome:
                self._shaped[shape(script.text, script.outcome)].append(script)

    def _others(self, text: str, besides: list[Script]) -> list[Script]:
        """The lives of other texts that this one may have had."""
        own = self.planner.texts[text]
        found = (life for name in OUTCOMES if name in own for life in self._shaped[shape(own, name)])
        return [life for life in found if life not in besides and instead(life, own) is not None]

    # --- which there are: the same on any day -----------------------------------------------------

    @cached_property
    def slots(self) -> list[Slot]:
        """As many as are missing of all cases, spread over the years."""
        chance = random.Random("earlier")  # noqa: S311 - the demo must be the same each time
        wanted = CASES - len(self.lived)
        texts, asked = sorted(self.planner.texts.items()), self.planner.elsewhere.asked_of
        pairs = [(key, unit) for key, text in texts for unit in _units(text) if unit not in asked(key)]
        taken: Counter[tuple[str, str, int]] = Counter()
        slots: list[Slot] = []
        for year, share in enumerate(YEARS):
            weights = [_weight(unit, year) / len(_units(self.planner.texts[key])) for key, unit in pairs]
            for _number in range(round(share * wanted) if year else wanted - sum(self._older(wanted))):
                key, unit = chance.choices(pairs, weights)[0]
                while taken[key, unit, year] >= MOST:
                    key, unit = chance.choices(pairs, weights)[0]
                taken[key, unit, year] += 1
                again = f"-{year}{taken[key, unit, year]}"
                slots.append(Slot(key, unit, year, again, self._sender(key, unit, again)))
        return slots

    @staticmethod
    def _older(wanted: int) -> list[int]:
        return [round(share * wanted) for share in YEARS[1:]]

    def _sender(self, key: str, unit: str, again: str) -> str:
        if "from" in self.planner.texts[key]:
            return ""
        chance = random.Random(f"{key} {unit}{again}")  # noqa: S311
        return chance.choice(self._plain(unit))

    def _plain(self, unit: str, least: int = 2) -> list[str]:
        """Those around a unit who head nothing and hold no role; of its department where they are few."""
        staff = self.planner.staff
        near = [one for one in staff.around(unit) if one in staff.plain]
        wide = [one for code in sorted(staff.people) if code[:3] == unit[:3] for one in staff.people[code]]
        return near if len(near) >= least else [one for one in wide if one in staff.plain]

    # --- what became of them ------------------------------------------------------------------------

    def _like(self, slot: Slot, lives: list[Script]) -> Script | None:
        """The life of another at a time when the calendar was the same; None where there is none."""
        chance = random.Random(f"like {slot.text} {slot.unit}{slot.again}")  # noqa: S311
        best: tuple[int, int, Script, dict[str, str]] | None = None
        for script, years in product(chance.sample(lives, len(lives)), ((slot.year,), range(len(YEARS)))):
            people = self._people(script, slot, chance)
            found = self._weeks(script, slot, years, chance) if people else None
            if found and (best is None or found[0] < best[0]):
                best = *found, script, people
            if best and not best[0]:
                break
        return self._moved(slot, *best[1:]) if best else None

    def _moved(self, slot: Slot, weeks: int, script: Script, people: Mapping[str, str]) -> Script:
        known = self.planner.staff.name
        names = {known[one]: known[by] for one, by in people.items() if one}
        text = self.planner.texts[slot.text]
        others = {**people, **(instead(script, text) or {})}
        like: Script = moved(script, others, names, timedelta(weeks=weeks))
        return replace(like, key=slot.key, text=text, unit=slot.unit, sender=slot.sender, like=script.key)

    def _lived(self, slot: Slot) -> Script:
        """A life of its own, long ago."""
        return self.planner.lived(
            slot.text,
            slot.unit,
            slot.again,
            plain=True,
            days=self._between(slot, (slot.year,), least=150),
            sender=slot.sender,
        )

    def _between(self, slot: Slot, years: Sequence[int], least: int) -> tuple[int, int]:
        """How many days ago it was sent, at least and at most."""
        first = max(years[0] * DAYS, least, QUIET.get(slot.unit, 0))
        return first, (years[-1] + 1) * DAYS

    def _people(self, script: Script, slot: Slot, chance: random.Random) -> dict[str, str]:
        """Who does what others did there; empty where it cannot be told with the people there are."""
        staff = self.planner.staff
        head, parent = staff.head[slot.unit], staff.parent[slot.unit]
        is_sister = parent == staff.parent[script.unit] and head != staff.above(script.unit)
        above = script.asked_above or script.noted or (script.judged and not script.sender)
        if not head or (above and not is_sister):
            return {}  # those above who had a part in it would be others
        people = {script.handler: head, script.sender: slot.sender}
        owners = dict.fromkeys(action.owner for action in script.actions if action.owner not in people)
        free = [one for one in self._plain(slot.unit, least=len(owners) + 2) if one not in people.values()]
        if len(free) < len(owners):
            return {}
        return people | dict(zip(owners, chance.sample(free, len(owners)), strict=True))

    def _weeks(
        self, script: Script, slot: Slot, years: Sequence[int], chance: random.Random
    ) -> tuple[int, int] | None:
        """With how many clashes the life may be moved by how many weeks into one of the years; None if by
        none."""
        nearest, farthest = self._between(slot, years, least=ENDED_FOR)
        sent, days, counted = self._dated(script)
        ago = (self.planner.today - sent).days
        until = (self.planner.today - max(days)).days - ENDED_FOR
        months = self.planner.texts[slot.text].get("months", range(1, 13))
        odds = {}
        for week in range(-((farthest - ago) // 7), min((ago - nearest) // 7, until // 7) + 1):
            day = sent + timedelta(weeks=week)
            if day.month in months and (week or slot.unit != script.unit):
                odds[week] = chance.random() ** (1 / likely(day, DAYS))
        likeliest = sorted(odds, key=odds.__getitem__, reverse=True)
        fitting = islice((week for week in likeliest if self._fits(week, days, counted)), TRIED)
        done = carried_out(script, self.planner.now)
        best: tuple[int, int] | None = None
        for week in fitting:
            clashes = self._clashes(slot, done, week)
            if best is None or clashes < best[0]:
                best = clashes, week
            if not clashes:
                break
        return best

    def _clashes(self, slot: Slot, done: date | None, week: int) -> int:
        """For how many it would stand twice running among the latest that were carried out."""
        day = done + timedelta(weeks=week) if done else self._first_day
        if (self.planner.today - day).days > LATEST:
            return 0
        return self.planner.apart.clashes(slot.unit, day, slot.text)

    def _fits(self, week: int, days: Sequence[date], counted: Sequence[date]) -> bool:
        """Whether each day is of the same sort so many weeks apart, and those counted from some of them."""
        return all(
            self._days(day, number) == self._days(day + timedelta(weeks=week), number)
            for number, some in ((COUNTED, counted), (1, days))
            for day in some
        )

    def _days(self, day: date, number: int) -> bytes:
        """Which of some days are working days."""
        start = (day - self._first_day).days
        return self._working[start : start + number]

    def _dated(self, script: Script) -> tuple[date, list[date], list[date]]:
        """The day it was sent, all days on which something happens, and those that days are counted from."""
        if script.key not in self._all_days:
            days = sorted({_day(moment) for moment in _moments(script)})
            counted = sorted({_day(moment) for moment in _counted(script)})
            self._all_days[script.key] = _day(script.sent), days, counted
        return self._all_days[script.key]

    @cached_property
    def _first_day(self) -> date:
        return self.planner.today - timedelta(days=4 * DAYS)

    @cached_property
    def _working(self) -> bytes:
        days = (self._first_day + timedelta(days=number) for number in range(6 * DAYS))
        return bytes(is_working_day(day) for day in days)


def _units(text: Mapping[str, Any]) -> list[str]:
    """Where a text of the years before may come from: nowhere, if its life is one that is not repeated."""
    if "joins" in text or "flag" in text or text.get("restricted"):
        return []
    return [*text["units"], *text["applies_to"]] if any(name in text for name in OUTCOMES) else []


def _weight(unit: str, year: int) -> float:
    found = [weights[year] for start, weights in TRENDS.items() if unit.startswith(start)]
    return found[-1] if found else 1.0


def is_whole(script: Script, now: datetime, staff: Staff) -> bool:
    """Whether a life has ended, and nobody took part in it whom another unit has not."""
    last = max(map(_day, _moments(script)))
    ended = script.outcome in ("not_now", "lack_means") or script.withdrawn or script.closed or script.again
    apart = script.wanted or script.sent_on or script.flagged or script.joins or script.like or script.waits
    elsewhere = script.asked or script.shown
    owners = {action.owner for action in script.actions}
    in_order = any(action.after is not None or action.every or action.shown for action in script.actions)
    others = owners - {script.handler} | ({script.sender} if script.sender else set())
    return bool(
        ended
        and not (apart or elsewhere or script.text.get("restricted") or script.pictured or in_order)
        and last < timezone.localdate(now)
        and others <= staff.plain
        and script.sender not in owners
        and script.handler == staff.head[script.unit]
    )


def _counted(script: Script) -> Iterator[datetime]:
    """From when the services count working days: sent in, the last action done, done, judged; late."""
    again = (script.again.done, script.again.judged) if script.again else ()
    done = [action.done for action in script.actions]
    yield from filter(None, (script.sent, *script.asked_above, *done, script.finished, script.judged, *again))


def _moments(value: Any) -> Iterator[datetime | date]:
    if isinstance(value, datetime | date):
        yield value
    elif isinstance(value, tuple):
        yield from chain.from_iterable(map(_moments, value))
    elif is_dataclass(value):
        yield from chain.from_iterable(_moments(getattr(value, field.name)) for field in fields(value))


def moved(value: Any, people: Mapping[str, str], names: Mapping[str, str], shift: timedelta) -> Any:
    """The same some weeks apart, by the clock on the wall, with others in place of `people` (and of words),
    who are called on by their `names`."""
    if isinstance(value, datetime):
        return later(value, shift)
    if isinstance(value, date):
        return value + shift
    if isinstance(value, str):
        return people.get(value) or called(value, names)
    if isinstance(value, tuple):
        return tuple(moved(one, people, names, shift) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{one.name: moved(getattr(value, one.name), people, names, shift) for one in fields(value)},
        )
    return value


def called(words: str, names: Mapping[str, str]) -> str:
    """The words with others called on by their names."""
    for name, other in names.items() if "@" in words else ():
        words = words.replace(f"@{name}", f"@{other}")
    return words


@lru_cache(maxsize=1000)  # of one life much happens at one moment
def later(moment: datetime, shift: timedelta) -> datetime:
    """The same time of day some weeks apart, whatever summer time does."""
    local = timezone.localtime(moment).replace(tzinfo=None)
    return timezone.make_aware(local + shift)


def _day(moment: datetime | date) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment
