"""For whom a document holds, and two of its versions held against each other."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents.forms.applies import AppliesForm
from documents.models import Document
from documents.permissions import STEER
from documents.selectors.applies import applies_token, holding_in
from documents.selectors.compare import held_against, sibling, versions_seen
from documents.services import document_applies_set
from documents.views.loading import crumbs, document_or_404, version_or_404
from qms.exceptions import NotYours, StaleEdit
from qms.http import SignedInRequest
from qms.organisation.models import Unit
from qms.organisation.selectors import units_in_force
from qms.records.models import Record
from qms.records.services.moves import who_may

STEP = 100  # documents on one page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def applies(request: SignedInRequest, reference: str) -> HttpResponse:
    """The units a document holds for."""
    document = document_or_404(request, reference)
    if not request.access.can(STEER, document):
        raise NotYours(who_may(STEER, document))
    form = _applies_form(document, request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            document_applies_set(document_id=document.pk, access=request.access, **form.cleaned_data)
        except StaleEdit as stale:
            messages.warning(request, str(stale))
            form = _applies_form(document_or_404(request, reference), None)
        else:
            messages.success(request, _("Saved."))
            return redirect(document)
    context = {"document": document, "form": form, "crumbs": crumbs(document, (_("Holds for"), None))}
    return render(request, "documents/applies.html", context, status=status)


def _applies_form(document: Document, data: Any) -> AppliesForm:
    """The units there are to choose from, and those it holds for though they have closed."""
    chosen = list(document.applies.values_list("unit_id", flat=True))
    units = (units_in_force() | Unit.objects.filter(pk__in=chosen)).distinct().order_by("path")
    token = applies_token(document)
    return AppliesForm(data, units=units, chosen=chosen, concerns=document.concerns, token=token)


@login_required
@require_safe
def holds(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything that holds in a unit: what was decided for it, and for all above it."""
    unit = get_object_or_404(Unit, pk=pk)
    asked = request.GET.get("n", "")[:4]
    shown = max(int(asked), STEP) if asked.isdecimal() else STEP
    rows = list(holding_in(unit, request.access).order_by("title", "pk")[: shown + 1])
    context = {
        "unit": unit,
        "rows": rows[:shown],
        "next": shown + STEP if len(rows) > shown else 0,
        "crumbs": crumbs(None, (unit.name, unit.get_absolute_url()), (_("Holds here"), None)),
    }
    return render(request, "documents/holds.html", context)


@login_required
@require_safe
def compare(request: SignedInRequest, before: str, after: str) -> HttpResponse:
    """What is new in a version since another."""
    newer = version_or_404(request, after)
    try:
        older = sibling(newer.document, before, request.access)
    except Record.DoesNotExist as missing:
        raise Http404 from missing
    context = {
        "before": older,
        "after": newer,
        "news": held_against(older, newer),
        "versions": versions_seen(newer.document_id, request.access),
        "crumbs": crumbs(newer.document, (_("What is new"), None)),
    }
    return render(request, "documents/compare.html", context)
