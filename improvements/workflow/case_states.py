"""The states of improvement cases, with what each asks of whom."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from improvements.permissions import CHECK_EFFECT
from improvements.workflow.action import SEE_DONE
from improvements.workflow.names import (
    ANSWER,
    ANSWER_ABOVE,
    CARRY_OUT,
    CLOSED,
    DOING,
    DONE,
    FINISH,
    JUDGE_ABOVE,
    LACKING,
    MERGED,
    NOT_NOW,
    RECEIVED,
    TESTING,
    WITHDRAWN,
)
from qms.records.workflow import State, TaskSpec, To, Tone

STATES = (
    State(
        RECEIVED,
        _("Received"),
        "received",
        Tone.NEUTRAL,
        tasks=(
            TaskSpec(ANSWER, _("Answer"), To.OWNER, "assess", _("Your answer is expected"), awaited=True),
            TaskSpec(
                ANSWER_ABOVE,
                _("Answer what is past its day"),
                To.RESPONSIBLE,
                "late",
                _("The promised day has passed: your answer is expected"),
                later=True,
                beside=frozenset({ANSWER}),
            ),
        ),
        more=_("More answers"),
    ),
    State(
        DOING,
        _("In progress"),
        "ongoing",
        Tone.INFO,
        tasks=(
            TaskSpec(CARRY_OUT, _("See it through"), To.OWNER, "ongoing", _("It is yours to see through")),
            TaskSpec(
                FINISH,
                _("All actions are done, finish it"),
                To.OWNER,
                "done",
                _("All actions are done: yours to finish"),
                later=True,
            ),
            SEE_DONE,
        ),
    ),
    State(
        TESTING,
        _("Being tested"),
        "effect",
        Tone.INFO,
        tasks=(
            TaskSpec(
                CHECK_EFFECT.task,
                _("Judge whether it helped"),
                To.CHOSEN,
                "effect",
                _("Did it help? Your judgement is expected"),
            ),
            TaskSpec(
                JUDGE_ABOVE,
                _("Late, see that it is judged"),
                To.RESPONSIBLE,
                "late",
                _("Its date has passed: see that it is judged"),
                later=True,
                beside=frozenset({str(CHECK_EFFECT.task)}),
            ),
        ),
    ),
    State(
        DONE,
        _("Done"),
        "done",
        Tone.SUCCESS,
        tasks=(TaskSpec("close", _("Close and thank"), To.OWNER, "done", _("Yours to close")),),
    ),
    State(CLOSED, pgettext_lazy("case", "Closed"), "shown", Tone.SUCCESS, is_open=False),
    State(NOT_NOW, _("Not now"), "notnow", Tone.NEUTRAL, is_open=False),
    State(LACKING, _("Means are lacking"), "lacking", Tone.NEUTRAL, is_open=False),
    State(MERGED, _("Goes on in another case"), "merge", Tone.NEUTRAL, is_open=False),
    State(WITHDRAWN, _("Withdrawn"), "na", Tone.NEUTRAL, is_open=False),
)
