"""Reading and confirming: one's own list, one document after the other, and how far a unit has come."""

from tempfile import TemporaryFile

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.models import Document
from documents.permissions import READING
from documents.reading_markup import unit_rows
from documents.selectors.reading import READ_COLUMNS, duties_of, next_to_read, readers, reading_of
from documents.services import read_confirm
from documents.views.loading import crumbs, document_or_404
from qms.exceptions import NotYours, StaleEdit
from qms.http import SignedInRequest
from qms.records.selectors.way_on import way_on
from qms.records.services.moves import who_may
from qms.records.workbook import CONTENT_TYPE, Sheet, write_sheets


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
    document = _followed_or_refused(request, reference)
    found = reading_of(document, request.access, timezone.localdate())
    context = {
        "document": document,
        "reading": found,
        "unit_rows": unit_rows(found.units),
        "crumbs": crumbs(document, (_("Who has read it"), None)),
    }
    return render(request, "documents/reading.html", context)


@login_required
@require_safe
def reading_list(request: SignedInRequest, reference: str) -> FileResponse:
    """Who was asked, who has read which version and when, as a workbook: what shows that people know what
    holds (ISO 9001:2015 7.3)."""
    document = _followed_or_refused(request, reference)
    columns = [(str(heading), width) for heading, width in READ_COLUMNS]
    file = TemporaryFile()  # noqa: SIM115 (the response closes it, and then it is gone)
    write_sheets(file, [Sheet(document.reference, columns, readers(document, request.access))])
    file.seek(0)
    name = f"{document.reference}-{timezone.localdate():%Y-%m-%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _followed_or_refused(request: SignedInRequest, reference: str) -> Document:
    """A document one sees, for those who follow its reading, or that of others."""
    document = document_or_404(request, reference)
    if not request.access.can(READING, document) and not request.access.can_somewhere(READING):
        raise NotYours(who_may(READING, document))
    return document
