"""What happens to the demo's cases: planned from the texts, the same for the same day. Pure.

A `Script` says when a case is sent and what becomes of it; `steps` turns it into single acts of single
people. What would lie in the future is left out: the case stands where it stands today.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

LEAST = timedelta(minutes=4)  # between two acts on the same case


@dataclass(frozen=True)
class PlannedAction:
    """An action of a case: whose it is, by when, and when it was done (None: not yet).

    It may wait for another (`after`, its place among the case's), come again (`every`: so many, of which
    period; done `times` more by now), or need something that shows it.
    """

    title: str
    owner: str
    due: datetime
    done: datetime | None = None
    after: int | None = None
    every: tuple[int, str] | None = None
    times: tuple[datetime, ...] = ()
    shown: bool = False


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
class Waits:
    """The answer clock is stopped at a moment until a day, for a reason the sender reads."""

    at: datetime
    until: date
    why: str


@dataclass(frozen=True)
class Later:
    """What was to be done gets a new date, for a reason the sender reads."""

    at: datetime
    due: datetime
    why: str


@dataclass(frozen=True)
class Flagged:
    """The case is marked as what the law asks more about, and (unless None) settled by `by`."""

    kind: str
    at: datetime
    by: str
    why: str
    settled: datetime | None = None
    reported: bool = True
    settled_why: str = ""


@dataclass(frozen=True)
class Thumb:
    """What the sender answers to "did it get better?"."""

    at: datetime
    better: bool
    words: str


@dataclass(frozen=True)
class Reply:
    """What a unit that was asked says (`by` whom and when, None: nothing), and when its own case, which a
    yes leads to, was done (None: not yet)."""

    unit: str
    by: str
    at: datetime | None = None
    answer: str = ""
    said: str = ""
    due: date | None = None
    done: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """Other units are asked whether it applies to them, and asked once more on the `mornings` after."""

    at: datetime
    word: str
    replies: tuple[Reply, ...]
    mornings: tuple[datetime, ...]


@dataclass(frozen=True)
class Shown:
    """The case in the gallery: what it was like and is like, and what its pictures show."""

    at: datetime
    was: str
    now: str
    alt: tuple[str, str]
    for_all: bool


@dataclass(frozen=True)
class Script:
    """One case. People are said by e-mail address, units by code; moments that are None never come.

    `sender` is empty where nobody knows: the case came without login (`channel`). `asked_above` are the
    mornings on which the clock asks the next manager above. `joins` is the key of the case it goes on in.
    `like` is the key of the case whose life it had too, some weeks apart and with other people; such a
    case is written from that life (`improvements.demo.copies`).
    """

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
    noted: tuple[tuple[datetime, str, str], ...] = ()  # the same, among those who handle it
    wanted: tuple[tuple[datetime, str, str], ...] = ()  # by whom too: the same again
    channel: str = "staff"
    waits: Waits | None = None
    later: Later | None = None
    asked_above: tuple[datetime, ...] = ()
    flagged: Flagged | None = None
    thumb: Thumb | None = None
    joins: str = ""
    pictured: bool = False
    asked: Asked | None = None
    shown: Shown | None = None
    like: str = ""


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
    yield from _clock(script)
    if script.flagged:
        yield from _flag(script, script.flagged)
    if script.answered:
        yield from _answer(script, script.answered)
    yield from _spoken(script)
    yield from _elsewhere(script)


def _spoken(script: Script) -> Iterator[Row]:
    for at, who, what in script.said:
        yield at, "comment", who, {"text": what}
    for at, who, what in script.wanted:
        yield at, "want", who, {"text": what}
    for at, who, what in script.noted:
        yield at, "note", who, {"text": what}
    if script.thumb:
        said = {"better": script.thumb.better, "words": script.thumb.words}
        yield script.thumb.at, "thumb", script.sender, said


def _elsewhere(script: Script) -> Iterator[Row]:
    """What other units are asked and answer, and what the gallery shows."""
    if script.shown:
        yield script.shown.at, "show", script.handler, {"shown": script.shown}
    if script.asked is None:
        return
    yield script.asked.at, "ask", script.handler, {"asked": script.asked}
    for morning in script.asked.mornings:
        yield morning, "ask_again", "", {}
    for reply in script.asked.replies:
        if reply.at:
            yield reply.at, "reply", reply.by, {"reply": reply}
        if reply.done:
            yield reply.done, "do_too", reply.by, {"reply": reply}
            yield reply.done + timedelta(hours=1), "close_too", reply.by, {"reply": reply}


def _clock(script: Script) -> Iterator[Row]:
    if script.waits:
        stops = {"until": script.waits.until, "why": script.waits.why}
        yield script.waits.at, "pause", script.handler, stops
    for morning in script.asked_above:
        yield morning, "clock", "", {}


def _flag(script: Script, flagged: Flagged) -> Iterator[Row]:
    yield flagged.at, "flag", script.handler, {"flagged": flagged}
    if flagged.settled:
        yield flagged.settled, "settle", flagged.by, {"flagged": flagged}


def _answer(script: Script, answered: datetime) -> Iterator[Row]:
    yield answered - LEAST, "sort", script.handler, {}
    yield answered, script.outcome, script.handler, {"due": script.due}
    for index, action in enumerate(script.actions):
        planned = answered + timedelta(minutes=10 * (index + 1))
        yield planned, "plan", script.handler, {"index": index, "action": action}
        if action.done:
            yield action.done, "do", action.owner, {"index": index, "shown": action.shown}
        for moment in action.times:
            yield moment, "repeat", action.owner, {}
    if script.later:
        yield script.later.at, "postpone", script.handler, {"due": script.later.due, "why": script.later.why}
    if script.outcome == "handling":
        found = answered + timedelta(hours=1)
        yield found, "cause", script.handler, {"text": script.text["handling"]["cause"]}
    yield from _ending(script)
    if script.again:
        again = script.again
        yield again.done - timedelta(days=8), "cause", script.handler, {"text": again.why}
        yield again.done, "finish", script.handler, {"judged": again.judged}
        yield again.judged, "judge", script.handler, {"helped": True, "text": again.how}
        yield again.closed, "close", script.handler, {}


def _ending(script: Script) -> Iterator[Row]:
    if script.finished:
        yield script.finished, "finish", script.handler, {"judged": script.judged}
    if script.judged:
        text = script.text["handling"]["effect"]["text"]
        due = script.again.done if script.again else script.judged + timedelta(days=42)
        said = {"helped": script.helped, "text": text, "due": due}
        yield script.judged, "judge", script.handler, said
    if script.closed:
        yield script.closed, "close", script.handler, {}
