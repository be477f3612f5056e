"""Taking over what exists: choose a list, see what would happen row by row, do it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest, page_or_fragment
from qms.records.imports.importers import Importer, importers
from qms.records.imports.page import shown
from qms.records.imports.runs import import_go, import_start, import_stop
from qms.records.imports.sheet import headings_unread
from qms.records.models import ImportRow, ImportRun
from qms.records.workbook import CONTENT_TYPE, Sheet, write_sheets

MOST_NAMED = 10  # columns that are left out


def import_paths(importer: str, name: str) -> list[URLPattern]:
    """The addresses of what an app takes over: the form is called `name`, the others after it."""
    offered = {"importer": importer}
    return [
        path("take-over/", choose, offered, name=name),
        path("take-over/list.xlsx", template, offered, name=f"{name}_template"),
        path("take-over/<int:pk>/", run, offered, name=f"{name}_run"),
        path("take-over/<int:pk>/go/", go, offered, name=f"{name}_go"),
        path("take-over/<int:pk>/stop/", stop, offered, name=f"{name}_stop"),
    ]


def _offer(request: SignedInRequest, importer: str) -> Importer:
    """What is taken over, for those who may."""
    offer = importers[importer]
    if not offer.allows(request.access):
        raise NotYours(offer.refusal)
    return offer


def _crumbs(offer: Importer, label: str) -> list[tuple[str, str | None]]:
    home, address = offer.home
    return [(str(home), reverse(address)), (str(offer.title), reverse(offer.route)), (label, None)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: SignedInRequest, importer: str) -> HttpResponse:
    """Choose a list; it is looked through before anything is done."""
    offer = _offer(request, importer)
    form = offer.form(request.POST, request.FILES) if request.method == "POST" else offer.form()
    if form.is_valid():
        try:
            begun = _start(request, importer, form.cleaned_data)
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            if unread := headings_unread(form.cleaned_data["sheet"].file, offer.columns):
                names = {"names": ", ".join(unread[:MOST_NAMED])}
                messages.warning(
                    request,
                    _("These columns of the list mean nothing here and are left out: %(names)s.") % names,
                )
            return redirect(f"{offer.route}_run", begun.pk)
    context = {
        "form": form,
        "offer": offer,
        "routes": _routes(offer),
        "needed": [offer.columns.names[key][0].capitalize() for key in offer.columns.needed],
        "runs": ImportRun.objects.filter(importer=importer).select_related("by")[:20],
        "crumbs": _crumbs(offer, _("New list")),
    }
    page, part = "records/import.html", "records/_import.html"
    return page_or_fragment(request, page, part, context, status=422 if form.is_bound else 200)


def _start(request: SignedInRequest, importer: str, cleaned: dict[str, Any]) -> ImportRun:
    archive = cleaned.get("archive")
    return import_start(
        importer=importer,
        sheet=cleaned["sheet"].file,
        name=cleaned["sheet"].name or "",
        archive=archive.file if archive else None,
        source=cleaned.get("source", ""),
        access=request.access,
    )


def _routes(offer: Importer) -> dict[str, str]:
    return {name: f"{offer.route}_{name}" for name in ("template", "run", "go", "stop")} | {
        "choose": offer.route
    }


@login_required
@require_safe
def run(request: SignedInRequest, importer: str, pk: int) -> HttpResponse:
    """How far it has come, and row by row what would happen or happened, and why not."""
    offer = _offer(request, importer)
    found = get_object_or_404(ImportRun.objects.select_related("by"), pk=pk, importer=importer)
    asked = request.GET.get("outcome", "")
    outcome = asked if asked in ImportRow.Outcome.values else ""
    context = {
        "page": shown(found, outcome, request.access),
        "routes": _routes(offer),
        "crumbs": _crumbs(offer, found.name),
    }
    return page_or_fragment(request, "records/import_run.html", "records/_import_run.html", context)


def _done(act: Any, request: SignedInRequest, importer: str, pk: int) -> HttpResponse:
    offer = _offer(request, importer)
    get_object_or_404(ImportRun, pk=pk, importer=importer)
    try:
        act(run_id=pk, access=request.access)
    except NotYours:
        raise
    except RuleViolation as refused:
        messages.info(request, str(refused))
    return redirect(f"{offer.route}_run", pk)


go = login_required(require_POST(partial(_done, import_go)))
stop = login_required(require_POST(partial(_done, import_stop)))


@login_required
@require_safe
def template(request: SignedInRequest, importer: str) -> HttpResponse:
    """An empty list with the headings that are understood."""
    offer = _offer(request, importer)
    response = HttpResponse(content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{offer.key}.xlsx"'
    widths = {key: 60 if key in offer.columns.long else 20 for key in offer.columns.names}
    columns = list(zip(offer.columns.headings, widths.values(), strict=True))
    write_sheets(response, [Sheet(str(offer.title), columns, [])])  # type: ignore[arg-type]
    return response
