"""What a record is tied to, in both directions."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise

from qms.organisation.access import Access
from qms.records.models import Link, Record


@dataclass(frozen=True)
class LinkedRecord:
    """The other end of a link, and how it stands to the record asked about."""

    link_id: int
    label: str | Promise
    record: Record


def linked_records(record: Record, access: Access) -> list[LinkedRecord]:
    """Everything `record` is tied to that `access` sees; one query."""
    seen = Record.objects.visible_to(access).order_by().values("pk")
    links = (
        Link.objects.filter(Q(source=record, target__in=seen) | Q(target=record, source__in=seen))
        .select_related("source", "target")
        .order_by("type", "pk")
    )
    return [
        LinkedRecord(
            link.pk,
            link.label_from(record.pk),
            link.target if link.source_id == record.pk else link.source,
        )
        for link in links
    ]
