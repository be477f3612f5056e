"""Where the pages of a record stand."""

from django.urls import reverse
from django.utils.functional import Promise

from qms.records.models import Record

Crumb = tuple[str | Promise, str | None]


def crumbs_of(record: Record, *last: str | Promise) -> list[Crumb]:
    """The list of the record's kind, the record, and perhaps a page about it."""
    offer = record.kind_offer
    address = record.get_absolute_url() if last else None
    return [
        (offer.plural, reverse(offer.list_url)),
        (record.reference, address),
        *((text, None) for text in last),
    ]
