"""Comments, following, and links between records."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest
from qms.once import sent_key
from qms.records.forms.dialogue import CommentForm, NoteForm
from qms.records.models import Comment, Notification, Record
from qms.records.selectors.called import people_to_call
from qms.records.services import comment_add, follow_set, note_add
from qms.records.services.moves import who_may
from qms.records.views.detail import detail_page
from qms.records.views.loading import record_or_404


@login_required
@require_POST
def comment(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say something about a record, to everyone who sees it."""
    record = record_or_404(request, reference)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            said = comment_add(record_id=record.pk, access=request.access, **_said(form, record, request))
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            _confirm(request, said, _("Your comment is sent."), f"comment-{record.reference}")
            return redirect(f"{record.get_absolute_url()}#events")
    return detail_page(request, record, comment=form, status=422)


@login_required
@require_POST
def note(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write a note for those who handle a record."""
    record = record_or_404(request, reference)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            said = note_add(record_id=record.pk, access=request.access, **_said(form, record, request))
        except NotYours:
            raise
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            _confirm(request, said, _("Your note is saved."), f"note-{record.reference}")
            return redirect(f"{record.get_absolute_url()}#notes")
    return detail_page(request, record, note=form, status=422)


def _said(form: CommentForm | NoteForm, record: Record, request: SignedInRequest) -> dict[str, Any]:
    """The words of a form, and what tells them from all else that is said."""
    text = form.cleaned_data["text"]
    where = (type(form).__name__, str(record.pk), str(request.user.pk))
    return {"text": text, "key": sent_key(form.cleaned_data["key"], *where, text)}


def _confirm(request: SignedInRequest, comment: Comment, done: str, draft: str) -> None:
    """That it is there, and who was called on by it."""
    called = Notification.objects.filter(comment=comment, event=Notification.Event.CALLED)
    names = list(called.order_by("pk").values_list("person__name", flat=True))
    told = _("%(names)s: told at once.") % {"names": ", ".join(names)} if names else ""
    messages.success(request, f"{done} {told}".strip(), extra_tags=draft)


@login_required
@require_safe
def people(request: SignedInRequest, reference: str) -> HttpResponse:
    """Whom a comment, or a note (`inside`), can call on: the names that begin as what is being written."""
    record = record_or_404(request, reference)
    inside = request.GET.get("inside") == "1"
    if inside and not request.access.can(record.kind_offer.edit, record):
        raise NotYours(who_may(record.kind_offer.edit, record))
    found = people_to_call(record, request.GET.get("q", ""), but=request.user, internal=inside)
    return render(request, "records/_people.html", {"people": found})


@login_required
@require_POST
def follow(request: SignedInRequest, reference: str) -> HttpResponse:
    """Start or stop following a record."""
    record = record_or_404(request, reference)
    on = request.POST.get("on") == "1"
    follow_set(record_id=record.pk, access=request.access, on=on)
    messages.success(
        request,
        _("You are told when something happens with %(reference)s.") % {"reference": record.reference}
        if on
        else _("You no longer follow %(reference)s.") % {"reference": record.reference},
    )
    # The keyboard goes on where it was, also where the whole page is read anew.
    return redirect(f"{record.get_absolute_url()}#follow")
