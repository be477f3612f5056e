"""For whom a document holds, and what holds in a unit."""

from documents.models import Applies, Document
from documents.workflow.names import IN_FORCE
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.models import Record, RecordQuerySet


def applies_token(document: Document) -> str:
    """What a form carries to tell whether somebody has said otherwise meanwhile. One query."""
    units = document.applies.order_by("unit_id").values_list("unit_id", flat=True)
    return " ".join([document.concerns, *map(str, units)])


def holding_in(unit: Unit, access: Access) -> RecordQuerySet:
    """The documents in force that apply to `unit` or to a unit above it, of those `access` sees."""
    applying = Applies.objects.filter(unit__path__in=unit.ancestor_paths).order_by().values("document_id")
    seen = Record.objects.visible_to(access).filter(kind=Document.KIND, state=IN_FORCE)
    found: RecordQuerySet = seen.filter(pk__in=applying).defer("search")
    return found
