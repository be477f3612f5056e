"""Where the pages of a record stand."""

from django.urls import reverse
from django.utils.functional import Promise

from qms.records.models import Record

Crumb = tuple[str | Promise, str | None]


def crumbs_of(record: Record, *last: str | Promise) -> list[Crumb]:
    """The list of the record's kind, the record, and perhaps a page about it.

    A part of another record stands below that one.
    """
    offer = record.kind_offer
    if offer.apart:
        whole: Record = getattr(record, offer.held_by)
        above = [*crumbs_of(whole)[:1], (whole.reference, whole.get_absolute_url())]
        return [*above, *_below(record, *last)]
    return [(offer.plural, reverse(offer.list_url)), *_below(record, *last)]


def _below(record: Record, *last: str | Promise) -> list[Crumb]:
    address = record.get_absolute_url() if last else None
    return [(record.reference, address), *((text, None) for text in last)]
