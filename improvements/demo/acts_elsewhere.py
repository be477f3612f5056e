"""The acts by which other units come to do the same: asked, answered, done there too, shown."""

from collections.abc import Callable

from improvements.demo.script import Asked, Reply, Script, Shown, Step
from improvements.demo.stage import Stage
from improvements.models import Improvement, SpreadQuestion
from improvements.selectors.gallery import pictures_of
from improvements.services.gallery import Picture, gallery_show
from improvements.services.spread import spread_ask, usual_due
from improvements.services.spread_answer import Plan, spread_answer
from improvements.services.spread_follow import spread_follow_up
from qms.organisation.access import SystemAccess
from qms.records.services import move

THERE_TOO = "Nu gör vi likadant här."
THANKS = "Bra att vi tog över det."


def _ask(stage: Stage, script: Script, step: Step) -> None:
    asked: Asked = step.data["asked"]
    spread_ask(
        record_id=stage.records[step.key],
        units=[stage.units[reply.unit] for reply in asked.replies],
        due=usual_due(),
        word=asked.word,
        access=stage.access(step.by),
    )


def _ask_again(stage: Stage, script: Script, step: Step) -> None:
    spread_follow_up(access=SystemAccess("frågor till andra enheter"))


def _reply(stage: Stage, script: Script, step: Step) -> None:
    reply: Reply = step.data["reply"]
    question = SpreadQuestion.objects.get(record=stage.records[step.key], unit=stage.units[reply.unit])
    answered = spread_answer(
        question_id=question.pk,
        answer=reply.answer,
        said=reply.said,
        plan=Plan(stage.people[step.by], reply.due) if reply.due else None,
        access=stage.access(step.by),
    )
    if answered.own_case_id:
        stage.records[_own(step.key, reply)] = answered.own_case_id


def _do_too(stage: Stage, script: Script, step: Step) -> None:
    own = stage.records[_own(step.key, step.data["reply"])]
    move(record_id=own, name="done", access=stage.access(step.by), comment=THERE_TOO)


def _close_too(stage: Stage, script: Script, step: Step) -> None:
    own = stage.records[_own(step.key, step.data["reply"])]
    move(record_id=own, name="close", access=stage.access(step.by), comment=THANKS)


def _own(key: str, reply: Reply) -> str:
    """By what the stage knows the own case of a unit that has said yes."""
    return f"{key} {reply.unit}"


def _show(stage: Stage, script: Script, step: Step) -> None:
    shown: Shown = step.data["shown"]
    pictures = pictures_of(Improvement.objects.get(pk=stage.records[step.key])) if script.pictured else []
    before, after = (
        [Picture(picture.pk, alt) for picture, alt in zip(pictures, shown.alt, strict=True)]
        if pictures
        else (None, None)
    )
    gallery_show(
        record_id=stage.records[step.key],
        was=shown.was,
        now=shown.now,
        before=before,
        after=after,
        for_all=shown.for_all,
        access=stage.access(step.by),
    )


ACTS: dict[str, Callable[[Stage, Script, Step], None]] = {
    "ask": _ask,
    "ask_again": _ask_again,
    "reply": _reply,
    "do_too": _do_too,
    "close_too": _close_too,
    "show": _show,
}
