"""The files of records, for those who see the record."""

from dataclasses import dataclass
from uuid import UUID

from qms.organisation.access import Access
from qms.records.models import Attachment, Record
from qms.records.services.attachments import may_remove


@dataclass(frozen=True)
class ShownFile:
    """A file as the page shows it, and whether this person may remove it."""

    attachment: Attachment
    removable: bool


def files_of(record: Record, access: Access) -> list[ShownFile]:
    """The files of a record that the caller has checked is seen; one query, none if prefetched."""
    return [
        ShownFile(attachment, may_remove(attachment, record, access))
        for attachment in record.attachments.all()
        if attachment.removed_at is None
    ]


def file_of(public_id: UUID, access: Access) -> Attachment:
    """A file whose record `access` sees, or that stands in a text they read (`RecordKind.shows_file`).

    Attachment.DoesNotExist when hidden, removed or unknown.
    """
    attachment = Attachment.objects.present().select_related("record").get(public_id=public_id)
    seen = Record.objects.visible_to(access).filter(pk=attachment.record_id).exists()
    if seen or attachment.record.kind_offer.shows_file(attachment, access):
        return attachment
    raise Attachment.DoesNotExist
