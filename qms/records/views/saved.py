"""Saving a view of a list, giving it another name, removing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qms.exceptions import RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest
from qms.records.forms.views import ViewNameForm
from qms.records.kinds import kinds
from qms.records.lists import parse
from qms.records.models import SavedView
from qms.records.services.views import view_delete, view_rename, view_save


def _list_url(kind: str, query: str) -> str:
    """The list of `kind` (empty: of all) with that filter."""
    return reverse(kinds[kind].list_url if kind else "records:all") + (f"?{query}" if query else "")


def _page(request: SignedInRequest, form: ViewNameForm, **context: object) -> HttpResponse:
    title = _("Save as a view") if "view" not in context else _("My view")
    context |= {"form": form, "title": title, "crumbs": [(title, None)]}
    return render(request, "records/view.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: SignedInRequest) -> HttpResponse:
    """Keep the filter in the address under a name; `page` is the kind whose list it is of (empty: of all)."""
    page = request.GET.get("page", "")
    if page and page not in kinds:
        raise Http404
    query = parse(request.GET, page).filter.query()
    form = ViewNameForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            kept = view_save(kind=page, name=form.cleaned_data["name"], query=query, access=request.access)
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            messages.success(request, _("“%(name)s” now stands above the list.") % {"name": kept.name})
            return redirect(_list_url(page, kept.query))
    return _page(request, form, back=_list_url(page, query))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: SignedInRequest, pk: int) -> HttpResponse:
    """One's own view: another name, or away with it."""
    found = get_object_or_404(SavedView, pk=pk, person=request.user)
    form = ViewNameForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            view_rename(view_id=pk, name=form.cleaned_data["name"], access=request.access)
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            return redirect(_list_url(found.kind, found.query))
    return _page(request, form, view=found, back=_list_url(found.kind, found.query))


@login_required
@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove one's own view; the list stays as it is, and the view can be saved again."""
    get_object_or_404(SavedView, pk=pk, person=request.user)
    gone = view_delete(view_id=pk, access=request.access)
    messages.success(request, _("“%(name)s” is removed.") % {"name": gone.name})
    return redirect(_list_url(gone.kind, gone.query))
