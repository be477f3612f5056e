"""What the pages of a case and of an action show of their own."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.models import Action, Channel, Improvement, Lane
from improvements.selectors.actions import why_no_action
from improvements.selectors.clock import clock
from improvements.selectors.flags import day_and_time, flags_of
from improvements.selectors.sender import is_asked
from qms.organisation.access import Access
from qms.records.models import Decision, Record
from qms.ui.dates import day_text


def improvement_detail(access: Access, record: Improvement) -> dict[str, Any]:
    """Context of a case's own part: one query, two for those who handle it, and two more for whoever sent it
    once it is done."""
    seen = Exists(Record.objects.visible_to(access).filter(pk=OuterRef("pk")).order_by())
    rows = list(
        Action.objects.filter(source_id=record.pk)
        .annotate(seen=seen)
        .select_related("owner")
        .defer("search")
        .order_by("pk")
    )
    actions = [action for action in rows if action.seen]
    refused = why_no_action(record, access)
    handles = access.can(permissions.HANDLE, record)
    return {
        "clock": clock(record),
        "channel": "" if record.channel == Channel.STAFF else record.get_channel_display(),
        "asked": is_asked(record, access),
        "lane": Lane(record.lane).label if record.lane else "",
        "handles": handles,
        "actions": sorted(actions, key=lambda action: (not action.is_open, action.due or date.max)),
        "actions_unseen": len(rows) - len(actions),
        "may_plan": refused is None,
        "flags": [(flag, day_and_time(flag)) for flag in flags_of(record)] if handles else [],
    }


def action_detail(access: Access, record: Action) -> dict[str, Any]:
    """Context of an action's own part: the source, or only its reference for those who do not see it."""
    if record.source_id is None:
        return {"source": None, "source_reference": ""}
    source: Record = Record.objects.select_related("unit").defer("search").get(pk=record.source_id)
    seen = Record.objects.visible_to(access).filter(pk=source.pk).exists()
    return {"source": source if seen else None, "source_reference": source.reference}


def decided(decision: Decision) -> str:
    """What a decision's details say, for the timeline."""
    details = decision.details
    if "answers_too" in details:
        return _("%(name)s too is asked to answer, by %(day)s") % {
            "name": details["answers_too"],
            "day": _day(details["due"]),
        }
    if "promised" in details:
        return _("The clock goes again on %(until)s. Answer promised by %(promised)s") % {
            "until": _day(details["until"]),
            "promised": _day(details["promised"]),
        }
    if "to" in details:
        return _("From %(before)s to %(after)s") % {"before": details["from"], "after": details["to"]}
    if "due" not in details:
        return ""
    due = _day(details["due"])
    before = details.get("from")
    if before:
        return _("From %(before)s to %(after)s") % {"before": _day(before), "after": due}
    return _("By %(day)s") % {"day": due}


def _day(iso: str) -> str:
    return day_text(date.fromisoformat(iso))
