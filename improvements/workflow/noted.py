"""What is decided about a case without moving it: asking other units, their answers, showing it.

ISO 9001:2015 10.2.1 b 3 asks whether the same exists or could occur elsewhere; 10.3 that what is learned is
used.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qms.records.workflow import Noted

SPREAD, WISHED, ASKED_AGAIN, UNANSWERED = "spread", "wished", "asked_again", "unanswered"
ADOPTED, ALREADY, NOT_FOR_US = "adopted", "already", "not_for_us"
QUESTION_MOVED, QUESTIONS_END = "question_moved", "questions_end"
SHOWN, TAKEN_OUT = "shown", "taken_out"
TAKEN_OVER, ANSWERED_BEFORE, ENDED_BEFORE = "taken_over", "answered_before", "ended_before"

_ASKED = _("Other units have been asked whether it is something for them.")

NOTED = (
    Noted(
        SPREAD,
        ngettext_lazy(
            "asked another unit whether it applies to them",
            "asked %(count)d other units whether it applies to them",
            "count",
        ),
        "offer",
        _ASKED,
    ),
    Noted(
        WISHED,
        _("thinks it could be something for %(unit)s"),
        "offer",
        _("%(unit)s looks at whether it is something for them."),
    ),
    Noted(
        ADOPTED,
        _("answered for %(unit)s: yes, we do it"),
        "done",
        ngettext_lazy(
            "%(unit)s does the same. Your idea is now used in one more unit.",
            "%(unit)s does the same. Your idea is now used in %(count)d more units.",
            "count",
        ),
        tells_author=True,
    ),
    Noted(
        ALREADY,
        _("answered for %(unit)s: we do it already"),
        "check-mark",
        _("%(unit)s already does the same."),
    ),
    Noted(
        NOT_FOR_US,
        _("answered for %(unit)s: not for us"),
        "na",
        _("%(unit)s has looked at it and found that it is not for them."),
    ),
    Noted(ASKED_AGAIN, _("asked %(unit)s once more"), "late", _ASKED),
    Noted(
        UNANSWERED, _("noted that %(unit)s has not answered"), "na", _("%(unit)s has not said anything yet.")
    ),
    Noted(
        QUESTION_MOVED,
        _("passed the question to %(unit)s on to %(into)s"),
        "move",
        _("%(into)s has taken over from %(unit)s and is asked in its place."),
    ),
    Noted(
        QUESTIONS_END,
        _("asks other units no longer: the case is only for those who handle it"),
        "locked",
        _("Other units are no longer asked about it."),
    ),
    Noted(
        SHOWN,
        _("put it in the gallery"),
        "image",
        _("It is shown among the improvements that have been made."),
        tells_author=True,
    ),
    Noted(
        TAKEN_OUT,
        _("took it out of the gallery"),
        "hidden",
        _("It is no longer shown among the improvements."),
    ),
    Noted(
        TAKEN_OVER,
        _("took it over from %(source)s, where it had the number %(number)s"),
        "download",
        _("It has moved here from %(source)s, where it had the number %(number)s."),
    ),
    Noted(ANSWERED_BEFORE, _("Answered in %(source)s"), "chat", _("It was answered in %(source)s.")),
    Noted(
        ENDED_BEFORE,
        _("Ended in %(source)s as “%(said)s”"),
        "shown",
        _("It ended in %(source)s as “%(said)s”."),
    ),
)
