"""Proposing an improvement: one box; and the receipt for it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from improvements.forms.propose import ProposeForm, goes_along, new_form, unit_chosen
from improvements.models import Channel, Improvement
from improvements.selectors.promise import promise_for
from improvements.selectors.similar import SHORTEST
from improvements.selectors.suggestions import Suggestions, suggestions
from improvements.services import AlreadySent, improvement_submit, improvement_submit_unnamed
from qms.errors import signed_out
from qms.exceptions import RuleViolation
from qms.forms import add_violation
from qms.http import QmsRequest, SignedInRequest
from qms.organisation.access import VisitorAccess
from qms.organisation.models import Unit
from qms.organisation.selectors import next_above
from qms.records.attachments.storing import stored
from qms.records.models import Record
from qms.records.search import clean_text
from qms.records.selectors.way_on import way_on

DRAFT = "propose"  # under which the browser keeps the unsent text


@login_required
@require_safe
def propose(request: SignedInRequest) -> HttpResponse:
    """The box; from a place in a document with what it is about."""
    about = about_of(request, request.GET.get("about", ""))
    unit = about.unit if about and not about.unit.is_closed else request.user.home_unit
    return box_page(request, new_form(unit, request.GET.dict() if about else None), unit)


def about_of(request: QmsRequest, reference: str) -> Record | None:
    """The record a proposal is about, if the person sees it. What can be no reference is about nothing."""
    reference = clean_text(reference)
    if not reference:
        return None
    seen = Record.objects.visible_to(request.access).select_related("unit").defer("search")
    found: Record | None = seen.filter(reference=reference).first()
    return found


def send(request: SignedInRequest) -> HttpResponse:
    """Where the box is sent to: an address of its own, so that Back finds the page as it was, key and all.

    Somebody whose session ended while writing is shown what they wrote.
    """
    if request.method != "POST":
        return redirect("improvements:propose")
    if not request.user.is_authenticated:
        return signed_out(request, back=reverse("improvements:propose"))
    if "show" in request.POST or "look" in request.POST:  # without script: who answers, what is similar
        sent = request.POST
        unit = unit_chosen(sent)
        form = new_form(unit, sent.dict())
        return box_page(request, form, unit, similar=suggestions(sent.get("text", ""), request.access))
    form = ProposeForm(request.POST, request.FILES)
    submit = _nameless if "nameless" in request.POST else _named
    confirmed = _submitted(form, request, submit) if form.is_valid() else None
    if confirmed is None:
        return box_page(request, form, unit_chosen(request.POST), status=422)
    return redirect(confirmed)


def _named(request: SignedInRequest, **fields: Any) -> str:
    record = improvement_submit(access=request.access, **fields)
    return reverse("improvements:receipt", args=[record.reference])


def _nameless(request: SignedInRequest, **fields: Any) -> str:
    """Nothing of who is signed in goes further than this, nor what only they may see."""
    del fields["about"], fields["place"]
    language = request.LANGUAGE_CODE or settings.LANGUAGE_CODE
    sent = improvement_submit_unnamed(
        channel=Channel.ANONYMOUS, access=VisitorAccess(), language=language, **fields
    )
    return reverse("voices:follow", args=[sent.token]) + f"?done=sent&lang={language}"


def _submitted(form: ProposeForm, request: SignedInRequest, submit: Callable[..., str]) -> str | None:
    """Sends, and returns the address that confirms it; None with the reason in the form."""
    fields = dict(form.cleaned_data)
    fields["about"] = about_of(request, fields["about"])
    try:
        with stored(fields.pop("attachments")) as files:
            return submit(request, files=files, **fields)
    except RuleViolation as refused:
        add_violation(form, refused)
        if isinstance(refused, AlreadySent):
            form.renew()
    return None


def box_page(
    request: QmsRequest,
    form: ProposeForm,
    unit: Unit | None,
    *,
    similar: Suggestions | None = None,
    status: int = 200,
) -> HttpResponse:
    """The box with what is in it so far, and cases similar to that if they were looked for."""
    context = {
        "form": form,
        "similar": similar,
        "along": goes_along(request.POST),
        "shortest": SHORTEST,
        "unit": unit,
        "promise": promise_for(unit, timezone.localdate()) if unit else None,
        "about": about_of(request, form["about"].value() or "") if request.user.is_authenticated else None,
        "draft": DRAFT,
        "crumbs": [(_("Start"), reverse("home:start")), (_("Propose an improvement"), None)],
    }
    return render(request, "improvements/propose.html", context, status=status)


@login_required
@require_safe
def promise(request: SignedInRequest) -> HttpResponse:
    """Who answers for the unit just chosen, and by when: the part of the page that changes."""
    unit = unit_chosen(request.GET)
    context = {"unit": unit, "promise": promise_for(unit, timezone.localdate()) if unit else None}
    return render(request, "improvements/_promise.html", {**context, "changed": True})


@login_required
@require_safe
def receipt(request: SignedInRequest, reference: str) -> HttpResponse:
    """What the sender has been promised; the browser's draft is cleared here and only here."""
    mine = Improvement.objects.visible_to(request.access).filter(created_by=request.user)
    record = get_object_or_404(mine.select_related("unit", "owner"), reference=reference)
    context = {
        "record": record,
        "above": next_above(record.unit, record.owner) if record.owner else None,
        "photos": record.attachments.present().count(),
        "draft": DRAFT,
        "way_on": way_on(request.access),
        "crumbs": [
            (_("Start"), reverse("home:start")),
            (_("Propose an improvement"), reverse("improvements:propose")),
            (_("Received"), None),
        ],
    }
    return render(request, "improvements/receipt.html", context)
