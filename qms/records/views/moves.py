"""Moving a record from state to state."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import QmsRequest, SignedInRequest, own_address, page_or_fragment
from qms.records.attachments.storing import stored
from qms.records.forms.moves import move_form
from qms.records.models import Record
from qms.records.selectors.decided import left_behind
from qms.records.selectors.told import consequence, told
from qms.records.services.moves import Refusal, read_token, refusal, refuse_unread
from qms.records.services.moves import move as move_record
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404
from qms.records.workflow import Transition


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: SignedInRequest, reference: str, name: str) -> HttpResponse:
    """One transition: its form as a page (a dialog on the record's page with htmx), and making it.

    Whoever came from a page that names itself in the address (`back`) is taken back there. What cannot be
    done is answered with the sentence that says why, before anything is asked.
    """
    record = record_or_404(request, reference)
    transition = _offered(record, name)
    if request.method != "POST":
        found = refusal(record, transition, request.access)
        if found:
            raise (found if request.htmx or found.url else _with_way(found, record)).error()
        if transition.as_read and "read" in request.GET:
            refuse_unread(record, request.GET["read"])
        return _form_page(request, record, transition, move_form(transition, record, request.access))
    form = move_form(transition, record, request.access, request.POST, request.FILES)
    if form.is_valid():
        informed = told(record, transition, request.access)
        data = dict(form.cleaned_data)
        try:
            with stored(data.pop("attachments", ())) as files:
                moved = move_record(
                    record_id=record.pk,
                    name=name,
                    access=request.access,
                    comment=data.pop("comment", ""),
                    data=data,
                    files=files,
                    read=request.GET.get("read", ""),
                )
        except NotYours:
            raise
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            return _moved(request, moved, transition, informed, went_away=moved.unit_id != record.unit_id)
    return _form_page(request, record, transition, form, status=422)


def _with_way(found: Refusal, record: Record) -> Refusal:
    """The same, leading to the record: whoever comes Back to what they have just done sees it there."""
    link = _("Open %(reference)s") % {"reference": record.reference}
    return replace(found, url=record.get_absolute_url(), link=link)


def _offered(record: Record, name: str) -> Transition:
    try:
        transition = record.kind_offer.transition(name)
    except KeyError as unknown:
        raise Http404 from unknown
    if transition.hidden:
        raise Http404
    return transition


def draft_key(record: Record, transition: Transition) -> str:
    """Under which the browser keeps the unsent text of this form."""
    return f"move-{record.reference}-{transition.name}"


def _form_page(
    request: QmsRequest, record: Record, transition: Transition, form: Form, *, status: int = 200
) -> HttpResponse:
    back = own_address(request, request.GET.get("back", ""))
    query = {"back": back} if back else {}
    if transition.as_read:
        query["read"] = request.GET.get("read") or read_token(record)
    context = {
        "record": record,
        "transition": transition,
        "form": form,
        "consequence": _foretold(request, record, transition, form),
        "draft": draft_key(record, transition),
        "back": back,
        "address": reverse("records:move", args=[record.reference, transition.name], query=query or None),
        "crumbs": crumbs_of(record, transition.label),
    }
    return page_or_fragment(request, "records/move.html", "records/_move.html", context, status=status)


def _foretold(request: QmsRequest, record: Record, transition: Transition, form: Form) -> str:
    """What comes of it; nothing where a form comes back because it can no longer be done."""
    if form.non_field_errors() and refusal(record, transition, request.access):
        return ""
    return f"{consequence(record, transition)} {told(record, transition, request.access)}"


def _moved(
    request: QmsRequest, record: Record, transition: Transition, informed: str, *, went_away: bool
) -> HttpResponse:
    """Back with a word on what happened: to where the person came from, else to the record (which says so
    where it has left their sight by that), or to the start when that is not there for them any more."""
    seen = Record.objects.visible_to(request.access).filter(pk=record.pk).exists()
    said = _said(record, transition, went_away=went_away, seen=seen)
    messages.success(request, f"{said} {informed}".strip(), extra_tags=draft_key(record, transition))
    there = seen or left_behind(record.reference, request.access)
    back = own_address(request, request.GET.get("back", ""))
    address = back or (record.get_absolute_url() if there else "/")
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _said(record: Record, transition: Transition, *, went_away: bool, seen: bool) -> str:
    """What was done: where it is now, and how to have it back, if it went to another unit."""
    names = {"act": transition.label, "reference": record.reference, "state": record.state_offer.label}
    if went_away:
        there = {"reference": record.reference, "unit": record.unit.name}
        said = _("%(reference)s is now with %(unit)s.") % there
        if seen and record.owner:
            back = _("Did it go wrong? Write a comment there: %(person)s reads it and can send it back.")
            said += " " + back % {"person": record.owner.name}
        return said
    if transition.sources == {transition.target}:  # then the state says nothing of what was done
        return _("%(act)s: done for %(reference)s.") % names
    return _("%(reference)s is now “%(state)s”.") % names
