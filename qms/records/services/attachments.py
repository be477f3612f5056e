"""Files on records: adding and removing."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import NotYours, RuleViolation
from qms.once import sent_key
from qms.organisation.access import Access
from qms.records.attachments.storing import Stored
from qms.records.models import Attachment, Notification, Record
from qms.records.services.locking import record_locked
from qms.records.services.notify import tell_followers

Scan = Attachment.Scan


@transaction.atomic
def attachments_add(
    *, record_id: int, files: Sequence[Stored], access: Access, key: UUID | None = None
) -> list[Attachment]:
    """Hang files on a record one sees; followers are told. Called within `stored(...)`. Returns those
    that are new: what was sent with the same `key` (`qms.once.sent_key`) hangs there already.

    Raises RuleViolation when the record would get too many or takes none any more, Record.DoesNotExist when
    `access` does not see it.
    """
    record = record_locked(record_id, access)
    refuse_file(record)
    sent = [
        replace(file, key=sent_key(key, str(place), file.received.name, file.sha256))
        for place, file in enumerate(files)
    ]
    # Whoever asks holds the record, so that of two at once one is first.
    there = {*record.attachments.values_list("key", flat=True)} if key else set()
    kept = attachments_save(
        record=record, files=[file for file in sent if file.key not in there], access=access
    )
    if kept:
        names = [attachment.name for attachment in kept]
        tell_followers(record=record, event=Notification.Event.CHANGED, access=access, data={"files": names})
    return kept


def attachments_save(*, record: Record, files: Sequence[Stored], access: Access) -> list[Attachment]:
    """Make the rows of files on a record that the caller has locked (or just created) and checked."""
    if files and record.attachments.count() + len(files) > settings.ATTACHMENT_MAX_COUNT:
        raise RuleViolation(
            _("A record can have %(most)d files. Put what belongs together into one document.")
            % {"most": settings.ATTACHMENT_MAX_COUNT},
            field="attachments",
        )
    return [_save(record, file, access) for file in files]


def _save(record: Record, file: Stored, access: Access) -> Attachment:
    received = file.received
    attachment = Attachment(
        record=record,
        file=file.path,
        thumbnail=file.thumbnail_path,
        name=received.name,
        size=received.size,
        content_type=received.type.content_type,
        sha256=file.sha256,
        is_image=received.type.is_image,
        key=file.key,
        scan=Scan.CLEAN if received.scanned else Scan.NONE,
        uploaded_by=access.person,
        uploaded_by_name=access.name,
    )
    attachment._history_user = access.person  # type: ignore[attr-defined]
    attachment.save()
    return attachment


def refuse_file(record: Record) -> None:
    """Raise RuleViolation when no file can be added to the record any more."""
    if why := record.kind_offer.takes_no_file(record):
        raise RuleViolation(str(why))


def may_remove(attachment: Attachment, record: Record, access: Access) -> bool:
    """Whether `access` may take a file away: whoever sent it, and those who may change the record.

    Nobody may where the file is part of what is decided (`RecordKind.keeps_file`).
    """
    return _has_right(attachment, record, access) and not record.kind_offer.keeps_file(record, attachment)


def refuse_removal(attachment: Attachment, record: Record, access: Access) -> None:
    """Raise what keeps `access` from taking a file away: NotYours without the right, RuleViolation when it
    stays with the record or is already gone."""
    if not _has_right(attachment, record, access):
        raise NotYours(_("Only whoever sent the file and those who may change the record can remove it."))
    if kept := record.kind_offer.keeps_file(record, attachment):
        raise RuleViolation(str(kept))
    if attachment.removed_at:
        raise RuleViolation(_("The file has already been removed."))


def _has_right(attachment: Attachment, record: Record, access: Access) -> bool:
    own = attachment.uploaded_by_id is not None and attachment.uploaded_by_id in access.acts_for
    return own or access.can(record.kind_offer.edit, record)


@transaction.atomic
def attachment_remove(*, attachment_id: int, access: Access, why: str = "") -> Attachment:
    """Hide a file; its row and the file itself are kept until the record's retention has run out.

    Raises NotYours without the right, RuleViolation when it stays with the record or is already gone.
    """
    attachment = Attachment.objects.select_related("record").get(pk=attachment_id)
    record = record_locked(attachment.record_id, access)
    attachment = Attachment.objects.select_for_update().get(pk=attachment_id)
    refuse_removal(attachment, record, access)
    attachment_hide(attachment=attachment, access=access, why=why)
    return attachment


def attachment_hide(*, attachment: Attachment, access: Access, why: str) -> None:
    """Hide a file of a record that the caller has locked and may change."""
    attachment.removed_at = timezone.now()
    attachment.removed_by_name = access.name
    attachment.removed_why = why.strip()[:300]
    attachment._history_user = access.person  # type: ignore[attr-defined]
    attachment.save()
