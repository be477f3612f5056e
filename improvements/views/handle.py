"""Handling a case: what sort it is, what harm came of it, what is to be done."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from improvements.forms.handle import ActionForm, CorrectionForm
from improvements.models import Improvement
from improvements.selectors.actions import why_no_action
from improvements.services import (
    action_add,
    improvement_classify,
    improvement_correct,
    improvement_harm_set,
)
from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_action(request: SignedInRequest, reference: str) -> HttpResponse:
    """Plan an action that a record needs: a page, and a dialog on the record's page."""
    record = record_or_404(request, reference)
    if refused := why_no_action(record, request.access):
        raise refused
    form = ActionForm(
        request.POST if request.method == "POST" else None, record=record, access=request.access
    )
    if form.is_valid():
        try:
            action = action_add(source_id=record.pk, access=request.access, **form.cleaned_data)
        except NotYours:
            raise
        except RuleViolation as refusal:
            add_violation(form, refusal)
        else:
            said = _("%(reference)s is now on %(name)s's work list.") % {
                "reference": action.reference,
                "name": action.owner.name if action.owner else "",
            }
            messages.success(request, said, extra_tags=_draft(reference))
            address = record.get_absolute_url()
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    context = {
        "record": record,
        "form": form,
        "draft": _draft(record.reference),
        "crumbs": crumbs_of(record, _("Add an action")),
    }
    page, part = "improvements/add_action.html", "improvements/_add_action.html"
    return page_or_fragment(request, page, part, context, status=422 if form.is_bound else 200)


def _draft(reference: str) -> str:
    return f"action-{reference}"
