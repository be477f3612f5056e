"""The official PDF of a version, for those who have signed in; what a worker could not make, tried again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.models import FrozenPdf, Version
from documents.services.file_text import text_retry
from documents.services.frozen import pdf_retry
from documents.views.files import exactly, marked
from documents.workflow.names import IN_FORCE
from qms.exceptions import NotYours, RuleViolation
from qms.http import SignedInRequest


@login_required
@require_safe
def pdf(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The official PDF: of what is in force exactly as decided, of what is not with a mark on every page.

    `?exact=1` gives that one too as it was decided, for whoever has to prove what held then.
    """
    version = _version_or_404(request, reference)
    made = FrozenPdf.objects.filter(version=version).first()
    if made is None:
        raise Http404
    plain = version.state == IN_FORCE or "exact" in request.GET or made.state != FrozenPdf.State.READY
    response = exactly(request, version, made) if plain else marked(version, made)
    # Kept by the browser, but asked for each time: the right to see it may have gone.
    patch_cache_control(response, private=True, no_cache=True)
    return response


@login_required
@require_POST
def retry(request: SignedInRequest, reference: str) -> HttpResponse:
    """Have a PDF that could not be made tried again at once."""
    return _again(request, reference, pdf_retry, _("The PDF is being made again. Look again in a minute."))


@login_required
@require_POST
def read_again(request: SignedInRequest, reference: str) -> HttpResponse:
    """Have a file whose words could not be read tried again at once."""
    said = _("The file is being read again. Its words turn up on the page.")
    return _again(request, reference, text_retry, said)


def _again(request: SignedInRequest, reference: str, tried: Callable[..., Any], said: str) -> HttpResponse:
    version = _version_or_404(request, reference)
    try:
        tried(version_id=version.pk, access=request.access)
    except NotYours:
        raise
    except RuleViolation as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, said)
    return redirect(version.document if version.state == IN_FORCE else version)


def _version_or_404(request: SignedInRequest, reference: str) -> Version:
    seen = Version.objects.visible_to(request.access).select_related("document", "file")
    version: Version = get_object_or_404(seen, reference=reference)
    return version
