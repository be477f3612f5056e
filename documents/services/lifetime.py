"""A document's life beside its versions: looked over, changed, repealed, dropped."""

import copy
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Document, ReadDuty, Version
from documents.permissions import APPROVE, REPEAL, STEER
from documents.selectors.applies import applies_token
from documents.selectors.approvers import why_not_undone
from documents.selectors.versions import version_in_force, versions_under_way
from documents.services.drafts import applies_set, look_over_done
from documents.services.locking import document_locked
from documents.services.mending import mending_passes_on, words_follow
from documents.services.reading import duties_close, duties_reconcile
from documents.services.replaced import replaced_done
from documents.workflow.names import IN_FORCE, LOOK_OVER, SCHEDULED
from documents.workflow.seen import seen_as
from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.organisation.access import Access, SystemAccess
from qms.organisation.models import Unit
from qms.organisation.selectors import responsible_for
from qms.records.models import Task, Visibility
from qms.records.services import lock_records, move, record_save, task_open
from qms.records.services.moves import who_may
from qms.ui.dates import day_text

Data = Mapping[str, Any]
LOOK_OVER_DAYS = 30  # before its day the owner is asked
ENDS_SOON = timedelta(days=180)  # what ends within so many days is not worth looking over before


def effect_confirm(record: Document, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It is still right: the next time is counted from today (ISO 9001:2015 7.5.2)."""
    due: date = data["due"]
    if due <= timezone.localdate():
        raise RuleViolation(_("Choose a day after today."), field="due")
    said = record.decisions.filter(name="confirm", at__date=timezone.localdate())
    if said.filter(details__due=due.isoformat()).exists():  # pressed twice it is decided, and told, once
        raise RuleViolation(
            _("It has been looked over today already, and is next on %(day)s.") % {"day": day_text(due)}
        )
    before, record.due = record.due, due
    return {"from": before.isoformat() if before else "", "due": due.isoformat()}


def guard_ends(record: Document, access: Access) -> str | None:
    """It is ended by the level that decides on its type."""
    return why_not_undone(REPEAL, record, access)


def effect_repeal(record: Document, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It holds no longer from today: its version ends, what is under way too, nobody need read it."""
    details = _repeal_decided(record, data)
    record.ends_on = None
    record.registry_number = details["registry_number"] or record.registry_number
    _ends(record, timezone.localdate(), access)
    return details


def effect_repeal_later(record: Document, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It was decided that it holds no longer from a later day: until then it is in force as before, also
    under the registry number of what holds. It is not looked over when it ends before that or soon."""
    if record.ends_on is not None:
        raise RuleViolation(
            _("It is decided already that it ends on %(day)s.") % {"day": day_text(record.ends_on)}
        )
    day: date = data["ends_on"]
    if day <= timezone.localdate():
        raise RuleViolation(_("Choose a day after today, or repeal it now."), field="ends_on")
    for waiting in versions_under_way(record):
        if waiting.state == SCHEDULED and waiting.valid_from and waiting.valid_from >= day:
            raise RuleViolation(
                _("%(version)s is approved for %(from)s. Call it off first, or choose a later day.")
                % {"version": waiting.name, "from": day_text(waiting.valid_from)},
                field="ends_on",
            )
    details = _repeal_decided(record, data)
    record.ends_on = day
    replaced_done(document=record, access=access)
    if record.due and day <= max(record.due, timezone.localdate() + ENDS_SOON):
        details["due_before"], record.due = record.due.isoformat(), day
        look_over_done(document=record, access=access)
    return {**details, "ends_on": day.isoformat()}


def effect_hold(record: Document, *, access: Access, comment: str, data: Data) -> None:
    """It goes on holding: what was decided about its end is called off."""
    if record.ends_on is None:
        raise RuleViolation(_("Nobody has decided that it ends."))
    before = _end_decided(record).get("due_before")
    if before and record.due == record.ends_on:  # nothing has said meanwhile when it is looked over
        record.due = date.fromisoformat(before)
    record.ends_on = None


def effect_run_out(record: Document, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """The day from which it holds no longer has come."""
    if record.ends_on is None or record.ends_on > timezone.localdate():
        raise RuleViolation(_("Its day has not come."))
    record.registry_number = _end_decided(record)["registry_number"] or record.registry_number
    _ends(record, record.ends_on, access)
    return {"ends_on": record.ends_on.isoformat()}


def _end_decided(record: Document) -> dict[str, Any]:
    """The details of the decision that it ends on a later day. One query."""
    details: dict[str, Any] = record.decisions.filter(name="repeal_later").latest("at").details
    return details


def _repeal_decided(record: Document, data: Data) -> dict[str, Any]:
    """Who decided on its end, when, and where that stands. Raises RuleViolation with the field."""
    if record.type.needs_decision:
        for field, sentence in (
            ("paragraph", _("Write the paragraph of the decision, such as § 84.")),
            ("registry_number", _("Write the registry number of the decision.")),
        ):
            if not data[field].strip():
                raise RuleViolation(sentence, field=field)
    decided_on: date = data["decided_on"]
    if decided_on > timezone.localdate():
        raise RuleViolation(
            _("The decision has been made: choose today or an earlier date."), field="decided_on"
        )
    return {
        "decided_by": data["decided_by"].strip(),
        "paragraph": data["paragraph"].strip(),
        "decided_on": decided_on.isoformat(),
        "registry_number": data["registry_number"].strip(),
    }


def _ends(record: Document, until: date, access: Access) -> None:
    """Its version ends on the day `until`, what is under way too, and nobody need read it."""
    behind = SystemAccess(f"{access.name}, {record.reference}")
    _end_under_way(record, behind)
    if record.visibility == Visibility.PUBLIC:
        record.visibility = Visibility.STAFF
    if held := version_in_force(record):
        move(record_id=held.pk, name="repeal", access=behind, data={"until": until})
    record.due = None
    replaced_done(document=record, access=access)
    # Also what was confirmed counts no longer, in no figure; who read it when stays noted.
    duties = ReadDuty.objects.standing().filter(document=record)
    duties_close(duties, why=ReadDuty.Closed.REPEALED, access=access)


def effect_drop(record: Document, *, access: Access, comment: str, data: Data) -> None:
    """It is not needed: its draft ends with it."""
    _end_under_way(record, SystemAccess(f"{access.name}, {record.reference}"))
    record.due = None


def effect_given_up(record: Version, *, access: Access, comment: str, data: Data) -> None:
    """What was under way comes to nothing: nobody need see to its file, nor does anybody see it who does not
    see drafts."""
    record.visibility = seen_as(record.state, record.document.visibility)
    words_follow(document=record.document, access=access, ended=record)


def _end_under_way(document: Document, behind: Access) -> None:
    for waiting in versions_under_way(document):
        move(record_id=waiting.pk, name="end", access=behind)


def after_change(*, record: Document, before: Document, access: Access) -> None:
    """Versions belong where their document does and are seen as it is."""
    moved = record.unit_id != before.unit_id
    shown = (record.visibility, record.confidential_reason) != (before.visibility, before.confidential_reason)
    if shown:
        _check_shown(record)
    if record.type_id != before.type_id:
        _check_level(record, before, access)
    if moved or record.owner_id != before.owner_id:
        mending_passes_on(record=record, before=before, access=access)
    if not (moved or shown):
        return
    lock_records(*Version.objects.filter(document=record).values_list("pk", flat=True))
    for version in Version.objects.filter(document=record).select_related("unit").order_by("pk"):
        version.unit = record.unit
        version.visibility = seen_as(version.state, record.visibility)
        version.confidential_reason = record.confidential_reason
        record_save(record=version, access=access, before=version)
    if shown and record.asks_to_read_id:
        duties_reconcile(documents=[record.pk], access=access)  # nobody is asked to read what they do not see


def held_versions_follow(*, unit: Unit, into: Unit, access: Access) -> None:
    """What is in force belongs where its document, which goes along to `into`, does from now on; what has
    ended keeps the unit it had. Inside the transaction in which `unit` ends."""
    held = Version.objects.filter(unit=unit, is_in_force=True)
    lock_records(*held.values_list("pk", flat=True))
    for version in held.order_by("pk"):
        version.unit = into
        record_save(record=version, access=access, before=version)


def _check_level(record: Document, before: Document, access: Access) -> None:
    """What is in force becomes another level's to decide on by the one that decides on it now: else whoever
    looks after its data could undo what a council decided."""
    if record.state != IN_FORCE or record.type.level == before.type.level:
        return
    if reason := why_not_undone(APPROVE, before, access):
        raise RuleViolation(reason, field="type")


def _check_shown(record: Document) -> None:
    """Only what is in force is shown outside the unit."""
    if record.visibility in (Visibility.PUBLIC, Visibility.STAFF) and record.state != IN_FORCE:
        if record.visibility == Visibility.STAFF and not record.is_open:
            return
        raise RuleViolation(
            _("It is shown to everyone when it is in force, by itself. Until then it is the unit's own."),
            field="visibility",
        )


def version_unchanged(*, record: Version, before: Version, access: Access) -> None:
    """The data of a version follow its document; its text is written on its own page."""
    raise RuleViolation(_("A version is changed by writing on its draft, else by changing its document."))


@transaction.atomic
def document_applies_set(
    *, document_id: int, units: Iterable[Unit], access: Access, concerns: str = "", token: str | None = None
) -> Document:
    """Say for which units a document holds, and which of the people there it `concerns`. Who must read it
    follows. `token` is what the form carried (`applies_token`).

    Raises NotYours without the right, StaleEdit when somebody has said otherwise meanwhile, RuleViolation
    when no unit is named.
    """
    document = document_locked(document_id, access)
    if not access.can(STEER, document):
        raise NotYours(who_may(STEER, document))
    if token is not None and token != applies_token(document):
        raise StaleEdit(
            _("Somebody has changed this meanwhile. Read below what it holds for now, and choose anew.")
        )
    applies_set(document=document, units=units, access=access)
    if concerns and concerns != document.concerns:
        before, document.concerns = copy.copy(document), concerns
        record_save(record=document, access=access, before=before)
    duties_reconcile(documents=[document.pk], access=access)
    return document


def look_overs_open(*, access: Access) -> int:
    """Ask the owners of what is to be looked over soon. Returns how many were asked.

    Owed is said by the state of things: in force, its day within a month or past, nobody asked, no whole
    version under way, and not to end by then.
    """
    asked = Task.objects.open().filter(record=OuterRef("pk"), kind=LOOK_OVER)
    under_way = Version.objects.filter(document=OuterRef("pk"), is_under_way=True, minor=0)
    owed = Document.objects.filter(
        ~Exists(asked),
        ~Exists(under_way),
        state=IN_FORCE,
        due__lte=timezone.localdate() + timedelta(days=LOOK_OVER_DAYS),
    ).exclude(ends_on__lte=F("due"))
    return sum(_ask(pk, access) for pk in list(owed.order_by("due", "pk").values_list("pk", flat=True)))


@transaction.atomic
def _ask(document_id: int, access: Access) -> int:
    document = document_locked(document_id, access)
    if document.state != IN_FORCE or document.tasks.open().filter(kind=LOOK_OVER).exists():
        return 0
    owner = document.owner if document.owner and document.owner.is_active else responsible_for(document.unit)
    task_open(record=document, kind=LOOK_OVER, assignee=owner, due=document.due, access=access)
    return 1
