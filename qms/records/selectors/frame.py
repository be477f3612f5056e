"""One record with what its page needs first."""

from qms.organisation.access import Access
from qms.records.kinds import kinds
from qms.records.models import Record


def record_by_reference(reference: str, access: Access) -> Record:
    """The record (the child of its kind) called `reference`, whatever the case of its letters.

    With unit, owner and author loaded: two queries. Raises Record.DoesNotExist when there is none
    or `access` does not see it.
    """
    face: Record = Record.objects.visible_to(access).only("kind").get(reference=reference.strip().upper())
    kind = kinds[face.kind]
    whole = kind.model.objects.select_related("unit", "owner", "created_by", *kind.joined).defer("search")
    record: Record = whole.get(pk=face.pk)
    return record
