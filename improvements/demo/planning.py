"""Who writes what and when in the last year, the same for the same day. Reads the files, no database."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from improvements.demo.apart import Apart
from improvements.demo.elsewhere import Elsewhere
from improvements.demo.events import Events
from improvements.demo.script import Again, Flagged, PlannedAction, Script, Waits
from improvements.demo.staff import Staff, staff
from improvements.demo.times import LATELY, Chances, at, likely, working_day_before
from qms.workdays import add_working_days, is_working_day

FOLDER = Path(__file__).parent
CASES = 1500
LIVED = 210  # of them in the last year, each with a life of its own; the others are planned in `earlier`
DAYS = 365
STUCK = timedelta(days=50)  # of what was due since then some is still not done
KEPT = 0.92  # share of answers within the promised two working days
SLOW = {"VOF-HT-3": 0.6}  # where answers have taken longer
GRAVE = ("serious", "very_serious")  # what the rule wants handled in full
SILENT = 0.2  # share of the newest that nobody has answered yet
MOST_TIMES = 40  # that an action comes again by now
LONG_DONE = (130, 300)  # days since it was sent
LONG_DONE_IN_SEASON = (130, 500)
SHORT = 1  # action at most in a life of the years before
QUIET = {"KFF-UNG": 200}  # where nothing has come for so many days
OUTCOMES = ("just_do", "handling", "not_now", "lack_means")
ENDED = ("not_now", "lack_means", "same_as")  # with the answer
FLAG_HANDLERS = {"lex_sarah": "elin", "lex_maria": "elin", "data_breach": "amir"}


def texts() -> dict[str, dict[str, Any]]:
    """All texts by key."""
    files = sorted(FOLDER.glob("cases_*.json"))
    return {text["key"]: text for file in files for text in json.loads(file.read_text(encoding="utf-8"))}


@dataclass
class Planner(Chances):
    """Turns texts into scripts with a chance that is the same each time."""

    now: datetime
    staff: Staff = field(default_factory=staff)
    texts: dict[str, dict[str, Any]] = field(default_factory=texts)
    phrases: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.phrases = json.loads((FOLDER / "phrases.json").read_text(encoding="utf-8"))
        self.today = timezone.localdate(self.now)
        self.events = Events(self.now, self.staff, self.phrases)
        self.apart = Apart(self.now, self.staff.parent)
        self.elsewhere = Elsewhere(self.now, self.staff, self._ago)

    def all(self) -> Iterator[Script]:
        """The stories of the cast, then what everybody else writes."""
        for script in self._all():
            self.apart.add(script)
            yield script

    def _all(self) -> Iterator[Script]:
        told = json.loads((FOLDER / "stories.json").read_text(encoding="utf-8"))
        for story in told:
            yield self.elsewhere.spread(self._told(story))
        doubles = [text for _key, text in sorted(self.texts.items()) if "joins" in text]
        for double in doubles:
            yield from self._joined(double)
        taken = {(story["key"], story["unit"]) for story in told}
        taken |= {(double["joins"], double["units"][0]) for double in doubles}
        known = [one for one in self.elsewhere.cases if one not in taken]
        for key, unit in known:
            yield self.elsewhere.spread(self._long_done(key, unit))
        taken |= set(known)
        for key, unit in self._others(taken)[: LIVED - len(told) - 2 * len(doubles) - len(known)]:
            yield self.lived(key, unit)

    def _long_done(self, key: str, unit: str) -> Script:
        """A case that was done so long ago that others can have heard of it and done the same."""
        days = LONG_DONE_IN_SEASON if "months" in self.texts[key] else LONG_DONE
        return self.lived(key, unit, plain=True, short=True, days=days)

    def _others(self, taken: set[tuple[str, str]]) -> list[tuple[str, str]]:
        """Each text once, then again in another unit, until there are enough. None more where Annika
        heads: her work list is told in the stories."""
        chance = random.Random("texts")  # noqa: S311 - the demo must be the same each time
        left = {
            key: [
                unit
                for unit in text["units"]
                if (key, unit) not in taken and unit not in {"VOF-HT-2", *self.elsewhere.asked_of(key)}
            ]
            for key, text in sorted(self.texts.items())
            if "joins" not in text
        }
        used = {key for key, _unit in taken}
        chosen: list[tuple[str, str]] = []
        for round_ in range(2):
            keys = [key for key, units in left.items() if units and (round_ or key not in used)]
            chance.shuffle(keys)
            for key in keys:
                unit = left[key].pop(chance.randrange(len(left[key])))
                chosen.append((key, unit))
        return chosen

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
            pictured="drawing" in text,
        )
        if script.outcome == "handling" and script.closed:
            script = replace(script, judged=script.closed - timedelta(hours=1))
        if "flag" in text:
            return self._flagged(script)
        if "waits" in story:
            stopped = self._ago(story["waits"], 9) or self.now
            until = add_working_days(self.today, 4)
            why = self.phrases["waiting_for"][0]
            return replace(script, waits=Waits(stopped, until, why))
        if not answered:
            return self.events.asked_above(script)
        actions = tuple(
            self._told_action(told, planned, script, answered)
            for told, planned in zip(story.get("actions", ()), self._planned(script), strict=False)
        )
        return self._with(script, answered, actions)

    def _told_action(
        self, told: Mapping[str, Any], planned: Mapping[str, Any], script: Script, answered: datetime
    ) -> PlannedAction:
        owner = self.staff.by_key.get(told.get("owner", "")) or self._doer(script)
        due = self.plus(answered, planned["days"])
        if "due" in told:
            due = at(add_working_days(self.today, told["due"]), 12)
        return PlannedAction(planned["title"], owner, due, self._ago(told.get("done"), 13))

    def _ago(self, days: int | None, hour: int) -> datetime | None:
        """A moment on the working day `days` working days ago, never after now."""
        if days is None:
            return None
        day = self.today
        while not is_working_day(day):
            day -= timedelta(days=1)
        for _step in range(days):
            day = working_day_before(day)
        moment = at(day, hour) + timedelta(minutes=self.chance.randrange(50))
        return min(moment, self.now - timedelta(minutes=self.chance.randrange(8, 50)))

    # --- everybody else ---------------------------------------------------------------------------

    def lived(
        self,
        key: str,
        unit: str,
        again: str = "",
        *,
        plain: bool = False,
        short: bool = False,
        days: tuple[int, int] = (1, DAYS),
        sender: str = "",
    ) -> Script:
        """A case with a life of its own, sent so many days ago. `again` tells those apart that come of one
        text in one unit. A plain one is answered, done and closed without ado, and a short one
        has little to do."""
        self.chance = random.Random(f"{key} {unit}{again}")  # noqa: S311
        text = self.texts[key]
        # Before any day is drawn: by sender and text a later run knows the case.
        sender = "" if "from" in text else sender or self._sender(unit)
        sent = self._sent(text, (max(days[0], QUIET.get(unit, 1)), days[1]))
        script = Script(
            key=f"{key}@{unit}{again}",
            text=text,
            unit=unit,
            sender=sender,
            handler=self.staff.head[unit],
            sent=sent,
            channel=text.get("from", "staff"),
            pictured="drawing" in text and not again,
        )
        fate = self.chance.random()
        if plain or "flag" in text:
            return self._answered(script, plain=True, short=short or bool(again))
        if self.now - sent < timedelta(days=14) and fate < SILENT:
            return self.events.asked_above(script)
        if fate > 0.96 and sender:
            why = self.chance.choice(self.phrases["withdrawn"])
            withdrawn = sent + timedelta(hours=self.chance.uniform(1, 20))
            return replace(script, withdrawn=withdrawn, withdrawn_why=why)
        return self.events.enlivened(self._answered(script), self.chance)

    def _joined(self, double: Mapping[str, Any]) -> Iterator[Script]:
        """A case, and another of the same matter that goes on in it."""
        unit = double["units"][0]
        first = self.lived(double["joins"], unit, plain=True)
        yield first
        self.chance = random.Random(f"{double['key']} {unit}")  # noqa: S311
        sender = self._sender(unit)
        while sender == first.sender:
            sender = self._sender(unit)
        sent = self.after(first.sent, 1)
        yield Script(
            key=f"{double['key']}@{unit}",
            text=double,
            unit=unit,
            sender=sender,
            handler=first.handler,
            sent=sent,
            answered=self.after(sent, self.chance.choice((0, 1))),
            outcome="same_as",
            joins=first.key,
        )

    def _answered(self, script: Script, *, plain: bool = False, short: bool = False) -> Script:
        outcomes = [name for name in OUTCOMES if name in script.text]
        if script.text.get("severity") in GRAVE and "handling" in outcomes:
            outcomes = ["handling"]
        if short and "just_do" in outcomes:
            outcomes = ["just_do"]
        sent_on = None if plain else self._sent_on(script)
        if not outcomes:
            return replace(script, sent_on=sent_on)
        outcome = self.chance.choices(outcomes, [{"not_now": 2}.get(name, 3) for name in outcomes])[0]
        script = replace(script, sent_on=sent_on, outcome=outcome)
        kept = plain or self.chance.random() < SLOW.get(script.unit, KEPT)
        if kept and not (plain or sent_on) and self.one_in(12):
            script = self._waiting(script)
        days = self.chance.choice((0, 1, 1, 2)) if kept else self.chance.randrange(3, 8)
        asked = at(script.waits.until, 7) if script.waits else sent_on or script.sent
        answered = self.after(asked, max(days - (1 if sent_on else 0), 0))
        script = self._flagged(replace(script, answered=answered))
        if not kept:
            script = self.events.asked_above(script)
        planned = self._planned(script)[: SHORT if short else None]
        actions = tuple(self._action(one, script, answered) for one in planned)
        if not short:
            actions = tuple(
                self._in_order(one, of, actions) for one, of in zip(planned, actions, strict=True)
            )
        return self._ended(self._with(script, answered, actions))

    def _sent_on(self, script: Script) -> datetime | None:
        goes_on = "send_on" in script.text and script.text["send_on"]["unit"] != script.unit
        return self.after(script.sent, self.chance.choice((0, 1))) if goes_on and self.one_in(2) else None

    def _waiting(self, script: Script) -> Script:
        """The clock stands still for a week or two."""
        stopped = self.after(script.sent, 0)
        until = add_working_days(timezone.localdate(stopped), self.chance.randrange(4, 10))
        why = self.chance.choice(self.phrases["waiting_for"])
        return replace(script, waits=Waits(stopped, until, why))

    def _flagged(self, script: Script) -> Script:
        """What the law asks more about is marked the same day, and settled within its term."""
        flag = script.text.get("flag")
        if flag is None:
            return script
        marked = self.at_work(script.sent + timedelta(hours=2))
        settled = marked + timedelta(hours=self.chance.uniform(20, 50))  # 72 hours by the law
        if script.answered:
            marked = min(marked, script.answered - timedelta(minutes=30))
        flagged = Flagged(
            kind=flag["kind"],
            at=max(marked, script.sent + timedelta(minutes=6)),
            by=self.staff.by_key[FLAG_HANDLERS[flag["kind"]]],
            why=flag["why"],
            settled=settled if script.answered else None,
            reported=flag["reported"],
            settled_why=flag.get("settled_why", ""),
        )
        return replace(script, flagged=flagged)

    def _unless_stuck(self, done: datetime, due: datetime) -> datetime | None:
        """When it was done; some of what was due of late has not been."""
        return None if self.now - due < STUCK and self.chance.random() < 0.25 else done

    def _planned(self, script: Script) -> list[Mapping[str, Any]]:
        return script.text["handling"]["actions"] if script.outcome == "handling" else []

    def _action(self, planned: Mapping[str, Any], script: Script, answered: datetime) -> PlannedAction:
        due = self.plus(answered, planned["days"])
        pace = self.chance.uniform(0.5, 1.0) if self.chance.random() < 0.85 else self.chance.uniform(1.1, 1.8)
        done = self.plus(answered, max(1, round(planned["days"] * pace)))
        return PlannedAction(planned["title"], self._doer(script), due, self._unless_stuck(done, due))

    def _in_order(
        self, planned: Mapping[str, Any], action: PlannedAction, others: Sequence[PlannedAction]
    ) -> PlannedAction:
        """The action as it waits for another, comes again, or needs something that shows it."""
        action = replace(action, after=planned.get("after"), shown=planned.get("shown", False))
        if action.after is not None:
            first = others[action.after].done
            done = self.plus(max(first, action.done), 2) if first and action.done else None
            action = replace(action, done=done)
        if "every" not in planned or action.done is None:
            return action
        number, period = planned["every"]
        days = number * {"weeks": 7, "months": 30.5, "years": 365.25}[period]
        times = (self.plus(action.due, round(days * time)) for time in range(1, MOST_TIMES))
        return replace(
            action, every=(number, period), times=tuple(time for time in times if time > action.done)
        )

    def _with(self, script: Script, answered: datetime, actions: tuple[PlannedAction, ...]) -> Script:
        """The script with its date, its actions and what is said."""
        if script.outcome == "just_do":
            due = self.plus(answered, script.text["just_do"]["days"])
        else:
            due = self.plus(max((action.due for action in actions), default=answered), 14)
        return replace(script, due=due, actions=actions, said=tuple(self._said(script, answered)))

    def _ended(self, script: Script) -> Script:
        """The script with its end: done, thanked for, and now and then opened again."""
        if script.outcome in ENDED or script.answered is None or script.due is None:
            return script
        finished = self._finished(script, script.answered, script.due)
        if finished is None:
            return script
        if self.now - finished < LATELY and self.one_in(3):
            return replace(script, finished=finished)
        if script.outcome == "handling":
            return self._judged(replace(script, finished=finished))
        return replace(script, finished=finished, closed=self._thanked(finished))

    def _thanked(self, done: datetime) -> datetime:
        return self.after(done, self.chance.choice((0, 1, 1, 2)))

    def _judged(self, script: Script) -> Script:
        """Some weeks later somebody else says whether it helped; what did not goes round once more."""
        judged = self.plus(script.finished or self.now, self.chance.randrange(14, 36))
        if script.text["handling"]["effect"]["result"] != "did_not":
            return replace(script, judged=judged, closed=self._thanked(judged))
        why, how = (self.chance.choice(self.phrases[name]) for name in ("effect_did_not", "effect_worked"))
        done = self.plus(judged, self.chance.randrange(20, 45))
        shown = self.plus(done, self.chance.randrange(14, 30))
        again = Again(why, done, shown, self._thanked(shown), how)
        return replace(script, judged=judged, helped=False, again=again)

    def _finished(self, script: Script, answered: datetime, due: datetime) -> datetime | None:
        """When all was done that had been decided; None when something still is not."""
        if script.outcome == "just_do":
            days = script.text["just_do"]["days"] * self.chance.uniform(0.4, 1.2)
            return self._unless_stuck(self.plus(answered, round(days)), due)
        done = [action.done for action in script.actions if action.done]
        return self.plus(max(done), 6) if len(done) == len(script.actions) else None

    def _said(self, script: Script, answered: datetime) -> Iterator[tuple[datetime, str, str]]:
        moment = answered
        for line in script.text["comments"]:
            moment = self.at_work(moment + timedelta(hours=self.chance.uniform(1, 30)))
            yield moment, script.sender if line["by"] == "sender" else script.handler, line["text"]

    def _sent(self, text: Mapping[str, Any], between: tuple[int, int]) -> datetime:
        """When it was sent: a fifth of all in the last month, mostly at work, where the text allows it."""
        months = text.get("months", range(1, 13))
        days = [day for day in range(*between) if (self.today - timedelta(days=day)).month in months]
        days = days or list(range(*between))
        weights = [likely(self.today - timedelta(days=day), day) for day in days]
        day = self.today - timedelta(days=self.chance.choices(days, weights)[0])
        return at(day, 7) + timedelta(
            minutes=self.chance.randrange(9 * 60 if is_working_day(day) else 14 * 60)
        )

    def _sender(self, unit: str, besides: str = "") -> str:
        mine = self.staff.by_key.get(besides, "")
        return self.chance.choice([one for one in self.staff.around(unit) if one != mine])

    def _doer(self, script: Script) -> str:
        """Whoever gets an action: mostly staff, at times the head."""
        unit = script.text["send_on"]["unit"] if script.sent_on else script.unit
        cast = set(self.staff.by_key.values())
        near = [one for one in self.staff.around(unit) if one not in cast]
        others = [one for one in near if one != script.sender] or near
        return self.staff.head[unit] if unit != "VOF-HT-2" and self.one_in(4) else self.chance.choice(others)
