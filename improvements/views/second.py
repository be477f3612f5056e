"""Me too: joining a case instead of sending a new one, and taking that back."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from improvements.forms.propose import MeTooForm, ProposeForm, goes_along, unit_chosen
from improvements.models import Improvement
from improvements.selectors.seconders import wanted
from improvements.services import improvement_second, improvement_second_take_back
from improvements.views.propose import DRAFT, box_page
from qms.errors import signed_out
from qms.exceptions import RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest
from qms.once import sent_key
from qms.records.attachments.storing import stored
from qms.records.selectors.way_on import way_on


@require_POST
def me_too(request: SignedInRequest, reference: str) -> HttpResponse:
    """Want the same. What was typed goes along, or is shown to be sent otherwise.

    What cannot be is said above the box, with everything that is in it; so is what was typed when the session
    has ended.
    """
    if not request.user.is_authenticated:
        return signed_out(request, back=reverse("improvements:propose"))
    record = _seen(request, reference)
    form = MeTooForm(request.POST, request.FILES)
    along = goes_along(request.POST)
    if not form.is_valid() or not _joined(request, form, record, along=along):
        return _refused(request, form)
    text = form.cleaned_data["text"]
    if text and not along:
        return _receipt(request, record, words=text)
    here = reverse("improvements:me_too_receipt", args=[reference])
    return redirect(here + ("?sent=1" if text else ""))


@login_required
@require_safe
def receipt(request: SignedInRequest, reference: str) -> HttpResponse:
    """That one wants the same, and who answers; the browser's draft is cleared where it went along."""
    return _receipt(request, _seen(request, reference), sent="sent" in request.GET)


def _seen(request: SignedInRequest, reference: str) -> Improvement:
    seen = Improvement.objects.visible_to(request.access).select_related("unit", "owner").defer("search")
    record: Improvement = get_object_or_404(seen, reference=reference)
    return record


def _joined(request: SignedInRequest, form: MeTooForm, record: Improvement, *, along: bool) -> bool:
    fields = form.cleaned_data
    try:
        with stored(fields["attachments"] if along else []) as files:
            improvement_second(
                record_id=record.pk,
                access=request.access,
                words=fields["text"] if along else "",
                files=files,
                key=sent_key(fields["submission"], str(record.pk), str(request.user.pk)),
            )
    except RuleViolation as refused:
        add_violation(form, refused)
        return False
    return True


def _refused(request: SignedInRequest, form: MeTooForm) -> HttpResponse:
    """The box as it was, with the reason."""
    shown = ProposeForm(request.POST, request.FILES)
    shown.full_clean()
    for field, errors in form.errors.items():
        if field not in shown.errors:
            shown.add_error(None if field == "__all__" else field, errors.as_data())
    return box_page(request, shown, unit_chosen(request.POST), status=422)


def _receipt(
    request: SignedInRequest, record: Improvement, *, sent: bool = False, words: str = ""
) -> HttpResponse:
    standing = wanted(record, request.access)
    if not standing.mine:
        return redirect(record)
    context: dict[str, Any] = {
        "record": record,
        "wanted": standing,
        "sent": sent,
        "words": words,
        "submission": request.POST.get("submission") or uuid4(),
        "unit": request.POST.get("unit", ""),
        "draft": DRAFT,
        "way_on": way_on(request.access),
        "crumbs": [
            (_("Start"), reverse("home:start")),
            (record.reference, record.get_absolute_url()),
            (_("Me too"), None),
        ],
    }
    return render(request, "improvements/me_too.html", context)


@login_required
@require_POST
def take_back(request: SignedInRequest, reference: str) -> HttpResponse:
    """No longer want the same."""
    record = _seen(request, reference)
    improvement_second_take_back(record_id=record.pk, access=request.access)
    return redirect(record)
