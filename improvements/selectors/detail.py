"""What the pages of a case and of an action show of their own."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.models import (
    Action,
    Category,
    Channel,
    Disclosure,
    EffectCheck,
    Harm,
    Improvement,
    Lane,
    Means,
    Seconder,
)
from improvements.selectors.actions import before_and_after, why_it_waits, why_no_action
from improvements.selectors.clock import clock
from improvements.selectors.flags import day_and_time, flags_of
from improvements.selectors.full_rule import all_merged, with_sender
from improvements.selectors.gallery import entry_of
from improvements.selectors.joined import GoesOn, goes_on, into_seen, joined
from improvements.selectors.periods import CARRIED_OUT
from improvements.selectors.seconders import wanted
from improvements.selectors.sender import is_asked, what_was_done
from improvements.selectors.spread import spread_of, why_kept
from improvements.selectors.story import rounds_of, why_no_cause
from qms.organisation.access import Access
from qms.records.models import Attachment, Decision, Record
from qms.ui.dates import day_text

# Of these it is asked how much harm came of it.
ASKED_FOR_HARM = (Category.DEVIATION, Category.COMPLAINT)


def beside() -> "tuple[Prefetch[Any, Any, Any], ...]":
    """What a case's page reads with it: its actions, the cases that go on in it, who wants it too, causes and
    effects, whom it was spread to, when its clock stood still, its flags and the copies handed out."""
    rows = Action.objects.select_related("owner", "after").defer("search", "after__search")
    return (
        Prefetch("actions", rows.order_by("pk")),
        Prefetch("merged", with_sender(Improvement.objects.all())),
        Prefetch("seconders", Seconder.objects.select_related("person")),
        Prefetch("causes"),
        Prefetch("checks", EffectCheck.objects.select_related("judge")),
        Prefetch("spread"),
        Prefetch("pauses"),
        Prefetch("flags"),
        Prefetch("disclosures", Disclosure.objects.defer("content")),
    )


def improvement_detail(access: Access, record: Improvement) -> dict[str, Any]:
    """Context of a case's own part: three queries, one when it has actions, more from the second round on or
    when others joined, once it is done five at most for what it was spread to and three for whoever sent it,
    more for whoever sent what goes on in it: they are asked here, too, whether it got better. Three more for
    whoever sent what goes on in a case that they may not see."""
    planned = list(record.actions.all())
    actions = _seen(planned, access)
    handles = access.can(permissions.HANDLE, record)
    rounds = rounds_of(record, actions)
    merged = all_merged(record)
    spread = spread_of(record, access, merged)
    done = handles and record.state in CARRIED_OUT
    into = into_seen(record, access)
    asked = next((case for case in (record, *merged) if is_asked(case, access)), None)
    return {
        "spread": spread,
        "spread_kept": why_kept(record) if done else "",
        "may_spread": done,
        "gallery": entry_of(record) if done else None,
        "clock": clock(record),
        "channel": _came_in(record),
        "asked": asked,
        "asked_of": what_was_done(asked) if asked else "",
        "pictures": _sent_along(record),
        "lane": Lane(record.lane).label if record.lane else "",
        "handles": handles,
        "harms": Harm if record.category in ASKED_FOR_HARM or record.harm else (),
        "full": record.lane == Lane.FULL,
        "rounds": rounds[:-1],
        "round": rounds[-1],
        "actions": rounds[-1].actions,
        "actions_unseen": len(planned) - len(actions),
        "may_plan": why_no_action(record, access) is None,
        "may_find_causes": why_no_cause(record, access) is None,
        "means": [Means(one).label for one in record.means],
        "into": into,
        "goes_on": _told_there(record, access, into),
        "joined": joined(record, access, merged),
        "wanted": wanted(record, access),
        "flags": [(flag, day_and_time(flag)) for flag in flags_of(record)] if handles else [],
    }


def _told_there(record: Improvement, access: Access, into: Improvement | None) -> GoesOn | None:
    """What whoever sent `record` is told of the case in which it goes on, where they may not see that one."""
    if record.merged_into_id is None or into or not access.can(permissions.JUDGE, record):
        return None
    return goes_on(record)


def _sent_along(record: Improvement) -> list[Attachment]:
    """The pictures that its sender has put to it; those of a sender without a name are nobody's."""
    return [
        one
        for one in record.attachments.all()
        if one.thumbnail and one.removed_at is None and one.uploaded_by_id == record.created_by_id
    ]


def _came_in(record: Improvement) -> str:
    if record.old_number:
        return _("From %(source)s, number %(number)s") % {
            "source": record.came_from,
            "number": record.old_number,
        }
    return "" if record.channel == Channel.STAFF else str(record.get_channel_display())


def _seen(actions: list[Action], access: Access) -> list[Action]:
    """Those of `actions` that `access` sees. One query, none where there are none."""
    if not actions:
        return []
    shown = Record.objects.visible_to(access).filter(pk__in=[action.pk for action in actions])
    seen = set(shown.order_by().values_list("pk", flat=True))
    return [action for action in actions if action.pk in seen]


def action_detail(access: Access, record: Action) -> dict[str, Any]:
    """Context of an action's own part: the source, or only its reference for those who do not see it."""
    ties = before_and_after(record, access)
    own = {
        **ties,
        "waits": why_it_waits(record, ties["after"]),
        "series": record.series,
        "may_plan": access.can(permissions.PLAN, record),
    }
    if record.source_id is None:
        return {**own, "source": None, "source_reference": ""}
    source: Record = Record.objects.select_related("unit").defer("search").get(pk=record.source_id)
    seen = Record.objects.visible_to(access).filter(pk=source.pk).exists()
    return {**own, "source": source if seen else None, "source_reference": source.reference}


def decided(decision: Decision) -> str:
    """What a decision's details say, for the timeline."""
    details = decision.details
    return next((say(details) for key, say in _SAID if key in details), "")


def _asked_of(details: Mapping[str, Any]) -> str:
    words = {"units": ", ".join(details["units"]), "day": _day(details["due"])}
    return _("%(units)s. Answer by %(day)s") % words


def _own_case(details: Mapping[str, Any]) -> str:
    return _("They do it in %(reference)s") % {"reference": details["own"]}


def _answers_too(details: Mapping[str, Any]) -> str:
    words = {"name": details["answers_too"], "day": _day(details["due"])}
    return _("%(name)s too is asked to answer, by %(day)s") % words


def _sees_to_it(details: Mapping[str, Any]) -> str:
    words = {"name": details["sees_to_it"], "day": _day(details["due"])}
    return _was(details) + _("%(name)s too is asked to see that it is done, by %(day)s") % words


def _sees_judged(details: Mapping[str, Any]) -> str:
    words = {"name": details["sees_judged"], "day": _day(details["due"])}
    return _was(details) + _("%(name)s too is asked to see that it is judged, by %(day)s") % words


def _judged_late(details: Mapping[str, Any]) -> str:
    return f"{_was(details)}{_by_day(details) if 'due' in details else ''}".rstrip()


def _was(details: Mapping[str, Any]) -> str:
    """By which day it was to be, and a space, where that has passed; older decisions do not say it."""
    if not details.get("was"):
        return ""
    return _("It was to be by %(was)s.") % {"was": _day(details["was"])} + " "


def _comes_next(details: Mapping[str, Any]) -> str:
    words = {"reference": details["next"], "day": _day(details["next_due"])}
    return _("The next one is %(reference)s, by %(day)s") % words


def _comes_after(details: Mapping[str, Any]) -> str:
    return _("It waits for %(reference)s") % {"reference": details["after"]}


def _stopped(details: Mapping[str, Any]) -> str:
    return _("The clock goes again on %(until)s. Answer promised by %(promised)s") % {
        "until": _day(details["until"]),
        "promised": _day(details["promised"]),
    }


def _goes_on(details: Mapping[str, Any]) -> str:
    return _("It goes on in %(reference)s") % {"reference": details["into"]}


def _lacking(details: Mapping[str, Any]) -> str:
    lacking = (str(Means(one).label).lower() for one in details["means"])
    return _("Lacking: %(means)s") % {"means": ", ".join(lacking)}


def _is_judged(details: Mapping[str, Any]) -> str:
    words = {"name": details["judge"], "day": _day(details["due"])}
    return _("%(name)s judges the effect on %(day)s") % words


def _sent_on(details: Mapping[str, Any]) -> str:
    return _("From %(before)s to %(after)s") % {"before": details["from"], "after": details["to"]}


def _by_day(details: Mapping[str, Any]) -> str:
    due, before = _day(details["due"]), details.get("from")
    if before:
        return _("From %(before)s to %(after)s") % {"before": _day(before), "after": due}
    return _("By %(day)s") % {"day": due}


# What the first of these keys that a decision has says.
_SAID: tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("units", _asked_of),
    ("own", _own_case),
    ("to", _sent_on),
    ("answers_too", _answers_too),
    ("sees_to_it", _sees_to_it),
    ("sees_judged", _sees_judged),
    ("was", _judged_late),
    ("next", _comes_next),
    ("after", _comes_after),
    ("promised", _stopped),
    ("into", _goes_on),
    ("means", _lacking),
    ("judge", _is_judged),
    ("due", _by_day),
)


def _day(iso: str) -> str:
    return day_text(date.fromisoformat(iso))
