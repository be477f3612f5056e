"""The single acts of the demo, each through the service that a person would use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from improvements.demo.script import PlannedAction, Script, Step
from improvements.forms.moves import TEST_DAYS
from improvements.models import EffectCheck, Improvement, Lane
from improvements.selectors.doers import doers_of
from improvements.services import (
    action_add,
    cause_add,
    cause_change,
    improvement_restrict,
    improvement_submit,
)
from qms.organisation.access import Access, access_for
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import next_above
from qms.records.services import comment_add, move, record_change

DONE = "Det är gjort som vi sade."
SECRECY = "OSL 26 kap. 1 §"


@dataclass
class Stage:
    """The people and units, and what the cases have become so far."""

    people: dict[str, Person]  # by e-mail address
    units: dict[str, Unit]  # by code
    scripts: dict[str, Script]
    records: dict[str, int] = field(default_factory=dict)
    actions: dict[tuple[str, int], int] = field(default_factory=dict)
    _accesses: dict[tuple[str, date], Access] = field(default_factory=dict)

    def access(self, email: str) -> Access:
        """What that person may do that day."""
        key = email, timezone.localdate()
        if key not in self._accesses:
            self._accesses[key] = access_for(self.people[email])
        return self._accesses[key]


def submission(key: str) -> UUID:
    """The key of a case's form: by it a second run knows what is there."""
    return uuid5(NAMESPACE_URL, f"demo:{key}")


def run(stage: Stage, step: Step) -> None:
    """Do one step; the clock stands at its moment."""
    _ACTS[step.act](stage, stage.scripts[step.key], step)


def _decider(stage: Stage, step: Step) -> Access:
    """Whoever has the case by now: the script's handler, unless it has been sent on."""
    if stage.scripts[step.key].sent_on is None:
        return stage.access(step.by)
    owner = Improvement.objects.select_related("owner").get(pk=stage.records[step.key]).owner
    return stage.access(owner.email if owner else step.by)


def _send(stage: Stage, script: Script, step: Step) -> None:
    record = improvement_submit(
        text=script.text["text"],
        unit=stage.units[script.unit],
        access=stage.access(step.by),
        submission=submission(script.key),
    )
    stage.records[script.key] = record.pk


def _restrict(stage: Stage, script: Script, step: Step) -> None:
    record_id = stage.records[step.key]
    improvement_restrict(record_id=record_id, reason=SECRECY, access=_decider(stage, step))


def _sort(stage: Stage, script: Script, step: Step) -> None:
    changes = {
        "title": script.text["title"],
        "category": script.text["category"],
        "harm": script.text.get("severity", ""),
    }
    record_change(record_id=stage.records[step.key], changes=changes, access=_decider(stage, step))


def _send_on(stage: Stage, script: Script, step: Step) -> None:
    to = script.text["send_on"]
    access = stage.access(step.by)
    data = {"unit": stage.units[to["unit"]]}
    move(record_id=stage.records[step.key], name="send_on", access=access, comment=to["reason"], data=data)


def _decide(stage: Stage, script: Script, step: Step) -> None:
    name = "handle" if script.outcome == "handling" else script.outcome
    answer = script.text[script.outcome]
    comment = answer if isinstance(answer, str) else answer["answer"]
    data = {"due": _day(step.data["due"])}
    access = _decider(stage, step)
    move(record_id=stage.records[step.key], name=name, access=access, comment=comment, data=data)


def _cause(stage: Stage, script: Script, step: Step) -> None:
    access, text = _decider(stage, step), step.data["text"]
    cause = cause_add(record_id=stage.records[step.key], text=text, access=access)
    cause_change(cause_id=cause.pk, text=text, is_root=True, access=access)


def _plan(stage: Stage, script: Script, step: Step) -> None:
    planned: PlannedAction = step.data["action"]
    action = action_add(
        source_id=stage.records[step.key],
        title=planned.title,
        owner=stage.people[planned.owner],
        due=timezone.localdate(planned.due),
        access=_decider(stage, step),
    )
    stage.actions[step.key, step.data["index"]] = action.pk


def _do(stage: Stage, script: Script, step: Step) -> None:
    action_id = stage.actions[step.key, step.data["index"]]
    move(record_id=action_id, name="done", access=stage.access(step.by), comment=DONE)


def _finish(stage: Stage, script: Script, step: Step) -> None:
    """Done; what is handled in full is then given to somebody else to judge."""
    record = Improvement.objects.get(pk=stage.records[step.key])
    access, how = _decider(stage, step), script.text.get("before_after") or DONE
    if record.lane != Lane.FULL:
        move(record_id=record.pk, name="done", access=access, comment=how)
        return
    due = _day(step.data["judged"]) or timezone.localdate() + timedelta(days=TEST_DAYS)
    data = {"judge": _judge_of(stage, script, record, access), "due": due}
    move(record_id=record.pk, name="test", access=access, comment=how, data=data)


def _judge_of(stage: Stage, script: Script, record: Improvement, access: Access) -> Person:
    """Whoever sent it, else the one above, else a colleague: the first who did not do it."""
    doers = {*doers_of(record), access.person.pk if access.person else 0}
    above = next_above(record.unit, record.owner) if record.owner else None
    asked = (stage.people[script.sender], above, *stage.people.values())
    return next(one for one in asked if one and one.pk not in doers)


def _judge(stage: Stage, script: Script, step: Step) -> None:
    check = EffectCheck.objects.select_related("judge").get(record_id=stage.records[step.key], judged_at=None)
    helped = step.data["helped"]
    move(
        record_id=check.record_id,
        name="effect_worked" if helped else "effect_failed",
        access=stage.access(check.judge.email),
        comment=step.data["text"],
        data={} if helped else {"due": _day(step.data["due"])},
    )


def _close(stage: Stage, script: Script, step: Step) -> None:
    access, thanks = _decider(stage, step), script.text["thanks"]
    record_id = stage.records[step.key]
    # What is secret is registered.
    data = {"registry_number": f"VON {step.at.year}/{record_id:04d}"} if script.text.get("restricted") else {}
    move(record_id=record_id, name="close", access=access, comment=thanks, data=data)


def _own(name: str) -> Callable[[Stage, Script, Step], None]:
    def act(stage: Stage, script: Script, step: Step) -> None:
        access, comment = stage.access(step.by), step.data["comment"]
        move(record_id=stage.records[step.key], name=name, access=access, comment=comment)

    return act


def _comment(stage: Stage, script: Script, step: Step) -> None:
    access = stage.access(step.by) if step.by == script.sender else _decider(stage, step)
    comment_add(record_id=stage.records[step.key], text=step.data["text"], access=access)


def _day(moment: datetime | None) -> object:
    return timezone.localdate(moment) if moment else None


_ACTS: dict[str, Callable[[Stage, Script, Step], None]] = {
    "send": _send,
    "restrict": _restrict,
    "sort": _sort,
    "send_on": _send_on,
    "just_do": _decide,
    "handling": _decide,
    "not_now": _decide,
    "cause": _cause,
    "plan": _plan,
    "do": _do,
    "finish": _finish,
    "judge": _judge,
    "close": _close,
    "withdraw": _own("withdraw"),
    "comment": _comment,
}
