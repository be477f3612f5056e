"""What the details of a decision on a document or a version say, for the timeline."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from documents.models import Weight
from qms.records.models import Decision
from qms.ui.dates import day_text


def decided(decision: Decision) -> str:
    """In words, one part after the other."""
    details = decision.details
    return " · ".join(
        part for say in (_asked, _took_effect, _decision, _days) for part in say(details) if part
    )


def _asked(details: Mapping[str, Any]) -> list[str]:
    day, parts = _day(details.get("due", "")), []
    if names := details.get("reviewers"):
        parts.append(_("%(names)s, answer by %(day)s") % {"names": ", ".join(names), "day": day})
    if names := details.get("let_off"):
        parts.append(_("no longer asked: %(names)s") % {"names": ", ".join(names)})
    if name := details.get("approver"):
        parts.append(_("%(name)s, decision by %(day)s") % {"name": name, "day": day})
    return parts


def _decision(details: Mapping[str, Any]) -> list[str]:
    parts = [str(details.get("decided_by", "")), str(details.get("paragraph", ""))]
    if day := details.get("decided_on"):
        parts.append(_("decision of %(day)s") % {"day": _day(day)})
    if number := details.get("registry_number"):
        parts.append(str(number))
    if day := details.get("ends_on"):
        parts.append(_("ends on %(day)s") % {"day": _day(day)})
    if day := details.get("valid_from"):
        parts.append(_("in force from %(day)s") % {"day": _day(day)})
    if weight := details.get("weight"):
        parts.append(str(Weight(weight).label))
    return parts


def _took_effect(details: Mapping[str, Any]) -> list[str]:
    number = details.get("version")
    return [_("Version %(number)s") % {"number": number}] if number else []


def _days(details: Mapping[str, Any]) -> list[str]:
    """From which day to which it is looked over next."""
    if "from" not in details:
        return []
    after = _day(details["due"])
    if not details["from"]:
        return [_("Next by %(day)s") % {"day": after}]
    return [_("From %(before)s to %(after)s") % {"before": _day(details["from"]), "after": after}]


def _day(iso: str) -> str:
    return day_text(date.fromisoformat(iso)) if iso else ""
