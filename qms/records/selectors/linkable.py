"""Which records somebody means who writes a reference or words of a title."""

from qms.organisation.access import Access
from qms.records.models import Record
from qms.records.search import ranked, reference_in

SHOWN = 8


def linkable(text: str, access: Access) -> list[Record]:
    """Up to SHOWN records that `access` sees: the one of that reference first, then what search finds, best
    first. Two queries."""
    ids = [pk for pk, _kind in ranked(text, access)[:SHOWN]]
    reference = reference_in(text) or text.upper()
    seen = Record.objects.visible_to(access).for_lists()
    found = {record.pk: record for record in seen.filter(pk__in=ids) | seen.filter(reference=reference)}
    first = [record for record in found.values() if record.reference == reference]
    return [*first, *(found[pk] for pk in ids if pk in found and found[pk] not in first)][:SHOWN]
