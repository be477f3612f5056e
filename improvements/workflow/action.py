"""The states and transitions of actions, as data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from improvements.permissions import DO, ESCALATE, LET_GO, PLAN
from improvements.workflow.names import DATES, DO_ABOVE, DO_IT, DONE, DROPPED, PLANNED, WAITING
from qms.records.workflow import State, TaskSpec, To, Tone, Transition, Workflow

ORDER = "What is done in order is done once"

# Asked of the managers above, of actions and of cases.
SEE_DONE = TaskSpec(
    DO_ABOVE,
    _("See that it is done: its date has passed"),
    To.RESPONSIBLE,
    "late",
    _("Its date has passed: see that it is done"),
    later=True,
)

ACTION = Workflow(
    states=(
        State(
            PLANNED,
            _("To do"),
            "action",
            Tone.INFO,
            tasks=(
                TaskSpec(DO_IT, _("Do"), To.OWNER, "action", _("Yours to do")),
                SEE_DONE,
            ),
        ),
        State(WAITING, _("Waits for another"), "assess", Tone.NEUTRAL),
        State(DONE, pgettext_lazy("action", "Done"), "done", Tone.SUCCESS, is_open=False),
        State(DROPPED, _("Dropped"), "na", Tone.NEUTRAL, is_open=False),
    ),
    transitions=(
        Transition(
            "done",
            frozenset({PLANNED}),
            DONE,
            DO,
            pgettext_lazy("action", "Done"),
            _("marked it as done"),
            "ISO 9001:2015 10.2.1 c, 10.2.2 a",
            icon="done",
            comment_required=True,
            comment_label=_("What was done?"),
            comment_missing=_("Write in a line what was done."),
            primary=True,
        ),
        Transition(
            "postpone",
            frozenset({PLANNED}),
            PLANNED,
            DO,
            _("New date"),
            _("set a new date"),
            DATES,
            icon="calendar",
            comment_required=True,
            comment_label=_("Why a new date?"),
        ),
        Transition(
            "wait",
            frozenset({PLANNED, WAITING}),
            WAITING,
            PLAN,
            _("Wait for another"),
            _("let it wait for another"),
            ORDER,
            icon="assess",
            rare=True,
        ),
        Transition(
            "begin",
            frozenset({WAITING}),
            PLANNED,
            PLAN,
            _("Wait no more"),
            _("let it begin without waiting"),
            ORDER,
            icon="play",
            comment_label=_("Why need it not wait?"),
            primary=True,
        ),
        Transition(
            "let_go",
            frozenset({WAITING}),
            PLANNED,
            LET_GO,
            _("Begin"),
            _("let it begin: what it waited for is out of the way"),
            ORDER,
            icon="play",
            hidden=True,
        ),
        Transition(
            "hold",
            frozenset({PLANNED}),
            WAITING,
            LET_GO,
            _("Wait again"),
            _("let it wait again: what it waited for has been opened again"),
            ORDER,
            icon="assess",
            hidden=True,
        ),
        Transition(
            "escalate",
            frozenset({PLANNED}),
            PLANNED,
            ESCALATE,
            _("Ask the manager above"),
            _("asked the next manager above: its date passed long ago"),
            DATES,
            icon="up",
            keeps_tasks=True,
            hidden=True,
        ),
        Transition(
            "drop",
            frozenset({PLANNED, WAITING}),
            DROPPED,
            PLAN,
            _("Drop"),
            _("dropped it"),
            "ISO 9001:2015 10.2.1",
            icon="na",
            comment_required=True,
            comment_label=_("Why is it no longer needed?"),
            rare=True,
        ),
        Transition(
            "reopen",
            frozenset({DONE, DROPPED}),
            PLANNED,
            DO,
            _("Open again"),
            _("opened it again"),
            "ISO 9001:2015 10.2.1 d",
            icon="history",
            comment_required=True,
            comment_label=_("What has come up?"),
        ),
    ),
)
