"""The states and transitions of actions, as data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from improvements.permissions import DO, PLAN
from improvements.workflow.names import DATES, DONE, DROPPED, PLANNED
from qms.records.workflow import State, TaskSpec, To, Tone, Transition, Workflow

ACTION = Workflow(
    states=(
        State(
            PLANNED,
            _("To do"),
            "action",
            Tone.INFO,
            tasks=(TaskSpec("do", _("Do"), To.OWNER, "action", _("Yours to do")),),
        ),
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
            "ISO 9001:2015 10.2.1 c",
            icon="done",
            comment_label=_("What was done, if it differs from the plan"),
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
            "drop",
            frozenset({PLANNED}),
            DROPPED,
            PLAN,
            _("Drop"),
            _("dropped it"),
            "ISO 9001:2015 10.2.1",
            icon="na",
            comment_required=True,
            comment_label=_("Why is it no longer needed?"),
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
