"""Taking over the documents that exist: choose list and files, see what would happen, do it."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from openpyxl import Workbook

from documents.content.sheet import COLUMNS
from documents.forms.taking_over import TakeOverForm
from documents.models import TakeOver, TakeOverRow
from documents.permissions import TAKE_OVER
from documents.selectors.take_over_page import shown
from documents.services.taking_over import take_over_go, take_over_start
from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest, page_or_fragment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _check(request: SignedInRequest) -> None:
    if not request.access.paths(TAKE_OVER.roles):
        raise NotYours(_("Quality managers take over documents."))


def _crumbs(label: str) -> list[tuple[str, str | None]]:
    return [
        (_("Governing documents"), reverse("documents:list")),
        (_("Take over documents"), reverse("documents:take_over")),
        (label, None),
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: SignedInRequest) -> HttpResponse:
    """Choose list and files; both are looked through before anything is done."""
    _check(request)
    posted = request.method == "POST"
    form = TakeOverForm(request.POST, request.FILES) if posted else TakeOverForm()
    if form.is_valid():
        sheet, archive = form.cleaned_data["sheet"], form.cleaned_data["archive"]
        try:
            run = take_over_start(
                sheet=sheet.file, name=sheet.name or "", archive=archive.file, access=request.access
            )
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            return redirect("documents:take_over_run", run.pk)
    context = {
        "form": form,
        "runs": TakeOver.objects.select_related("by")[:20],
        "headings": [names[0] for names in COLUMNS.values()],
        "crumbs": _crumbs(_("New list")),
    }
    page, part = "documents/take_over.html", "documents/_take_over.html"
    return page_or_fragment(request, page, part, context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def run(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far it has come, and row by row what would happen or happened, and why not."""
    _check(request)
    found = get_object_or_404(TakeOver.objects.select_related("by"), pk=pk)
    asked = request.GET.get("outcome", "")
    outcome = asked if asked in TakeOverRow.Outcome.values else ""
    context = {"page": shown(found, outcome), "crumbs": _crumbs(found.name)}
    return page_or_fragment(request, "documents/take_over_run.html", "documents/_take_over_run.html", context)


@login_required
@require_POST
def go(request: SignedInRequest, pk: int) -> HttpResponse:
    """Do what was looked through."""
    _check(request)
    get_object_or_404(TakeOver, pk=pk)
    try:
        take_over_go(run_id=pk, access=request.access)
    except NotYours:
        raise
    except RuleViolation as refused:
        messages.info(request, str(refused))
    return redirect("documents:take_over_run", pk)


@login_required
@require_safe
def template(request: SignedInRequest) -> HttpResponse:
    """An empty list with the headings that are understood."""
    _check(request)
    book, out = Workbook(), BytesIO()
    sheet = book.active
    sheet.append([names[0].capitalize() for names in COLUMNS.values()])
    book.save(out)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_("documents")}.xlsx"'
    return response
