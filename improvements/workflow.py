"""The states and transitions of improvement cases and of actions, as data.

ISO 9001:2015 10.2.1 asks to react, find the cause, act and review the effect; 9.1.2 and 10.3 that what
people propose is answered. Each transition cites the clause or our own promise it comes from.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from improvements.permissions import DO, HANDLE, PLAN, REOPEN, WITHDRAW
from qms.records.workflow import State, TaskSpec, To, Tone, Transition, Workflow

RECEIVED, DOING, DONE, CLOSED = "received", "doing", "done", "closed"
NOT_NOW, WITHDRAWN = "not_now", "withdrawn"
PLANNED, DROPPED = "planned", "dropped"
CARRY_OUT, FINISH = "carry_out", "finish"  # tasks of a case in progress: its actions, then itself

PROMISE = "Our promise: every proposal is answered within the promised time"
DATES = "Dates are kept or changed in the open"

IMPROVEMENT = Workflow(
    states=(
        State(
            RECEIVED,
            _("Received"),
            "received",
            Tone.NEUTRAL,
            tasks=(TaskSpec("answer", _("Answer"), To.OWNER, "assess", _("Your answer is expected")),),
        ),
        State(
            DOING,
            _("In progress"),
            "ongoing",
            Tone.INFO,
            tasks=(
                TaskSpec(
                    CARRY_OUT, _("See it through"), To.OWNER, "ongoing", _("It is yours to see through")
                ),
                TaskSpec(
                    FINISH,
                    _("All actions are done: finish it"),
                    To.OWNER,
                    "done",
                    _("All actions are done: yours to finish"),
                    later=True,
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
        State(WITHDRAWN, _("Withdrawn"), "na", Tone.NEUTRAL, is_open=False),
    ),
    transitions=(
        Transition(
            "just_do",
            frozenset({RECEIVED}),
            DOING,
            HANDLE,
            _("Just do it"),
            _("decided: we do it"),
            PROMISE,
            plain=_("Yes: it will be done, without more ado."),
            icon="thumb",
            comment_required=True,
            comment_label=_("What will be done?"),
            primary=True,
            tells_author=True,
        ),
        Transition(
            "handle",
            frozenset({RECEIVED}),
            DOING,
            HANDLE,
            _("Handle in full"),
            _("decided to handle it in full"),
            "ISO 9001:2015 10.2.1",
            plain=_("Yes: it is taken up in full, so that the cause is found and it does not happen again."),
            icon="ongoing",
            tells_author=True,
        ),
        Transition(
            "send_on",
            frozenset({RECEIVED}),
            RECEIVED,
            HANDLE,
            _("Send on"),
            _("sent it on"),
            PROMISE,
            plain=_("It was sent on to those who can do something about it. The promised day stands."),
            icon="move",
            comment_required=True,
            comment_label=_("Why does it belong there?"),
            tells_author=True,
        ),
        Transition(
            "not_now",
            frozenset({RECEIVED}),
            NOT_NOW,
            HANDLE,
            _("Not now"),
            _("decided: not now"),
            PROMISE,
            plain=_("Not now. The reason stands below."),
            icon="notnow",
            comment_required=True,
            comment_label=_("Why not now? The sender reads this."),
            tells_author=True,
        ),
        Transition(
            "postpone",
            frozenset({DOING}),
            DOING,
            HANDLE,
            _("New date"),
            _("set a new date"),
            DATES,
            plain=_("It takes longer than was said. There is a new date."),
            icon="calendar",
            comment_required=True,
            comment_label=_("Why a new date?"),
            tells_author=True,
        ),
        Transition(
            "done",
            frozenset({DOING}),
            DONE,
            HANDLE,
            _("It is done"),
            _("marked it as done"),
            "ISO 9001:2015 10.2.1 c",
            plain=_("Now it is done."),
            icon="done",
            comment_required=True,
            comment_label=_("What was done?"),
            primary=True,
            tells_author=True,
        ),
        Transition(
            "close",
            frozenset({DONE}),
            CLOSED,
            HANDLE,
            pgettext_lazy("case", "Close"),
            _("closed the case"),
            "ISO 9001:2015 10.2.1 d",
            plain=_("It is finished. Thank you for speaking up."),
            icon="shown",
            comment_label=_("A word of thanks to the sender"),
            primary=True,
            tells_author=True,
        ),
        Transition(
            "withdraw",
            frozenset({RECEIVED, DOING}),
            WITHDRAWN,
            WITHDRAW,
            _("Withdraw"),
            _("withdrew it"),
            "The sender's own right",
            plain=_("You have taken it back."),
            icon="na",
            comment_label=_("Reason, if you like"),
        ),
        Transition(
            "reopen",
            frozenset({DONE, CLOSED, NOT_NOW, WITHDRAWN}),
            RECEIVED,
            REOPEN,
            _("Open again"),
            _("opened it again"),
            "ISO 9001:2015 10.2.1 d",
            plain=_("It has been opened again: it was not finished after all."),
            icon="history",
            comment_required=True,
            comment_label=_("What has come up?"),
            tells_author=True,
        ),
    ),
)

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
