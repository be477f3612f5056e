"""The files of records, for those who see the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from qms.organisation.access import Access
from qms.records.models import Attachment, Record
from qms.records.selectors.heard import heard_from, is_heard
from qms.records.services.attachments import may_remove


@dataclass(frozen=True)
class ShownFile:
    """A file as the page shows it, and whether this person may remove it."""

    attachment: Attachment
    removable: bool


def files_of(record: Record, access: Access) -> list[ShownFile]:
    """The files of a record that the caller has checked is seen, without papers of the work that are not for
    `access`. One query, none if prefetched; where there are papers those of `heard_from`."""
    present = [attachment for attachment in record.attachments.all() if attachment.removed_at is None]
    kept_back = papers_kept_back(record, present, access)
    return [
        ShownFile(attachment, may_remove(attachment, record, access))
        for attachment in present
        if attachment.pk not in kept_back
    ]


def papers_kept_back(record: Record, files: Iterable[Attachment], access: Access) -> set[int]:
    """Ids of those of the record's files that are papers of the work on it (`RecordKind.is_paper`) from a
    time of which `access` hears nothing, and not their own. The queries of `heard_from` where there are any.
    """
    papers = [file for file in files if record.kind_offer.is_paper(record, file)]
    since = heard_from(record, access) if papers else None
    return {
        file.pk
        for file in papers
        if not is_heard(file.at, since) and file.uploaded_by_id not in access.acts_for
    }


def file_of(public_id: UUID, access: Access) -> Attachment:
    """A file that `access` sees where it hangs, or that stands in a text they read (`RecordKind.shows_file`).

    Attachment.DoesNotExist when hidden, removed or unknown.
    """
    attachment = Attachment.objects.present().select_related("record").get(public_id=public_id)
    if _is_seen(attachment, access) or attachment.record.kind_offer.shows_file(attachment, access):
        return attachment
    raise Attachment.DoesNotExist


def _is_seen(attachment: Attachment, access: Access) -> bool:
    """Whether it is seen where it hangs."""
    kind = attachment.record.kind_offer
    seen = kind.model.objects.visible_to(access).select_related("unit").defer("search")
    record = seen.filter(pk=attachment.record_id).first()
    return record is not None and not papers_kept_back(record, [attachment], access)
