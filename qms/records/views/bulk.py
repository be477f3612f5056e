"""Many records at once: what is asked for, what would happen with each, and what became of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qms.exceptions import NotYours
from qms.http import SignedInRequest
from qms.records.bulk import MOST, BulkAct, acts_for, bulk_acts
from qms.records.kinds import RecordKind, kinds
from qms.records.selectors.bulk import Choice, all_of, chosen, foreseen, looked_at
from qms.records.services.bulk import bulk_run

OWN = ("csrfmiddlewaretoken", "step", "row", "all", "query", "act", "token")  # what is no field of the act


@login_required
@require_POST
def bulk(request: SignedInRequest, kind: str) -> HttpResponse:
    """Three steps of one form: what all of them get, a preview of each row, and doing it.

    Nothing is kept between the steps: each carries what the one before was sent.
    """
    act = _act(request, kind)
    step = request.POST.get("step", "")
    form = act.form(request.POST if step else None, access=request.access)
    if step == "do" and form.is_valid():
        tokens = request.POST.getlist("token")[:MOST]
        rows = looked_at(kind, tokens, request.access)
        outcomes = bulk_run(act=act, rows=rows, data=form.cleaned_data, access=request.access)
        done = sum(outcome.done for outcome in outcomes)
        gone = len(tokens) - len(rows)
        context = {"outcomes": outcomes, "done": done, "left": len(tokens) - done, "gone": gone}
        return _page(request, act, "report", context)
    choice = _choice(request, kind)
    if not choice.records:
        messages.error(request, _("Mark at least one row first."))
        return redirect(f"{reverse(kinds[kind].list_url)}?{request.POST.get('query', '')}")
    if form.is_bound and form.is_valid():
        rows_seen = foreseen(act, choice.records, request.access, form.cleaned_data)
        able = [row for row in rows_seen if not row.why_not]
        context = {
            "choice": choice,
            "rows": rows_seen,
            "able": able,
            "left": len(rows_seen) - len(able),
            "carried": _carried(request),
        }
        return _page(request, act, "preview", context)
    return _page(request, act, "ask", {"choice": choice, "form": form}, form=form)


def _act(request: SignedInRequest, kind: str) -> BulkAct:
    if kind not in kinds or not any(act.kind == kind for act in bulk_acts):
        raise Http404
    offered = {act.key: act for act in acts_for(kind, request.access)}
    if not offered:
        raise NotYours(_("Only those who handle such records change many at once."))
    try:
        return offered[request.POST.get("act", "")]
    except KeyError as unknown:
        raise Http404 from unknown


def _choice(request: SignedInRequest, kind: str) -> Choice:
    if request.POST.get("step") == "do":  # what was asked for is no longer possible: it is asked anew
        looked = request.POST.getlist("token")
        return chosen(kind, [token.partition(" ")[0] for token in looked], request.access)
    if request.POST.get("all"):
        return all_of(kind, request.POST.get("query", ""), request.access)
    return chosen(kind, request.POST.getlist("row"), request.access)


def _carried(request: SignedInRequest) -> list[tuple[str, str]]:
    """What the act asked for, as it was sent."""
    return [(name, value) for name in request.POST if name not in OWN for value in request.POST.getlist(name)]


def _page(
    request: SignedInRequest, act: BulkAct, step: str, context: dict[str, Any], form: Form | None = None
) -> HttpResponse:
    offer: RecordKind = kinds[act.kind]
    query = request.POST.get("query", "")
    context |= {
        "act": act,
        "most": MOST,
        "query": query,
        "address": reverse("records:bulk", args=[act.kind]),
        "back": f"{reverse(offer.list_url)}?{query}",
        "crumbs": [(offer.plural, reverse(offer.list_url)), (act.label, None)],
    }
    status = 422 if form and form.is_bound else 200
    return render(request, f"records/bulk_{step}.html", context, status=status)
