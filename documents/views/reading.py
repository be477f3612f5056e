"""Reading and confirming: one's own list, one document after the other, and how far a unit has come."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.permissions import READING
from documents.selectors.reading import duties_of, next_to_read, reading_of
from documents.services import read_confirm
from documents.views.loading import crumbs, document_or_404
from qms.exceptions import NotYours, StaleEdit
from qms.http import SignedInRequest
from qms.records.selectors.way_on import way_on
from qms.records.services.moves import who_may


@login_required
@require_safe
def to_read(request: SignedInRequest) -> HttpResponse:
    """What waits to be read and confirmed."""
    duties = list(duties_of(request.user))
    context = {
        "duties": duties,
        "way_on": None if duties else way_on(request.access),
        "crumbs": crumbs(None, (_("To read"), None)),
    }
    return render(request, "documents/to_read.html", context)


@login_required
@require_POST
def confirm(request: SignedInRequest, reference: str) -> HttpResponse:
    """Read and confirmed; on to the next one, or to the list that is empty now."""
    document = document_or_404(request, reference)
    try:
        read_confirm(document_id=document.pk, read=request.POST.get("read", ""), access=request.access)
    except StaleEdit as newer:
        messages.warning(request, str(newer))
        return redirect(document)
    messages.success(request, _("Noted: you have read “%(title)s”.") % {"title": document.title})
    following = next_to_read(request.user, document)
    return redirect(following) if following else redirect("documents:to_read")


@login_required
@require_safe
def reading(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who has read, unit by unit, and who is missing."""
    document = document_or_404(request, reference)
    if not request.access.can(READING, document) and not request.access.can_somewhere(READING):
        raise NotYours(who_may(READING, document))
    context = {
        "document": document,
        "reading": reading_of(document, request.access, timezone.localdate()),
        "crumbs": crumbs(document, (_("Who has read it"), None)),
    }
    return render(request, "documents/reading.html", context)
