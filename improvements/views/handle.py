"""Handling a case: what sort it is, what harm came of it, what was done at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from improvements.forms.handle import CorrectionForm
from improvements.models import Improvement
from improvements.services import (
    improvement_classify,
    improvement_correct,
    improvement_harm_set,
)
from qms.exceptions import NotYours
from qms.http import SignedInRequest, page_or_fragment
from qms.records.services.moves import who_may
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404


@login_required
@require_POST
def classify(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say in one click what sort of case it is."""
    record = record_or_404(request, reference)
    improvement_classify(
        record_id=record.pk, category=request.POST.get("category", ""), access=request.access
    )
    return redirect(record)


@login_required
@require_POST
def harm(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say in one click how much harm came of it."""
    record = record_or_404(request, reference)
    improvement_harm_set(record_id=record.pk, harm=request.POST.get("harm", ""), access=request.access)
    return redirect(record)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say what was put right at once: a page, and a dialog on the record's page."""
    record = record_or_404(request, reference)
    if not isinstance(record, Improvement):
        raise Http404
    if not request.access.can(record.kind_offer.edit, record):
        raise NotYours(who_may(record.kind_offer.edit, record))
    sent = request.POST if request.method == "POST" else None
    form, draft = CorrectionForm(sent, initial={"text": record.correction}), f"correction-{record.reference}"
    if form.is_valid():
        improvement_correct(record_id=record.pk, text=form.cleaned_data["text"], access=request.access)
        said = _("%(reference)s is saved.") % {"reference": record.reference}
        messages.success(request, said, extra_tags=draft)
        address = record.get_absolute_url()
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    crumbs = crumbs_of(record, _("What was done at once"))
    context = {"record": record, "form": form, "draft": draft, "crumbs": crumbs}
    page, part = "improvements/correction.html", "improvements/_correction.html"
    return page_or_fragment(request, page, part, context, status=422 if form.is_bound else 200)
