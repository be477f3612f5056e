"""Pages of standards: editions, clauses, and marking a record as evidence."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qms.exceptions import NotYours, RuleViolation
from qms.http import SignedInRequest
from qms.records.views.loading import record_or_404
from qms.standards import permissions, selectors, services
from qms.standards.forms import MarkForm, ScopeForm
from qms.standards.models import Edition, Requirement

SHOWN = 25


@login_required
def index(request: SignedInRequest) -> HttpResponse:
    """The editions in use."""
    context = {"editions": selectors.editions(), "crumbs": [(_("Standards"), None)]}
    return render(request, "standards/index.html", context)


@login_required
def edition(request: SignedInRequest, key: str) -> HttpResponse:
    """Every clause of an edition, with what there is as evidence."""
    found = get_object_or_404(Edition, key=key)
    rows = selectors.coverage(request.access, found)
    context = {
        "edition": found,
        "rows": rows,
        "counted": [row for row in rows if row.requirement.depth > 1 and row.requirement.applies],
        "crumbs": [(_("Standards"), reverse("standards:index")), (str(found), None)],
    }
    return render(request, "standards/edition.html", context)


@login_required
def requirement(request: SignedInRequest, key: str, number: str) -> HttpResponse:
    """One clause: what an auditor looks for, what is expected, what there is."""
    found = _requirement(key, number)
    links = selectors.links_for(request.access, found)
    context = {
        "requirement": found,
        "coverage": selectors.requirement_coverage(request.access, found),
        "links": links[:SHOWN],
        "expected": selectors.expected(found),
        "may_decide_scope": request.access.can_somewhere(permissions.SCOPE),
        "crumbs": [
            (_("Standards"), reverse("standards:index")),
            (str(found.edition), found.edition.get_absolute_url()),
            (found.number, None),
        ],
    }
    return render(request, "standards/requirement.html", context)


def _requirement(key: str, number: str) -> Requirement:
    rows = Requirement.objects.select_related("edition", "parent").prefetch_related("counterparts__edition")
    return get_object_or_404(rows, edition__key=key, number=number)


@login_required
@require_http_methods(["GET", "POST"])
def scope(request: SignedInRequest, key: str, number: str) -> HttpResponse:
    """Decide whether a clause applies (ISO 9001 4.3)."""
    found = _requirement(key, number)
    if not request.access.can_somewhere(permissions.SCOPE):
        raise NotYours(_("The quality manager decides which requirements apply."))
    given = {"applies": "yes" if found.applies else "no", "exclusion_reason": found.exclusion_reason}
    form = ScopeForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            services.scope_decide(
                requirement_id=found.pk,
                applies=form.cleaned_data["applies"],
                reason=form.cleaned_data["exclusion_reason"],
                access=request.access,
            )
        except RuleViolation as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {
        "requirement": found,
        "form": form,
        "crumbs": [(str(found), found.get_absolute_url()), (_("Does it apply?"), None)],
    }
    return render(request, "standards/scope.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def mark(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say which requirements a record is evidence for."""
    record = record_or_404(request, reference)
    if not request.access.can(permissions.MARK, record):
        raise NotYours(_("Only those who handle the record can mark it as evidence."))
    form = MarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.evidence_mark(
                record_id=record.pk,
                requirement_id=form.cleaned_data["requirement"].pk,
                note=form.cleaned_data["note"],
                access=request.access,
            )
        except RuleViolation as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("Marked as evidence."))
            return redirect("standards:mark", reference=record.reference)
    context = {
        "record": record,
        "form": form,
        "links": selectors.links_of(record),
        "crumbs": [(record.reference, record.get_absolute_url()), (_("Evidence for"), None)],
    }
    return render(request, "standards/mark.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def unmark(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Take a mark back. Pressed twice it is taken back once."""
    record = record_or_404(request, reference)
    services.evidence_unmark(record_id=record.pk, link_id=pk, access=request.access)
    messages.success(request, _("No longer marked as evidence."))
    return redirect("standards:mark", reference=record.reference)
