"""The single acts of the demo, each through the service that a person would use."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zlib import crc32

from django.utils import timezone

from improvements.demo import acts_elsewhere
from improvements.demo.script import Flagged, PlannedAction, Script, Step
from improvements.demo.stage import AFTER, BEFORE, Stage, sent_as, submission
from improvements.forms.moves import TEST_DAYS
from improvements.models import Action, Channel, EffectCheck, Flag, Improvement, Lane
from improvements.selectors.doers import doers_of
from improvements.services import (
    action_add,
    cause_add,
    cause_change,
    improvement_restrict,
    improvement_submit,
)
from improvements.services.flags import flag_not_reported, flag_reported, flag_set
from improvements.services.second import improvement_second
from improvements.services.series import Rhythm
from improvements.services.verdict import verdict_give
from improvements.services.voices import improvement_submit_unnamed
from qms.organisation.access import Access, VisitorAccess
from qms.organisation.models import Person
from qms.organisation.selectors import next_above
from qms.records.services import comment_add, move, note_add, record_change
from qms.records.services.attachments import attachments_add

DONE = "Det är gjort som vi sade."
SHOWN = "https://intranat.exempelkoping.se/rutiner/"
SECRECY = "OSL 26 kap. 1 §"
# Whose register a case is written into, by the beginning of its unit's code.
REGISTERS = {"VOF": "VON", "IFO": "SON", "BUF": "BUN", "SBF": "SBN", "KFF": "KFN", "MRF": "MRN"}


def run(stage: Stage, step: Step) -> None:
    """Do one step; the clock stands at its moment."""
    _ACTS[step.act](stage, stage.scripts[step.key], step)


def _decider(stage: Stage, step: Step) -> Access:
    """Whoever has the case by now: the script's handler, unless it has been sent on."""
    if stage.scripts[step.key].sent_on is None:
        return stage.access(step.by)
    owner = Improvement.objects.select_related("owner").get(pk=stage.records[step.key]).owner
    return stage.access_of(owner) if owner else stage.access(step.by)


def _send(stage: Stage, script: Script, step: Step) -> None:
    text, unit = script.text["text"], stage.units[script.unit]
    form, files = submission(script.key), stage.photo(script, BEFORE)
    if script.sender:
        access = stage.access(step.by)
        record = improvement_submit(text=text, unit=unit, access=access, submission=form, files=files)
    else:
        channel, visitor = Channel(script.channel), VisitorAccess()
        sent = improvement_submit_unnamed(
            text=text, unit=unit, channel=channel, access=visitor, submission=form, files=files
        )
        record, stage.tokens[script.key] = sent.record, sent.token
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
    access = _decider(stage, step)
    move(
        record_id=stage.records[step.key],
        name=name,
        access=access,
        comment=comment,
        data=_decided(stage, script, step),
    )


def _decided(stage: Stage, script: Script, step: Step) -> dict[str, object]:
    """What the form of the decision asks for besides the words."""
    if script.outcome == "lack_means":
        return {"means": script.text["lack_means"]["means"]}
    if script.outcome == "same_as":
        joined = stage.scripts[script.joins]
        other = sent_as(joined.key, joined.sender, stage.people)
        return {"into": Improvement.objects.get(submission=other)}
    return {"due": _day(step.data["due"])}


def _pause(stage: Stage, script: Script, step: Step) -> None:
    access, data = _decider(stage, step), {"until": step.data["until"]}
    move(record_id=stage.records[step.key], name="pause", access=access, comment=step.data["why"], data=data)


def _postpone(stage: Stage, script: Script, step: Step) -> None:
    access, data = _decider(stage, step), {"due": _day(step.data["due"])}
    why = step.data["why"]
    move(record_id=stage.records[step.key], name="postpone", access=access, comment=why, data=data)


def _clock(stage: Stage, script: Script, step: Step) -> None:
    stage.clock()


def _flag(stage: Stage, script: Script, step: Step) -> None:
    flagged: Flagged = step.data["flagged"]
    flag_set(
        record_id=stage.records[step.key],
        kind=flagged.kind,
        why=flagged.why,
        known_at=script.sent,
        access=_decider(stage, step),
    )


def _settle(stage: Stage, script: Script, step: Step) -> None:
    flagged: Flagged = step.data["flagged"]
    flag = Flag.objects.get(case_id=stage.records[step.key], outcome=Flag.Outcome.WAITING)
    access = stage.access(step.by)
    if flagged.reported:
        number = _number(script.key, "IVO 3.1.2")
        flag_reported(flag_id=flag.pk, reported_at=timezone.now(), access=access, number=number)
    else:
        flag_not_reported(flag_id=flag.pk, why=flagged.settled_why, access=access)


def _thumb(stage: Stage, script: Script, step: Step) -> None:
    access = stage.sender_access(script)
    better, words = step.data["better"], step.data["words"]
    verdict_give(record_id=stage.records[step.key], better=better, words=words, access=access)


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
        after=_earlier(stage, step.key, planned.after),
        rhythm=Rhythm(*planned.every) if planned.every else None,
        evidence_required=planned.shown,
    )
    stage.actions[step.key, step.data["index"]] = action.pk


def _earlier(stage: Stage, key: str, index: int | None) -> Action | None:
    return None if index is None else Action.objects.get(pk=stage.actions[key, index])


def _do(stage: Stage, script: Script, step: Step) -> None:
    action_id = stage.actions[step.key, step.data["index"]]
    data = {"link": SHOWN} if step.data["shown"] else {}
    move(record_id=action_id, name="done", access=stage.access(step.by), comment=DONE, data=data)


def _repeat(stage: Stage, script: Script, step: Step) -> None:
    """What comes again is done again."""
    actions = Action.objects.open().filter(source_id=stage.records[step.key], series__isnull=False)
    for action_id in actions.values_list("pk", flat=True):
        move(record_id=action_id, name="done", access=stage.access(step.by), comment=DONE)


def _finish(stage: Stage, script: Script, step: Step) -> None:
    """Done; what is handled in full is then given to somebody else to judge."""
    record = Improvement.objects.get(pk=stage.records[step.key])
    access, how = _decider(stage, step), script.text.get("before_after") or DONE
    if files := stage.photo(script, AFTER):
        attachments_add(record_id=record.pk, files=files, access=access)
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
    asked = (stage.people.get(script.sender), above, *stage.people.values())
    return next(one for one in asked if one and one.is_active and one.pk not in doers)


def _judge(stage: Stage, script: Script, step: Step) -> None:
    check = EffectCheck.objects.select_related("judge").get(record_id=stage.records[step.key], judged_at=None)
    helped = step.data["helped"]
    move(
        record_id=check.record_id,
        name="effect_worked" if helped else "effect_failed",
        access=stage.access_of(check.judge),
        comment=step.data["text"],
        data={} if helped else {"due": _day(step.data["due"])},
    )


def _close(stage: Stage, script: Script, step: Step) -> None:
    access, thanks = _decider(stage, step), script.text["thanks"]
    record_id = stage.records[step.key]
    data = {}
    if script.text.get("restricted") or script.flagged:  # what is secret is registered
        register = REGISTERS.get(script.unit[:3], "KS")
        data = {"registry_number": _number(script.key, f"{register} {step.at.year}")}
    move(record_id=record_id, name="close", access=access, comment=thanks, data=data)


def _number(key: str, series: str) -> str:
    """A number in somebody else's series, the same each time."""
    return f"{series}-{100 + crc32(key.encode()) % 9900:04d}"


def _own(name: str) -> Callable[[Stage, Script, Step], None]:
    def act(stage: Stage, script: Script, step: Step) -> None:
        access, comment = stage.access(step.by), step.data["comment"]
        move(record_id=stage.records[step.key], name=name, access=access, comment=comment)

    return act


def _comment(stage: Stage, script: Script, step: Step) -> None:
    access = stage.sender_access(script) if step.by == script.sender else _decider(stage, step)
    comment_add(record_id=stage.records[step.key], text=step.data["text"], access=access)


def _want(stage: Stage, script: Script, step: Step) -> None:
    record_id, access = stage.records[step.key], stage.access(step.by)
    improvement_second(record_id=record_id, words=step.data["text"], access=access)


def _note(stage: Stage, script: Script, step: Step) -> None:
    access = _decider(stage, step)
    note_add(record_id=stage.records[step.key], text=step.data["text"], access=access)


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
    "lack_means": _decide,
    "same_as": _decide,
    "pause": _pause,
    "postpone": _postpone,
    "clock": _clock,
    "flag": _flag,
    "settle": _settle,
    "thumb": _thumb,
    "cause": _cause,
    "plan": _plan,
    "do": _do,
    "repeat": _repeat,
    "finish": _finish,
    "judge": _judge,
    "close": _close,
    "withdraw": _own("withdraw"),
    "comment": _comment,
    "note": _note,
    "want": _want,
    **acts_elsewhere.ACTS,
}
