"""What goes from one unit to another: who is asked whether it applies to them, what they say, the gallery."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from improvements.demo.script import Asked, Reply, Script, Shown
from improvements.demo.staff import Staff
from improvements.demo.times import at
from improvements.selectors.spread import ANSWER_DAYS
from improvements.services.spread_follow import AGAIN_DAYS
from qms.workdays import add_working_days, on_working_day

FOLDER = Path(__file__).parent
TIME_TO_DO = 21  # days that a unit gives itself
ANSWERS_AT, DONE_AT = 13, 15  # o'clock


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@dataclass
class Elsewhere:
    """Adds to a case that was done what other units are asked about it, and its card in the gallery.

    `ago` tells a moment some working days ago, at an hour.
    """

    now: datetime
    staff: Staff
    ago: Callable[[int, int], datetime | None]
    cases: dict[tuple[str, str], Mapping[str, Any]] = field(init=False)  # by key of the text and unit
    scenes: dict[str, list[str]] = field(init=False)  # what a drawing shows before and after, in words

    def __post_init__(self) -> None:
        self.cases = {(case["key"], case["unit"]): case for case in _read("elsewhere.json")}
        self.scenes = _read("scenes.json")

    def asked_of(self, key: str) -> set[str]:
        """The units that are asked about a text: they have not written it themselves."""
        cases = [case for (text, _unit), case in self.cases.items() if text == key]
        return {unit for case in cases if "asked" in case for unit in case["asked"]["units"]}

    def spread(self, script: Script) -> Script:
        """The script with what others are asked and shown, if they are."""
        case = self.cases.get((script.text["key"], script.unit))
        if case is None:
            return script
        asked = self._asked(case["asked"]) if "asked" in case else None
        shown = self._shown(case["shown"], script.text.get("drawing", "")) if "shown" in case else None
        return replace(script, asked=asked, shown=shown)

    def _asked(self, told: Mapping[str, Any]) -> Asked:
        moment = self._moment(told["ago"], 10)
        day = timezone.localdate(moment)
        due = on_working_day(day + timedelta(days=ANSWER_DAYS))
        again = add_working_days(due, 1)
        given_up = add_working_days(add_working_days(again, AGAIN_DAYS), 1)
        replies = tuple(self._reply(unit, said, day) for unit, said in told["units"].items())
        mornings = (at(morning, time(settings.DIGEST_HOUR).hour) for morning in (again, given_up))
        waited = [morning for morning in mornings if any(not r.at or r.at > morning for r in replies)]
        return Asked(moment, told["word"], replies, tuple(waited))

    def _reply(self, unit: str, said: Mapping[str, Any], asked: date) -> Reply:
        """Days are working days: until the answer, and from there until it was done there too."""
        by = self.staff.head[unit]
        if "answer" not in said:
            return Reply(unit, by)
        day = add_working_days(asked, said["days"])
        reply = Reply(unit, by, at(day, ANSWERS_AT), said["answer"], said.get("said", ""))
        if said["answer"] != "adopted":
            return reply
        done = at(add_working_days(day, said["done"]), DONE_AT) if "done" in said else None
        return replace(reply, due=on_working_day(day + timedelta(days=TIME_TO_DO)), done=done)

    def _shown(self, told: Mapping[str, Any], scene: str) -> Shown:
        before, after = self.scenes[scene] if scene else ("", "")
        moment = self._moment(told["ago"], 14)
        return Shown(moment, told["was"], told["now"], (before, after), told.get("for_all", True))

    def _moment(self, days: int, hour: int) -> datetime:
        return self.ago(days, hour) or self.now
