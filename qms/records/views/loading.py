"""How a view gets its record: only what the person sees exists."""

from django.http import Http404

from qms.http import QmsRequest
from qms.records.models import Record
from qms.records.selectors.frame import record_by_reference


def record_or_404(request: QmsRequest, reference: str) -> Record:
    """The record called `reference` if the person sees it; 404 when hidden or unknown alike."""
    try:
        return record_by_reference(reference, request.access)
    except Record.DoesNotExist as missing:
        raise Http404 from missing
