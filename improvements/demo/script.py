"""What happens to the demo's cases: planned from the texts, the same for the same day. Pure.

A `Script` says when a case is sent and what becomes of it; `steps` turns it into single acts of single
people. What would lie in the future is left out: the case stands where it stands today.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LEAST = timedelta(minutes=4)  # between two acts on the same case


@dataclass(frozen=True)
class PlannedAction:
    """An action of a case: whose it is, by when, and when it was done (None: not yet)."""

    title: str
    owner: str
    due: datetime
    done: datetime | None = None


@dataclass(frozen=True)
class Again:
    """The second round of what did not help: why it did not, when that was done, judged and closed, and
    how it then went."""

    why: str
    done: datetime
    judged: datetime
    closed: datetime
    how: str


@dataclass(frozen=True)
class Script:
    """One case. People are said by e-mail address, units by code; moments that are None never come."""

    key: str
    text: Mapping[str, Any]
    unit: str
    sender: str
    handler: str
    sent: datetime
    sent_on: datetime | None = None
    answered: datetime | None = None
    outcome: str = ""
    due: datetime | None = None
    actions: tuple[PlannedAction, ...] = ()
    finished: datetime | None = None
    closed: datetime | None = None
    withdrawn: datetime | None = None
    withdrawn_why: str = ""
    judged: datetime | None = None  # whether it helped, of what is handled in full
    helped: bool = True
    again: "Again | None" = None
    said: tuple[tuple[datetime, str, str], ...] = ()  # (when, who, what)


@dataclass(frozen=True, order=True)
class Step:
    """Somebody does something with a case at a moment. `act` is a function of `improvements.demo.acts`."""

    at: datetime
    key: str
    number: int
    act: str = field(compare=False)
    by: str = field(compare=False)
    data: Mapping[str, Any] = field(compare=False, default_factory=dict)


def steps(script: Script, now: datetime) -> Iterator[Step]:
    """The acts of `script` up to `now`, in order, no two of them at once."""
    last = script.sent - LEAST
    for number, (at, act, by, data) in enumerate(sorted(_acts(script), key=lambda row: row[0])):
        last = max(at, last + LEAST)
        if last >= now:
            return
        yield Step(last, script.key, number, act, by, data)


Row = tuple[datetime, str, str, dict[str, Any]]


def _acts(script: Script) -> Iterator[Row]:
    yield script.sent, "send", script.sender, {}
    if script.withdrawn:
        yield script.withdrawn, "withdraw", script.sender, {"comment": script.withdrawn_why}
    if script.text.get("restricted"):
        yield script.sent + timedelta(hours=1), "restrict", script.handler, {}
    if script.sent_on:
        yield script.sent_on, "send_on", script.handler, {}
    if script.answered:
        yield from _answer(script, script.answered)
    for at, who, what in script.said:
        yield at, "comment", who, {"text": what}


def _answer(script: Script, answered: datetime) -> Iterator[Row]:
    yield answered - LEAST, "sort", script.handler, {}
    yield answered, script.outcome, script.handler, {"due": script.due}
    for index, action in enumerate(script.actions):
        planned = answered + timedelta(minutes=10 * (index + 1))
        yield planned, "plan", script.handler, {"index": index, "action": action}
        if action.done:
            yield action.done, "do", action.owner, {"index": index}
    if script.outcome == "handling":
        found = answered + timedelta(hours=1)
        yield found, "cause", script.handler, {"text": script.text["handling"]["cause"]}
    if script.finished:
        yield script.finished, "finish", script.handler, {"judged": script.judged}
    if script.judged:
        text = script.text["handling"]["effect"]["text"]
        due = script.again.done if script.again else script.judged + timedelta(days=42)
        said = {"helped": script.helped, "text": text, "due": due}
        yield script.judged, "judge", script.handler, said
    if script.closed:
        yield script.closed, "close", script.handler, {}
    if script.again:
        again = script.again
        yield again.done - timedelta(days=8), "cause", script.handler, {"text": again.why}
        yield again.done, "finish", script.handler, {"judged": again.judged}
        yield again.judged, "judge", script.handler, {"helped": True, "text": again.how}
        yield again.closed, "close", script.handler, {}
