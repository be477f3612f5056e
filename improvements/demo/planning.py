"""Who writes what and when: a year of cases, the same for the same day. Reads the files, no database."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from improvements.demo.script import Again, PlannedAction, Script
from qms.organisation import demo_people
from qms.workdays import add_working_days, is_working_day, on_working_day

FOLDER = Path(__file__).parent
CASES = 200
DAYS = 365
LATELY = timedelta(days=30)  # in which a fifth of the cases came
STUCK = timedelta(days=50)  # of what was due since then some is still not done
KEPT = 0.92  # share of answers within the promised two working days
SLOW = {"VOF-HT-3": 0.6}  # where answers have taken longer
GRAVE = ("serious", "very_serious")  # what the rule wants handled in full
SILENT = 0.2  # share of the newest that nobody has answered yet
HURRIED = timedelta(hours=9)


@dataclass(frozen=True)
class Staff:
    """Who works where, by e-mail address; `head` is the unit's or the nearest above."""

    people: Mapping[str, tuple[str, ...]]
    head: Mapping[str, str]
    by_key: Mapping[str, str]

    def around(self, unit: str) -> tuple[str, ...]:
        """Those who work in the unit beside its head, else in its department."""
        head = self.head[unit]
        own = [one for one in self.people.get(unit, ()) if one != head]
        near = [one for code, names in self.people.items() if code[:3] == unit[:3] for one in names]
        return tuple(own or [one for one in near if one != head])


def staff() -> Staff:
    """The demo's people as they work."""
    people: dict[str, list[str]] = {}
    heads: dict[str, str] = {}
    for one in demo_people.everybody():
        people.setdefault(one.home, []).append(one.email)
        heads.update(dict.fromkeys(one.heads, one.email))
    parents = {unit["code"]: unit["parent"] for unit in demo_people.read("units.json")}
    head = {code: _head_of(code, heads, parents) for code in parents}
    by_key = {one.key: one.email for one in demo_people.cast()}
    return Staff({code: tuple(names) for code, names in people.items()}, head, by_key)


def _head_of(code: str, heads: Mapping[str, str], parents: Mapping[str, str | None]) -> str:
    while code not in heads and parents[code]:
        code = str(parents[code])
    return heads.get(code, "")


def texts() -> dict[str, dict[str, Any]]:
    """All texts by key."""
    files = sorted(FOLDER.glob("cases_*.json"))
    return {text["key"]: text for file in files for text in json.loads(file.read_text(encoding="utf-8"))}


def scripts(now: datetime) -> list[Script]:
    """The cases of the year up to `now`, oldest first."""
    planner = Planner(now)
    return sorted(planner.all(), key=lambda script: (script.sent, script.key))


@dataclass
class Planner:
    """Turns texts into scripts with a chance that is the same each time."""

    now: datetime
    staff: Staff = field(default_factory=staff)
    texts: dict[str, dict[str, Any]] = field(default_factory=texts)
    phrases: dict[str, list[str]] = field(init=False)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.phrases = json.loads((FOLDER / "phrases.json").read_text(encoding="utf-8"))
        self.today = timezone.localdate(self.now)

    def all(self) -> Iterator[Script]:
        """The stories of the cast, then what everybody else writes."""
        told = json.loads((FOLDER / "stories.json").read_text(encoding="utf-8"))
        for story in told:
            yield self._told(story)
        taken = {(story["key"], story["unit"]) for story in told}
        for key, unit in self._others(taken):
            yield self._any(key, unit)

    def _others(self, taken: set[tuple[str, str]]) -> list[tuple[str, str]]:
        """Each text once, then again in another unit, until there are enough. None more where Annika
        heads: her work list is told in the stories."""
        chance = random.Random("texts")  # noqa: S311 - the demo must be the same each time
        left = {
            key: [unit for unit in text["units"] if (key, unit) not in taken and unit != "VOF-HT-2"]
            for key, text in sorted(self.texts.items())
        }
        used = {key for key, _unit in taken}
        chosen: list[tuple[str, str]] = []
        for round_ in range(3):
            keys = [key for key, units in left.items() if units and (round_ or key not in used)]
            chance.shuffle(keys)
            for key in keys:
                unit = left[key].pop(chance.randrange(len(left[key])))
                chosen.append((key, unit))
        return chosen[: CASES - len(taken)]

    # --- the stories of the cast: days are working days ago --------------------------------------

    def _told(self, story: Mapping[str, Any]) -> Script:
        key, unit = story["key"], story["unit"]
        self.chance = random.Random(f"{key} {unit}")  # noqa: S311
        text = self.texts[key]
        sender = self.staff.by_key.get(story.get("sender", "")) or self._sender(unit, besides="leila")
        answered = self._ago(story.get("answered"), 10)
        script = Script(
            key=f"{key}@{unit}",
            text=text,
            unit=unit,
            sender=sender,
            handler=self.staff.by_key.get(story.get("sorted_by", ""), self.staff.head[unit]),
            sent=self._ago(story["sent"], 8) or self.now,
            sent_on=self._ago(story.get("sent_on"), 9),
            answered=answered,
            outcome=story.get("outcome", ""),
            finished=self._ago(story.get("finished"), 14),
            closed=self._ago(story.get("closed"), 15),
        )
        if script.outcome == "handling" and script.closed:
            script = replace(script, judged=script.closed - timedelta(hours=1))
        if not answered:
            return script
        actions = tuple(
            self._told_action(told, planned, script, answered)
            for told, planned in zip(story.get("actions", ()), self._planned(script), strict=False)
        )
        return self._with(script, answered, actions)

    def _told_action(
        self, told: Mapping[str, Any], planned: Mapping[str, Any], script: Script, answered: datetime
    ) -> PlannedAction:
        owner = self.staff.by_key.get(told.get("owner", "")) or self._doer(script)
        due = self._plus(answered, planned["days"])
        if "due" in told:
            due = _at(add_working_days(self.today, told["due"]), 12)
        return PlannedAction(planned["title"], owner, due, self._ago(told.get("done"), 13))

    def _ago(self, days: int | None, hour: int) -> datetime | None:
        """A moment on the working day `days` working days ago, never after now."""
        if days is None:
            return None
        day = self.today
        while not is_working_day(day):
            day -= timedelta(days=1)
        for _step in range(days):
            day = _working_day_before(day)
        at = _at(day, hour) + timedelta(minutes=self.chance.randrange(50))
        return min(at, self.now - timedelta(minutes=self.chance.randrange(8, 50)))

    # --- everybody else ---------------------------------------------------------------------------

    def _any(self, key: str, unit: str) -> Script:
        self.chance = random.Random(f"{key} {unit}")  # noqa: S311
        text = self.texts[key]
        sender = self._sender(unit)  # before any day is drawn: by sender and text a later run knows the case
        sent = self._sent(text)
        script = Script(
            key=f"{key}@{unit}",
            text=text,
            unit=unit,
            sender=sender,
            handler=self.staff.head[unit],
            sent=sent,
        )
        fate = self.chance.random()
        new = self.now - sent < timedelta(days=14)
        if new and fate < SILENT:
            return script
        if fate > 0.96:
            why = self.chance.choice(self.phrases["withdrawn"])
            withdrawn = sent + timedelta(hours=self.chance.uniform(1, 20))
            return replace(script, withdrawn=withdrawn, withdrawn_why=why)
        return self._answered(script)

    def _answered(self, script: Script) -> Script:
        outcomes = [name for name in ("just_do", "handling", "not_now") if name in script.text]
        if script.text.get("severity") in GRAVE and "handling" in outcomes:
            outcomes = ["handling"]
        goes_on = "send_on" in script.text and script.text["send_on"]["unit"] != script.unit
        sent_on = (
            self._after(script.sent, self.chance.choice((0, 1))) if goes_on and self._one_in(2) else None
        )
        if not outcomes:
            return replace(script, sent_on=sent_on)
        outcome = self.chance.choices(outcomes, [{"not_now": 2}.get(name, 3) for name in outcomes])[0]
        kept = SLOW.get(script.unit, KEPT)
        days = (
            self.chance.choice((0, 1, 1, 2)) if self.chance.random() < kept else self.chance.randrange(3, 8)
        )
        answered = self._after(sent_on or script.sent, max(days - (1 if sent_on else 0), 0))
        script = replace(script, sent_on=sent_on, answered=answered, outcome=outcome)
        actions = tuple(self._action(planned, script, answered) for planned in self._planned(script))
        return self._ended(self._with(script, answered, actions))

    def _unless_stuck(self, done: datetime, due: datetime) -> datetime | None:
        """When it was done; some of what was due of late has not been."""
        return None if self.now - due < STUCK and self.chance.random() < 0.25 else done

    def _planned(self, script: Script) -> list[Mapping[str, Any]]:
        return script.text["handling"]["actions"] if script.outcome == "handling" else []

    def _action(self, planned: Mapping[str, Any], script: Script, answered: datetime) -> PlannedAction:
        due = self._plus(answered, planned["days"])
        pace = self.chance.uniform(0.5, 1.0) if self.chance.random() < 0.85 else self.chance.uniform(1.1, 1.8)
        done = self._plus(answered, max(1, round(planned["days"] * pace)))
        return PlannedAction(planned["title"], self._doer(script), due, self._unless_stuck(done, due))

    def _with(self, script: Script, answered: datetime, actions: tuple[PlannedAction, ...]) -> Script:
        """The script with its date, its actions and what is said."""
        if script.outcome == "just_do":
            due = self._plus(answered, script.text["just_do"]["days"])
        else:
            due = self._plus(max((action.due for action in actions), default=answered), 14)
        return replace(script, due=due, actions=actions, said=tuple(self._said(script, answered)))

    def _ended(self, script: Script) -> Script:
        """The script with its end: done, thanked for, and now and then opened again."""
        if script.outcome == "not_now" or script.answered is None or script.due is None:
            return script
        finished = self._finished(script, script.answered, script.due)
        if finished is None:
            return script
        if self.now - finished < LATELY and self._one_in(3):
            return replace(script, finished=finished)
        if script.outcome == "handling":
            return self._judged(replace(script, finished=finished))
        return replace(script, finished=finished, closed=self._thanked(finished))

    def _thanked(self, done: datetime) -> datetime:
        return self._after(done, self.chance.choice((0, 1, 1, 2)))

    def _judged(self, script: Script) -> Script:
        """Some weeks later somebody else says whether it helped; what did not goes round once more."""
        judged = self._plus(script.finished or self.now, self.chance.randrange(14, 36))
        if script.text["handling"]["effect"]["result"] != "did_not":
            return replace(script, judged=judged, closed=self._thanked(judged))
        why, how = (self.chance.choice(self.phrases[name]) for name in ("effect_did_not", "effect_worked"))
        done = self._plus(judged, self.chance.randrange(20, 45))
        shown = self._plus(done, self.chance.randrange(14, 30))
        again = Again(why, done, shown, self._thanked(shown), how)
        return replace(script, judged=judged, helped=False, again=again)

    def _finished(self, script: Script, answered: datetime, due: datetime) -> datetime | None:
        """When all was done that had been decided; None when something still is not."""
        if script.outcome == "just_do":
            days = script.text["just_do"]["days"] * self.chance.uniform(0.4, 1.2)
            return self._unless_stuck(self._plus(answered, round(days)), due)
        done = [action.done for action in script.actions if action.done]
        return self._plus(max(done), 6) if len(done) == len(script.actions) else None

    def _said(self, script: Script, answered: datetime) -> Iterator[tuple[datetime, str, str]]:
        at = answered
        for line in script.text["comments"]:
            at = self._at_work(at + timedelta(hours=self.chance.uniform(1, 30)))
            yield at, script.sender if line["by"] == "sender" else script.handler, line["text"]

    def _at_work(self, moment: datetime) -> datetime:
        """The moment itself, or the next working morning when it falls outside working hours."""
        local = timezone.localtime(moment)
        if 7 <= local.hour < 17 and is_working_day(local.date()):
            return moment
        day = on_working_day(local.date() + timedelta(days=local.hour >= 17))
        return _at(day, 7) + timedelta(minutes=self.chance.randrange(90))

    def _sent(self, text: Mapping[str, Any]) -> datetime:
        """When it was sent: a fifth of all in the last month, mostly at work, where the text allows it."""
        months = text.get("months", range(1, 13))
        days = [day for day in range(1, DAYS) if (self.today - timedelta(days=day)).month in months]
        weights = [_weight(self.today - timedelta(days=day), day) for day in days]
        day = self.today - timedelta(days=self.chance.choices(days, weights)[0])
        return _at(day, 7) + timedelta(
            minutes=self.chance.randrange(9 * 60 if is_working_day(day) else 14 * 60)
        )

    def _sender(self, unit: str, besides: str = "") -> str:
        mine = self.staff.by_key.get(besides, "")
        return self.chance.choice([one for one in self.staff.around(unit) if one != mine])

    def _doer(self, script: Script) -> str:
        """Whoever gets an action: mostly staff, at times the head."""
        unit = script.text["send_on"]["unit"] if script.sent_on else script.unit
        cast = set(self.staff.by_key.values())
        others = [one for one in self.staff.around(unit) if one not in cast]
        return self.staff.head[unit] if unit != "VOF-HT-2" and self._one_in(4) else self.chance.choice(others)

    def _one_in(self, many: int) -> bool:
        return self.chance.randrange(many) == 0

    def _after(self, moment: datetime, days: int) -> datetime:
        """Some working days later, at work; the same day only while there is time left."""
        local = timezone.localtime(moment)
        if days == 0 and local.hour < 15 and is_working_day(local.date()):
            return moment + timedelta(minutes=self.chance.randrange(30, 110))
        return _at(add_working_days(local.date(), max(days, 1)), 8) + timedelta(
            minutes=self.chance.randrange(int(HURRIED.total_seconds()) // 60)
        )

    def _plus(self, moment: datetime, days: int) -> datetime:
        """Some calendar days later, on a working day, at work."""
        day = on_working_day(timezone.localdate(moment) + timedelta(days=max(days, 1)))
        return _at(day, 8) + timedelta(minutes=self.chance.randrange(8 * 60))


def _weight(day: date, ago: int) -> float:
    """How likely somebody writes on that day: at work, less in July, more of late."""
    weight = 1.0 if is_working_day(day) else 0.15
    weight *= 0.3 if day.month == 7 else 1.0
    return weight * (2.6 if ago <= LATELY.days else 1.0)


def _working_day_before(day: date) -> date:
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
