"""How a view gets its record: only what the person sees exists."""

from django.http import Http404

from qms.exceptions import OutOfSight
from qms.http import QmsRequest
from qms.records.models import Record
from qms.records.selectors.decided import left_behind
from qms.records.selectors.frame import record_by_reference


def record_or_404(request: QmsRequest, reference: str) -> Record:
    """The record called `reference` if the person sees it; 404 when hidden or unknown alike.

    Raises OutOfSight for whoever gave it away themselves and sees it no longer by that.
    """
    try:
        return record_by_reference(reference, request.access)
    except Record.DoesNotExist as missing:
        if said := left_behind(reference, request.access):
            raise OutOfSight(said, reference=reference.strip().upper()) from missing
        raise Http404 from missing
