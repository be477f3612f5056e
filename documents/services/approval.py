"""Approval, and what follows: in force at once or on its day, and what it replaces."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Document, Version, Weight
from documents.permissions import APPROVE
from documents.selectors.approvers import why_not_approver, why_not_undone
from documents.selectors.citations import cited_in
from documents.selectors.versions import version_in_force, version_under_way, versions_under_way
from documents.services.drafts import look_over_done, plain_text
from documents.services.frozen import pdf_owe
from documents.services.mending import words_follow
from documents.services.reading import duties_ask
from documents.workflow.names import IN_FORCE
from documents.workflow.seen import seen_as
from documents.workflow.version import CORRECTED
from qms.exceptions import RuleViolation
from qms.organisation.access import Access, SystemAccess
from qms.records.models import Visibility
from qms.records.services import move
from qms.records.services.noting import decision_note
from qms.ui.dates import day_text

Data = Mapping[str, Any]


def guard_approve(record: Version, access: Access) -> str | None:
    """Whoever wrote on it does not approve it, and the level that decides on its type does."""
    return why_not_approver(record, access)


def effect_approve(record: Version, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """What was decided, by whom and where it stands; in force at once when its day has come.

    Raises RuleViolation with the field for what the type asks for and is not there.
    """
    _check(record, data)
    record.decided_by, record.paragraph = data["decided_by"].strip(), data["paragraph"].strip()
    record.decided_on, record.valid_from = data["decided_on"], data["valid_from"]
    record.registry_number = data["registry_number"].strip()
    record.weight, record.due = data["weight"], data["valid_from"]
    new_duty = record.weight == Weight.NEW_DUTY
    record.changes_for_you = data["changes_for_you"].strip() if record.weight != Weight.EDITORIAL else ""
    record.read_by = data["read_by"] if new_duty else None
    if record.valid_from <= timezone.localdate():
        take_into_force(record, access)
    else:  # those it holds for see what comes, and from when
        record.visibility = seen_as(record.state, record.document.visibility)
    return {
        "decided_by": record.decided_by,
        "paragraph": record.paragraph,
        "decided_on": data["decided_on"].isoformat(),
        "valid_from": record.valid_from.isoformat(),
        "weight": record.weight,
    }


def _check(record: Version, data: Data) -> None:
    if record.document.type.needs_decision:
        for field, sentence in (
            ("paragraph", _("Write the paragraph of the decision, such as § 84.")),
            ("registry_number", _("Write the registry number of the decision.")),
        ):
            if not data[field].strip():
                raise RuleViolation(sentence, field=field)
    if not data["decided_by"].strip():
        raise RuleViolation(_("Write who decided."), field="decided_by")
    if data["decided_on"] > timezone.localdate():
        raise RuleViolation(
            _("The decision has been made: choose today or an earlier date."), field="decided_on"
        )
    _check_weight(record, data)
    ends_on = record.document.ends_on
    if ends_on and data["valid_from"] >= ends_on:
        raise RuleViolation(
            _("It was decided that the document ends on %(day)s. Let it hold after all first.")
            % {"day": day_text(ends_on)},
            field="valid_from",
        )
    _check_before_next(record, data)
    held = version_in_force(record.document)
    if held and held.valid_from and data["valid_from"] < held.valid_from:
        raise RuleViolation(
            _("%(version)s is in force since %(day)s: choose that day or a later one.")
            % {"version": held.name, "day": day_text(held.valid_from)},
            field="valid_from",
        )


def _check_before_next(record: Version, data: Data) -> None:
    """A small correction holds before the next whole version does, or never."""
    coming = version_under_way(record.document, small=False) if record.minor else None
    if coming and coming.valid_from and data["valid_from"] >= coming.valid_from:
        raise RuleViolation(
            _("%(version)s is in force from %(day)s: choose an earlier day, or correct that one.")
            % {"version": coming.name, "day": day_text(coming.valid_from)},
            field="valid_from",
        )


def _check_weight(record: Version, data: Data) -> None:
    if data["weight"] != Weight.NEW_DUTY:
        return
    if record.minor:
        raise RuleViolation(
            _("A small correction brings no new duty. Write a whole new version for that."), field="weight"
        )
    if record.is_restricted:
        raise RuleViolation(
            _("It is only for those who handle it: others cannot be asked to read it."), field="weight"
        )
    if not data["changes_for_you"].strip():
        raise RuleViolation(
            _("Write in a line or two what changes for those who must read it."), field="changes_for_you"
        )
    earliest = max(timezone.localdate(), data["valid_from"])
    if not data["read_by"] or data["read_by"] < earliest:
        raise RuleViolation(
            _("Choose by when it is to be read: %(day)s or later.") % {"day": day_text(earliest)},
            field="read_by",
        )


def guard_call_off(record: Version, access: Access) -> str | None:
    """It is called off by the level that decides on its type."""
    return why_not_undone(APPROVE, record.document, access)


def effect_call_off(record: Version, *, access: Access, comment: str, data: Data) -> None:
    """It becomes a draft again, the unit's own: nothing of the decision stands."""
    record.visibility = seen_as(record.state, record.document.visibility)
    record.decided_by = record.paragraph = record.registry_number = ""
    record.weight = Weight.EDITORIAL if record.minor else ""
    record.changes_for_you, record.approver = "", None
    record.decided_on = record.valid_from = record.read_by = record.due = None


def effect_take_over(record: Version, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It was decided before this system was there: in force as it is, nobody is asked to read it anew."""
    planned = data["planned"]
    record.decided_by, record.paragraph = planned.decided_by, planned.paragraph
    record.decided_on, record.valid_from = planned.decided_on, planned.valid_from
    record.registry_number, record.weight = planned.registry_number, Weight.EDITORIAL
    take_into_force(record, access)
    return {
        "decided_by": record.decided_by,
        "paragraph": record.paragraph,
        "valid_from": planned.valid_from.isoformat(),
    }


def guard_its_day(record: Version, access: Access) -> str | None:
    """It comes into force on its day, not before."""
    if record.valid_from and record.valid_from > timezone.localdate():
        return _("It comes into force on %(day)s.") % {"day": day_text(record.valid_from)}
    return None


def effect_enter(record: Version, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """Its day has come."""
    take_into_force(record, access)
    return {"valid_from": (record.valid_from or timezone.localdate()).isoformat()}


def take_into_force(version: Version, access: Access) -> None:
    """Let `version`, locked with its document, be the one in force: the one before it ends the same day.

    Document, its readers, their tasks and the official PDF that is owed follow, in the caller's transaction.
    The caller saves `version`.
    """
    behind = SystemAccess(f"{access.name}, {version.reference}")
    document = version.document
    if held := version_in_force(document):
        # A day that is put right may lie before the one it was.
        until = max(day for day in (held.valid_from, version.valid_from) if day)
        move(record_id=held.pk, name="supersede", access=behind, data={"until": until})
    _meet_others(version, behind)
    version.state, version.closed_at = IN_FORCE, timezone.now()
    version.due = None
    document = move(record_id=document.pk, name="take_effect", access=behind, data={"version": version})
    version.document = document
    document.cites.set(cited_in(version))
    version.visibility = seen_as(IN_FORCE, document.visibility)
    pdf_owe(version)
    if version.weight == Weight.NEW_DUTY:
        duties_ask(document=document, version=version, access=access)


def _meet_others(version: Version, behind: Access) -> None:
    """What else is under way: a correction of what holds no longer falls away with it; whoever writes the
    next whole version hears what has been corrected meanwhile."""
    for other in versions_under_way(version.document):
        if other.pk == version.pk:
            continue
        if other.minor:
            move(record_id=other.pk, name="fall_away", access=behind)
        else:
            details = {"number": version.number}
            decision_note(record=other, name=CORRECTED.name, access=behind, details=details)


def effect_take_effect(record: Document, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """The document says what the version says; it is seen as its type is, and looked over after a while. A
    small correction leaves that day where it is."""
    version: Version = data["version"]
    record.title, record.text = version.title, plain_text(version)
    if version.registry_number:
        record.registry_number = version.registry_number
    if record.visibility == Visibility.INTERNAL:
        record.visibility = Visibility.PUBLIC if record.type.is_public else Visibility.STAFF
    if record.due is None or not version.minor:  # putting a word right is not looking it over
        record.due = record.review_after(max(version.valid_from or date.min, version.decided_on or date.min))
        look_over_done(document=record, access=access)
    if version.weight == Weight.NEW_DUTY:
        record.asks_to_read = version
    return {
        "version": version.number,
        "decided_by": version.decided_by,
        "paragraph": version.paragraph,
        "decided_on": version.decided_on.isoformat() if version.decided_on else "",
        "valid_from": version.valid_from.isoformat() if version.valid_from else "",
    }


def effect_end_of_force(record: Version, *, access: Access, comment: str, data: Data) -> None:
    """It held until the day the next one does, or the document was repealed."""
    words_follow(document=record.document, access=access, ended=record)
    record.valid_until = data["until"]
    record.visibility = seen_as(record.state, record.document.visibility)
