"""Changing the fields of a record that every kind has, and those of its own that a form asks for."""

import copy
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.organisation.services.holding import unit_held
from qms.records.models import Notification, Record
from qms.records.services.create import record_save
from qms.records.services.locking import record_locked
from qms.records.services.moves import who_may
from qms.records.services.notify import tell_followers
from qms.records.services.tasks import tasks_follow


def edit_token(record: Record) -> str:
    """What an edit form carries to tell whether somebody else changed the record meanwhile."""
    return record.changed_at.isoformat()


@transaction.atomic
def record_change(
    *, record_id: int, changes: Mapping[str, Any], access: Access, token: str | None = None
) -> Record:
    """Change fields of a record and return it (the child). What is not changed costs nothing.

    Tasks follow a new owner, unit or date; followers are told. Afterwards the person must still see the
    record and be allowed to change it. Raises NotYours without the right, StaleEdit when `token` shows
    that somebody changed it meanwhile, RuleViolation with the field for what cannot be, KeyError for a
    field that is not the record's to change.
    """
    record = record_locked(record_id, access)
    if not access.can(record.kind_offer.edit, record):
        raise NotYours(who_may(record.kind_offer.edit, record))
    if token is not None and token != edit_token(record):
        raise StaleEdit(changed_meanwhile(record))
    before = copy.copy(record)
    changed = _set(record, changes)
    if not changed:
        return record
    _check(record, before)
    record_save(record=record, access=access, before=before)
    _check_still_theirs(record, before, access)
    tasks_follow(record=record, before=before, access=access)
    record.kind_offer.changed(record=record, before=before, access=access)
    tell_followers(record=record, event=Notification.Event.CHANGED, access=access, data={"fields": changed})
    return record


def record_owner_set(*, record_id: int, owner: Person | None, access: Access) -> Record:
    """Give a record to somebody else; its tasks follow. Raises what `record_change` does."""
    return record_change(record_id=record_id, changes={"owner": owner}, access=access)


def changed_meanwhile(record: Record) -> str:
    """The sentence for whoever saves over what somebody else has just saved."""
    last = record.history.order_by("-history_date", "-history_id").first()  # type: ignore[attr-defined]
    return _(
        "%(name)s changed this a moment ago; your text is kept below. Read what was changed, put yours "
        "right where it is needed, and save once more."
    ) % {"name": last.history_change_reason or _("Somebody")}


def _set(record: Record, changes: Mapping[str, Any]) -> list[str]:
    """Set what differs; the names of the fields that did."""
    editable = {field.name for field in record._meta.fields if field.editable}
    changed = []
    for name, value in changes.items():
        if name not in editable:
            raise KeyError(name)
        if getattr(record, name) != value:
            setattr(record, name, value)
            changed.append(name)
    if not record.is_restricted and record.confidential_reason:
        record.confidential_reason = ""
    return changed


def _check(record: Record, before: Record) -> None:
    if record.is_sealed != before.is_sealed:
        raise RuleViolation(
            _("A record is sealed, and opened again, by what it is marked as. It is not chosen here."),
            field="visibility",
        )
    if record.unit_id != before.unit_id:
        unit_held(record.unit_id)
    if record.owner and record.owner_id != before.owner_id and not record.owner.is_active:
        raise RuleViolation(
            _("%(name)s has left. Choose somebody else.") % {"name": record.owner.name}, field="owner"
        )
    if record.due and record.due != before.due and record.is_open and record.due < timezone.localdate():
        raise RuleViolation(_("Choose today or a later date."), field="due")
    if record.kind_offer.categories and record.category_offer is None:
        raise RuleViolation(_("There is no such kind."), field="category")
    if record.is_restricted and not record.confidential_reason.strip():
        raise RuleViolation(
            _("Write why it is only for those who handle it, with the legal ground if there is one."),
            field="confidential_reason",
        )


def _check_still_theirs(record: Record, before: Record, access: Access) -> None:
    """Whoever changes unit, owner or visibility must not put the record out of their own reach unawares."""
    moved = record.unit_id != before.unit_id
    if moved and not access.can(record.kind_offer.edit, record):
        raise RuleViolation(
            _("You may not change records in %(unit)s, so you cannot move it there like this.")
            % {"unit": record.unit.name},
            field="unit",
        )
    if (moved, record.owner_id, record.visibility) == (False, before.owner_id, before.visibility):
        return  # nothing on which it depends who sees it
    hidden = not Record.objects.visible_to(access).filter(pk=record.pk).exists()
    if hidden:
        raise RuleViolation(
            _("Then you would no longer see it yourself. Somebody who handles it has to do this."),
            field="unit" if moved else "visibility",
        )
