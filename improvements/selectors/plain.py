"""What a decision means to whoever sent the case, with the days and names that it keeps: what was said before
and what holds now. Where a decision keeps none, its transition says it (`Transition.plain`)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from qms.records.models import Decision
from qms.ui.dates import day_text

Details = Mapping[str, Any]


def plain(decision: Decision) -> str:
    """A whole sentence or two; empty where nothing more is known than the transition says. No query."""
    needed, say = _SAID.get(decision.name, ((), _nothing))
    return say(decision.details) if all(decision.details.get(key) for key in needed) else ""


def left_behind(decision: Decision) -> str:
    """What is said to whoever made `decision` and sees the case no longer since; empty where it took nobody's
    sight of it. No query."""
    details = decision.details
    if not details.get("closed_there"):
        return ""
    words = {"unit": details["to"], "day": day_text(decision.at)}
    return (
        _(
            "You sent it on to %(unit)s on %(day)s. It is only for those who handle it there, so you see it "
            "no longer, and need do nothing more. Whoever sent it in is told who answers."
        )
        % words
    )


def _nothing(details: Details) -> str:
    return ""


def _day(details: Details, key: str) -> str:
    return day_text(date.fromisoformat(details[key]))


def _just_do(details: Details) -> str:
    return _("Yes: it will be done by %(due)s, without more ado.") % {"due": _day(details, "due")}


def _handle(details: Details) -> str:
    return _(
        "Yes: it is taken up in full by %(due)s, so that the cause is found and it does not happen again."
    ) % {"due": _day(details, "due")}


def _sent_on(details: Details) -> str:
    if not details.get("answers"):
        return _("It was sent on to %(unit)s, who can do something about it. The promised day stands.") % {
            "unit": details["to"]
        }
    return _("It was sent on to %(unit)s, where %(name)s answers now. The promised day stands.") % {
        "unit": details["to"],
        "name": details["answers"],
    }


def _stopped(details: Details) -> str:
    return _(
        "Your answer has to wait. The clock stands still until %(until)s, and the answer is promised by "
        "%(promised)s instead of %(before)s."
    ) % {
        "until": _day(details, "until"),
        "promised": _day(details, "promised"),
        "before": _day(details, "from"),
    }


def _goes_again(details: Details) -> str:
    return _("The clock goes again. The answer is promised by %(promised)s.") % {
        "promised": _day(details, "promised")
    }


def _put_off(details: Details) -> str:
    return _("It takes longer than was said: by %(due)s instead of %(before)s.") % _both(details)


def _is_tested(details: Details) -> str:
    return _("It is done. %(name)s, who did not do it, looks on %(due)s at whether it helped.") % {
        "name": details["judge"],
        "due": _day(details, "due"),
    }


def _tested_later(details: Details) -> str:
    return _(
        "It is too early to tell whether it helped. That is looked at on %(due)s instead of %(before)s."
    ) % _both(details)


def _both(details: Details) -> dict[str, str]:
    return {"due": _day(details, "due"), "before": _day(details, "from")}


def _not_done(details: Details) -> str:
    return _(
        "It was to be done by %(was)s and is not. %(name)s, the next manager above, has been asked to see "
        "that it is done by %(due)s."
    ) % {"name": details["sees_to_it"], "was": _day(details, "was"), "due": _day(details, "due")}


def _not_judged(details: Details) -> str:
    return _(
        "It was to be looked at by %(was)s whether it helped, and nobody has yet. %(name)s, the next manager "
        "above, has been asked to see that it is done by %(due)s."
    ) % {"name": details["sees_judged"], "was": _day(details, "was"), "due": _day(details, "due")}


def _worked(details: Details) -> str:
    return _(
        "It helped, says somebody who has looked at it, later than said: that was to be done by %(was)s."
    ) % {"was": _day(details, "was")}


def _failed(details: Details) -> str:
    again = {"due": _day(details, "due")}
    if not details.get("was"):
        return _("It did not help, so it goes round once more. That is to be done by %(due)s.") % again
    return _(
        "It did not help, so it goes round once more. That is to be done by %(due)s. It was looked at later "
        "than said: it was to be by %(was)s."
    ) % {**again, "was": _day(details, "was")}


# By the decision: the details it must have for it, and the sentence.
_SAID: Mapping[str, tuple[tuple[str, ...], Callable[[Details], str]]] = {
    "just_do": (("due",), _just_do),
    "handle": (("due",), _handle),
    "send_on": (("to",), _sent_on),
    "pause": (("until", "promised", "from"), _stopped),
    "resume": (("promised",), _goes_again),
    "postpone": (("due", "from"), _put_off),
    "test": (("judge", "due"), _is_tested),
    "postpone_test": (("due", "from"), _tested_later),
    "see_done": (("sees_to_it", "was", "due"), _not_done),
    "see_judged": (("sees_judged", "was", "due"), _not_judged),
    "effect_worked": (("was",), _worked),
    "effect_failed": (("due",), _failed),
}
