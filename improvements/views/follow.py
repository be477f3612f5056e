"""Following a case without login, by the private link: read the answer, add, withdraw."""

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from improvements.forms.follow import ReopenForm, VerdictForm, WithdrawForm, WriteForm
from improvements.models import FollowLink, Improvement
from improvements.selectors.clock import clock
from improvements.selectors.joined import goes_on
from improvements.selectors.sender import day_ahead, is_asked, is_theirs, what_happened, what_was_done
from improvements.selectors.suggestions import suggestions
from improvements.services import verdict_give
from improvements.services.voices import link_open, sender_writes, sent_files
from qms.exceptions import RuleViolation, StaleEdit
from qms.forms import add_violation
from qms.http import QmsRequest
from qms.organisation.access import Access, LinkAccess, VisitorAccess
from qms.public import Unknown, address, used_up, used_up_by_all, without_cookies
from qms.records.attachments.storing import stored
from qms.records.services import move
from qms.records.services.moves import read_token, refuse_unread, why_not
from qms.records.views.attachments import file_sent

OFTEN = "1200/h"  # pages that one address may open
WRITES = "20/h"  # what is written or done in one case by its link: each time somebody is told


def _opened(request: QmsRequest, token: str) -> tuple[Improvement, LinkAccess]:
    """The case that the link leads to, and what it gives access to. 404 for a token that leads nowhere."""
    try:
        if used_up(request, "follow", OFTEN):
            raise Http404
    except Unknown:
        pass  # a token cannot be guessed: reading goes on without the count
    try:
        link, access = link_open(token=token)
    except FollowLink.DoesNotExist as missing:
        raise Http404 from missing
    seen = Improvement.objects.visible_to(access).select_related("unit", "owner").defer("search")
    return seen.get(pk=link.record_id), access


@without_cookies
@require_safe
def follow(request: QmsRequest, token: str) -> HttpResponse:
    """What has become of it, and what its sender can do."""
    record, access = _opened(request, token)
    return _page(request, token, record, access, form=WriteForm())


@without_cookies
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: QmsRequest, token: str) -> HttpResponse:
    """Write to those who handle it."""
    record, access = _opened(request, token)
    form = WriteForm(request.POST, request.FILES) if request.method == "POST" else WriteForm()
    if form.is_valid():
        try:
            _let_through(request, record)
            with stored(form.cleaned_data["attachments"]) as files:
                sender_writes(
                    record_id=record.pk,
                    text=form.cleaned_data["text"],
                    files=files,
                    submission=form.cleaned_data["key"],
                    access=access,
                )
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            return redirect(address(request, "voices:follow", token, done="written") + "#happened")
    return _page(request, token, record, access, form=form, status=422 if form.is_bound else 200)


@without_cookies
@require_safe
def file(request: QmsRequest, token: str, public_id: UUID, *, small: bool = False) -> HttpResponseBase:
    """A file that came by the link, or the small picture of a picture."""
    record, _access = _opened(request, token)
    attachment = get_object_or_404(sent_files(record), public_id=public_id)
    if not small:
        return file_sent(request, attachment, attachment.file, attachment.content_type)
    if not attachment.thumbnail:
        raise Http404
    return file_sent(request, attachment, attachment.thumbnail, "image/webp")


@without_cookies
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: QmsRequest, token: str) -> HttpResponse:
    """Take the case back, after having been asked."""
    record, access = _opened(request, token)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    return _act(request, token, record, access, "withdraw", form)


@without_cookies
@require_http_methods(["GET", "HEAD", "POST"])
def better(request: QmsRequest, token: str) -> HttpResponse:
    """Answer whether it got better."""
    record, access = _opened(request, token)
    form = VerdictForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            verdict_give(record_id=record.pk, access=access, **form.cleaned_data)
        except RuleViolation:  # in two windows: what was said first stands
            return redirect(address(request, "voices:follow", token, done="heard"))
        done = "better" if form.cleaned_data["better"] else "worse"
        return redirect(address(request, "voices:follow", token, done=done))
    return _page(request, token, record, access, form=WriteForm(), status=422 if form.errors else 200)


@without_cookies
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: QmsRequest, token: str) -> HttpResponse:
    """Open it again: it was not finished after all."""
    record, access = _opened(request, token)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    return _act(request, token, record, access, "reopen", form)


def _act(
    request: QmsRequest, token: str, record: Improvement, access: Access, name: str, form: Form
) -> HttpResponse:
    """A transition that the sender may make: the page that asks, and making it, of what they have `read`."""
    read = request.POST.get("read") or request.GET.get("read") or read_token(record)
    if request.method == "POST" and is_theirs(record, name):  # pressed twice
        return redirect(address(request, "voices:follow", token, done=name))
    refused = why_not(record, name, access) or _unread(record, read)
    if form.is_valid() and not refused:
        try:
            _let_through(request, record)
            move(
                record_id=record.pk, name=name, access=access, comment=form.cleaned_data["comment"], read=read
            )
        except RuleViolation as violation:
            refused = str(violation)
        else:
            return redirect(address(request, "voices:follow", token, done=name))
    context = {
        "record": record,
        "form": form,
        "refused": refused,
        "read": read,
        "back": address(request, "voices:follow", token),
    }
    status = 409 if refused else 422 if form.is_bound else 200
    return render(request, f"improvements/voices/{name}.html", context, status=status)


def _let_through(request: QmsRequest, record: Improvement) -> None:
    """Count what is done by the link, from wherever. Raises RuleViolation when it has been too much."""
    try:
        often = used_up_by_all(request, f"by-link-{record.pk}", WRITES)
    except Unknown:
        return  # a token cannot be guessed: whoever has it goes on without the count
    if often:
        sentence = _("Much has been written here in a short time. Your text is kept: try again in an hour.")
        raise RuleViolation(sentence)


def _unread(record: Improvement, read: str) -> str | None:
    """Why they must read it first, where something was decided after they opened its page."""
    try:
        refuse_unread(record, read)
    except StaleEdit as stale:
        return str(stale)
    return None


def _page(
    request: QmsRequest,
    token: str,
    record: Improvement,
    access: Access,
    *,
    form: WriteForm,
    status: int = 200,
) -> HttpResponse:
    asked = is_asked(record, access)
    context: dict[str, Any] = {
        "record": record,
        "form": form,
        "clock": clock(record),
        "ahead": day_ahead(record),
        "happened": what_happened(record),
        "files": [
            (
                one,
                address(request, "voices:file", token, one.public_id),
                address(request, "voices:thumbnail", token, one.public_id) if one.thumbnail else "",
            )
            for one in sent_files(record)
        ],
        "goes_on": goes_on(record),
        "may_withdraw": why_not(record, "withdraw", access) is None,
        "may_reopen": why_not(record, "reopen", access) is None,
        "asked": asked,
        "asked_of": what_was_done(record) if asked else "",
        "link": request.build_absolute_uri(address(request, "voices:follow", token)),
        "write_url": address(request, "voices:write", token),
        "withdraw_url": address(request, "voices:withdraw", token, read=read_token(record)),
        "better_url": address(request, "voices:better", token),
        "reopen_url": address(request, "voices:reopen", token),
        "done": request.GET.get("done", ""),
    }
    if context["done"] == "sent":  # what everyone may see; before it is sent, nothing typed leaves the device
        text = f"{record.title}\n{record.text}"
        context["similar"] = suggestions(text, VisitorAccess(), but=record.pk)
    return render(request, "improvements/voices/follow.html", context, status=status)
