"""What a record is tied to, in both directions."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from qms.organisation.access import Access
from qms.records.kinds import kinds
from qms.records.models import Link, Record


@dataclass(frozen=True)
class LinkedRecord:
    """The other end of a link, and how it stands to the record asked about."""

    link: Link
    label: str | Promise
    record: Record

    @property
    def link_id(self) -> int:
        """The link's own id."""
        return self.link.pk


def linked_records(record: Record, access: Access) -> list[LinkedRecord]:
    """Everything `record` is tied to that `access` sees; two queries, one more if it ever was tied."""
    return [tied for tied in links_ever(record, access) if tied.link.removed_at is None]


def kept_links(links: Sequence[Link]) -> dict[int, str | Promise]:
    """Those of `links` that cannot be untied by hand, by id, and why. A query for each kind that may."""
    kept: dict[int, str | Promise] = {}
    for kind in kinds:
        kept |= kind.keeps_links(links)
    return kept


def links_ever(record: Record, access: Access) -> list[LinkedRecord]:
    """The same, with what it was tied to once: for the timeline. Read once for a record."""
    links = sorted((*record.links_out.all(), *record.links_in.all()), key=lambda link: (link.type, link.pk))
    others = {link.pk: _other_end(link, record) for link in links}
    if not others:
        return []
    seen = Record.objects.visible_to(access).defer("search").in_bulk(set(others.values()))
    return [
        LinkedRecord(link, link.label_from(record.pk), seen[others[link.pk]])
        for link in links
        if others[link.pk] in seen
    ]


def _other_end(link: Link, record: Record) -> int:
    return link.target_id if link.source_id == record.pk else link.source_id
