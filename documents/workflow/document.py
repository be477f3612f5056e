"""The states and transitions of a document, as data.

ISO 9001:2015 7.5.2 asks that documents are reviewed and approved, 7.5.3 that what is in force is there when
it is needed and that nobody takes what is obsolete for it.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.permissions import FOLLOWS, REPEAL, STEER, WRITE
from documents.workflow.names import (
    CONTROL,
    CREATE,
    DROPPED,
    IN_FORCE,
    LOOK_OVER,
    MEND_PDF,
    MEND_WORDS,
    PREPARING,
    READ,
    REPEALED,
    REPLACED,
)
from qms.records.workflow import State, TaskSpec, To, Tone, Transition, Workflow

# Opened for many people at once, and left open by whatever happens to the document.
READ_TASK = TaskSpec(
    READ, _("Read and confirm"), To.CHOSEN, "read", _("Read it and confirm"), later=True, personal=True
)
# It waits until the PDF is there, whatever happens to the document.
MEND_TASK = TaskSpec(
    MEND_PDF,
    _("See to the official PDF, which could not be made"),
    To.OWNER,
    "pdf",
    _("The official PDF is yours to see to"),
    later=True,
)
# It waits until the words are there, or the file is no longer what is in force or written on.
WORDS_TASK = TaskSpec(
    MEND_WORDS,
    _("See to the file, whose words could not be read"),
    To.OWNER,
    "file",
    _("The file is yours to see to"),
    later=True,
)
# It waits until its end is decided, or nothing in force replaces it any more.
REPLACED_TASK = TaskSpec(
    REPLACED,
    _("Repeal it, since another in force replaces it"),
    To.CHOSEN,
    "stop",
    _("It is replaced, and yours to repeal"),
    later=True,
)

DOCUMENT = Workflow(
    states=(
        State(PREPARING, _("In preparation"), "pencil", Tone.NEUTRAL),
        State(
            IN_FORCE,
            _("In force"),
            "done",
            Tone.SUCCESS,
            tasks=(
                TaskSpec(
                    LOOK_OVER,
                    _("Look over whether it is still right"),
                    To.OWNER,
                    "calendar",
                    _("It is yours to look over"),
                    later=True,
                ),
            ),
        ),
        State(REPEALED, _("Repealed"), "na", Tone.NEUTRAL, is_open=False),
        State(DROPPED, _("Never came into force"), "na", Tone.NEUTRAL, is_open=False),
    ),
    transitions=(
        Transition(
            "take_effect",
            frozenset({PREPARING, IN_FORCE}),
            IN_FORCE,
            FOLLOWS,
            _("Take into force"),
            _("was taken into force"),
            CONTROL,
            icon="done",
            hidden=True,
            keeps_tasks=True,  # to put a word right is not to look it over
        ),
        Transition(
            "confirm",
            frozenset({IN_FORCE}),
            IN_FORCE,
            STEER,
            _("Still right, no change"),
            _("looked it over: still right, no change"),
            CREATE,
            icon="done",
            comment_label=_("What was looked at, if worth noting"),
        ),
        Transition(
            "repeal",
            frozenset({IN_FORCE}),
            REPEALED,
            REPEAL,
            _("Repeal"),
            _("repealed it"),
            CONTROL,
            icon="stop",
            comment_required=True,
            comment_label=_("Why does it no longer hold?"),
            rare=True,
        ),
        Transition(
            "repeal_later",
            frozenset({IN_FORCE}),
            IN_FORCE,
            REPEAL,
            _("Repeal from a later day"),
            _("decided that it ends"),
            CONTROL,
            icon="calendar",
            comment_required=True,
            comment_label=_("Why will it no longer hold?"),
            rare=True,
            keeps_tasks=True,  # where it holds long enough to be looked over before
        ),
        Transition(
            "hold",
            frozenset({IN_FORCE}),
            IN_FORCE,
            REPEAL,
            _("Let it hold after all"),
            _("decided that it holds after all"),
            CONTROL,
            icon="undo",
            comment_required=True,
            comment_label=_("Why should it hold after all?"),
            keeps_tasks=True,
        ),
        Transition(
            "run_out",
            frozenset({IN_FORCE}),
            REPEALED,
            FOLLOWS,
            pgettext_lazy("document", "End"),
            _("ended on the day that was decided"),
            CONTROL,
            icon="stop",
            hidden=True,
        ),
        Transition(
            "drop",
            frozenset({PREPARING}),
            DROPPED,
            WRITE,
            pgettext_lazy("document", "Drop"),
            _("dropped it before it came into force"),
            CREATE,
            icon="na",
            comment_required=True,
            comment_label=_("Why is it not needed?"),
        ),
    ),
)
