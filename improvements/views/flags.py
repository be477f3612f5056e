"""Marking a case as lex Sarah, lex Maria or a data breach, and saying what became of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from improvements import permissions
from improvements.flags import RULES
from improvements.forms.flags import FlagForm, SettleForm
from improvements.models import Flag
from improvements.selectors.flags import set_ups
from improvements.services.flags import flag_lift, flag_not_reported, flag_reported, flag_set
from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest
from qms.organisation.access import Access
from qms.records.models import Record
from qms.records.services.moves import who_may
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404

METHODS = ["GET", "HEAD", "POST"]


def _handled(request: SignedInRequest, reference: str) -> Record:
    record = record_or_404(request, reference)
    if not request.access.can(permissions.HANDLE, record):
        raise NotYours(who_may(permissions.HANDLE, record))
    return record


@login_required
@require_http_methods(METHODS)
def mark(request: SignedInRequest, reference: str) -> HttpResponse:
    """Mark a case. The page says who will see it from then on, for each sort, before it is sent."""
    record = _handled(request, reference)
    form = FlagForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            flag = flag_set(record_id=record.pk, access=request.access, **form.cleaned_data)
        except NotYours:
            raise
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            said = _("%(reference)s is marked as %(flag)s. Only those named see it from now on.")
            names = {"reference": record.reference, "flag": flag.label}
            messages.success(request, said % names, extra_tags=f"flag-{record.reference}")
            seen = Record.objects.visible_to(request.access).filter(pk=record.pk).exists()
            return redirect(record.get_absolute_url() if seen else "home:start")
    context = {
        "record": record,
        "form": form,
        "set_ups": set_ups(),
        "crumbs": crumbs_of(record, _("Mark the case")),
    }
    return render(request, "improvements/flag.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(METHODS)
def settle(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Say what became of a flag: reported, not to be reported, a mistake."""
    record = _handled(request, reference)
    flag = get_object_or_404(Flag, pk=pk, case_id=record.pk)
    form = SettleForm(request.POST if request.method == "POST" else None, flag=flag)
    if form.is_valid():
        try:
            _settle(flag, form.cleaned_data, request.access)
        except NotYours:
            raise
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            said = _("It is kept with %(reference)s.") % {"reference": record.reference}
            messages.success(request, said, extra_tags=f"settle-{flag.pk}")
            seen = Record.objects.visible_to(request.access).filter(pk=record.pk).exists()
            return redirect(record.get_absolute_url() if seen else "home:start")
    context = {
        "record": record,
        "form": form,
        "flag": flag,
        "rule": RULES[flag.kind],
        "crumbs": crumbs_of(record, flag.label),
    }
    return render(request, "improvements/flag_settle.html", context, status=422 if form.errors else 200)


def _settle(flag: Flag, said: dict[str, Any], access: Access) -> None:
    """The service that goes with what was chosen."""
    if said["outcome"] == Flag.Outcome.REPORTED:
        flag_reported(
            flag_id=flag.pk,
            reported_at=said["reported_at"],
            number=said["number"],
            why=said["why"],
            access=access,
        )
    elif said["outcome"] == Flag.Outcome.NOT_REPORTED:
        flag_not_reported(flag_id=flag.pk, why=said["why"], access=access)
    else:
        flag_lift(flag_id=flag.pk, why=said["why"], access=access)
