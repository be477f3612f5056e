"""Actions: planning one, and how often one comes again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from improvements.forms.actions import ActionForm, SeriesForm
from improvements.models import Action
from improvements.permissions import PLAN
from improvements.selectors.actions import series_of, why_no_action
from improvements.services import action_add, series_change, series_end, series_pause, series_resume
from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation, content
from qms.http import QmsRequest, SignedInRequest, page_or_fragment
from qms.once import sent_key
from qms.organisation.selectors.holding import deputies_of
from qms.records.services.moves import who_may
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404
from qms.ui.dates import day_text


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
            key = sent_key(form.cleaned_data["key"], str(record.pk), str(request.user.pk), *content(form))
            action = action_add(source_id=record.pk, access=request.access, key=key, **form.planned)
        except NotYours:
            raise
        except RuleViolation as refusal:
            add_violation(form, refusal)
        else:
            messages.success(request, _planned(action), extra_tags=_draft(record.reference))
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


def _planned(action: Action) -> str:
    words = {"reference": action.reference, "name": action.owner.name if action.owner else ""}
    if action.after:
        words["after"] = action.after.reference
        return _("%(reference)s waits for %(after)s; %(name)s is told when it can begin.") % words
    said = _("%(reference)s is now on %(name)s's work list.") % words
    return f"{said} {_stands_in(action)}".strip()


def _stands_in(action: Action) -> str:
    """Who does what its owner is asked to while they are away. One query."""
    today = timezone.localdate()
    away = [one for one in deputies_of([action.owner_id] if action.owner_id else []) if one.starts <= today]
    return " ".join(
        _("%(deputy)s stands in until %(day)s and sees it too.")
        % {"deputy": one.deputy.name, "day": day_text(one.ends)}
        for one in away
    )


def _draft(reference: str) -> str:
    return f"action-{reference}"


_ACTS: dict[str, tuple[Callable[..., Any], Promise]] = {
    "pause": (series_pause, gettext_lazy("It is paused. What is open stays to be done.")),
    "resume": (series_resume, gettext_lazy("It goes on.")),
    "end": (series_end, gettext_lazy("It has ended. What is open stays to be done.")),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: SignedInRequest, reference: str) -> HttpResponse:
    """How often an action comes again: all of its occurrences, another rhythm, a pause, an end."""
    record = record_or_404(request, reference)
    if not isinstance(record, Action) or record.series is None:
        raise Http404
    if not request.access.can(PLAN, record):
        raise NotYours(who_may(PLAN, record))
    if (act := request.POST.get("act", "")) in _ACTS:
        do, said = _ACTS[act]
        do(action_id=record.pk, access=request.access)
        messages.success(request, str(said))
        return redirect("improvements:series", record.reference)
    form = SeriesForm(request.POST if request.method == "POST" else None, series=record.series)
    if form.is_valid() and (rhythm := form.rhythm):
        try:
            series_change(action_id=record.pk, rhythm=rhythm, access=request.access)
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            messages.success(request, _("%(reference)s is saved.") % {"reference": record.reference})
            return redirect("improvements:series", record.reference)
    return _series_page(request, record, form)


def _series_page(request: QmsRequest, record: Action, form: SeriesForm) -> HttpResponse:
    context = {
        "record": record,
        "series": record.series,
        "occurrences": series_of(record, request.access),
        "form": form,
        "crumbs": crumbs_of(record, _("Comes again")),
    }
    return render(request, "improvements/series.html", context, status=422 if form.is_bound else 200)
