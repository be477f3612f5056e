"""Following a case without login, by the private link: read the answer, add, withdraw."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from improvements.forms.follow import WithdrawForm, WriteForm
from improvements.models import FollowLink, Improvement
from improvements.selectors.clock import clock
from improvements.selectors.sender import what_happened
from improvements.services.voices import link_open
from qms.exceptions import RuleViolation
from qms.forms import add_violation
from qms.http import QmsRequest
from qms.organisation.access import Access
from qms.public import Unknown, address, used_up, without_cookies
from qms.records.services import comment_add, move
from qms.records.services.moves import why_not

OFTEN = "600/h"  # pages that one address may open


def _opened(request: QmsRequest, token: str) -> tuple[Improvement, Access]:
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
    form = WriteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            comment_add(record_id=record.pk, text=form.cleaned_data["text"], access=access)
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            return redirect(address(request, "voices:follow", token, done="written") + "#happened")
    return _page(request, token, record, access, form=form, status=422 if form.is_bound else 200)


@without_cookies
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: QmsRequest, token: str) -> HttpResponse:
    """Take the case back, after having been asked."""
    record, access = _opened(request, token)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    refused = why_not(record, "withdraw", access)
    if form.is_valid() and not refused:
        try:
            move(record_id=record.pk, name="withdraw", access=access, comment=form.cleaned_data["comment"])
        except RuleViolation as violation:
            refused = str(violation)
        else:
            return redirect(address(request, "voices:follow", token, done="withdrawn"))
    context = {
        "record": record,
        "form": form,
        "refused": refused,
        "back": address(request, "voices:follow", token),
    }
    return render(request, "voices/withdraw.html", context, status=409 if refused else 200)


def _page(
    request: QmsRequest,
    token: str,
    record: Improvement,
    access: Access,
    *,
    form: WriteForm,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "record": record,
        "form": form,
        "clock": clock(record),
        "happened": what_happened(record),
        "may_withdraw": why_not(record, "withdraw", access) is None,
        "link": request.build_absolute_uri(address(request, "voices:follow", token)),
        "write_url": address(request, "voices:write", token),
        "withdraw_url": address(request, "voices:withdraw", token),
        "done": request.GET.get("done", ""),
    }
    return render(request, "voices/follow.html", context, status=status)
