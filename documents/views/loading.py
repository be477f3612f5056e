"""How a view gets its document or version: only what the person sees exists."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Document, Version
from qms.http import QmsRequest
from qms.records.models import Record

Crumbs = list[tuple[Any, str | None]]


def document_or_404(request: QmsRequest, reference: str) -> Document:
    """The document called `reference` if the person sees it."""
    rows = Document.objects.visible_to(request.access).select_related("unit", "owner", "type")
    try:
        found: Document = rows.defer("search").get(reference=reference)
    except Record.DoesNotExist as missing:
        raise Http404 from missing
    return found


def version_or_404(request: QmsRequest, reference: str) -> Version:
    """The version called `reference` if the person sees it, with its document."""
    rows = Version.objects.visible_to(request.access)
    rows = rows.select_related("unit", "owner", "file", "document__type", "document__unit", "document__owner")
    try:
        found: Version = rows.defer("search", "document__search").get(reference=reference)
    except Record.DoesNotExist as missing:
        raise Http404 from missing
    return found


def crumbs(document: Document | None, *more: tuple[Any, str | None]) -> Crumbs:
    """The library, the document, and what stands below."""
    below = [(document.reference, document.get_absolute_url())] if document else []
    return [(_("Governing documents"), reverse("documents:list")), *below, *more]
