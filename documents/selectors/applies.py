"""For whom a document holds."""

from documents.models import Document


def applies_token(document: Document) -> str:
    """What a form carries to tell whether somebody has said otherwise meanwhile. One query."""
    units = document.applies.order_by("unit_id").values_list("unit_id", flat=True)
    return " ".join([document.concerns, *map(str, units)])
