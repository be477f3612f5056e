"""Saying something without login: choose the unit, write, get a private link."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from improvements.forms.say import SayForm, new_say_form
from improvements.models import Channel
from improvements.selectors.promise import promise_for
from improvements.services import AlreadySent, improvement_submit_unnamed
from qms.exceptions import RuleViolation
from qms.forms import add_violation
from qms.http import QmsRequest
from qms.organisation.models import Unit
from qms.organisation.selectors import nearest_in_force, units_in_force, units_matching
from qms.public import Unknown, address, used_up, used_up_by_all, without_cookies
from qms.records.attachments.storing import stored

SHOWN = 30
# How often: from one address, and of forms on which no work was done also from everyone together.
OFTEN, OFTEN_UNWORKED, UNWORKED_BY_ALL = "20/h", "4/h", "60/h"
BUSY = "40/10m"  # beyond this the work becomes harder


@without_cookies
@require_safe
def say(request: QmsRequest) -> HttpResponse:
    """Which unit it concerns: by search, or from the top."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    units = units_matching(words, units_in_force()) if words else units_in_force().filter(depth__lte=2)
    shown = list(units[: SHOWN + 1])
    context = {
        "words": words,
        "units": [(unit, address(request, "voices:say_unit", unit.code)) for unit in shown[:SHOWN]],
        "more": len(shown) > SHOWN,
    }
    return render(request, "improvements/voices/say.html", context)


@without_cookies
@require_http_methods(["GET", "HEAD", "POST"])
def say_unit(request: QmsRequest, code: str) -> HttpResponse:
    """The form for one unit. An address on a wall outlives the unit: what comes to one that has closed goes
    to the one that took over, or to the nearest above."""
    asked = Unit.objects.filter(code__iexact=code).first()
    unit = nearest_in_force(asked) if asked and (asked.is_closed or asked in units_in_force()) else None
    if unit is None:
        raise Http404
    closed = asked if asked != unit else None
    if request.method != "POST":
        return _page(request, unit, new_say_form(busy=_busy(request)), closed)
    form = SayForm(request.POST, request.FILES)
    confirmed = _sent(request, form, unit) if form.is_valid() else None
    return redirect(confirmed) if confirmed else _page(request, unit, form, closed, status=422)


def _busy(request: QmsRequest, *, count: bool = False) -> bool:
    try:
        return used_up_by_all(request, "say-all", BUSY, count=count)
    except Unknown:
        return False  # a form that is shown is not yet one that is received


def _sent(request: QmsRequest, form: SayForm, unit: Unit) -> str | None:
    """Sends, and returns the address of the private link; None with the reason in the form."""
    fields = form.cleaned_data
    try:
        _let_through(request, form)
        with stored(fields["attachments"]) as files:
            sent = improvement_submit_unnamed(
                text=fields["text"],
                unit=unit,
                channel=Channel.ANONYMOUS if fields["employee"] else Channel.RESIDENTS,
                access=request.access,  # type: ignore[arg-type]
                submission=form.ticket_read.key,
                files=files,
                email=fields["email"],
                language=request.LANGUAGE_CODE or "",
            )
    except RuleViolation as refused:
        add_violation(form, refused)
        if isinstance(refused, AlreadySent):
            form.renew()
        return None
    return address(request, "voices:follow", sent.token, done="sent")


def _let_through(request: QmsRequest, form: SayForm) -> None:
    """Count the sending. Raises RuleViolation when there have been too many, or nobody can tell."""
    worked = form.ticket_read.worked
    try:
        _busy(request, count=True)
        often = used_up(request, "say" if worked else "say-unworked", OFTEN if worked else OFTEN_UNWORKED)
        often = often or (not worked and used_up_by_all(request, "say-unworked-all", UNWORKED_BY_ALL))
    except Unknown as unknown:
        raise RuleViolation(
            _(
                "We cannot receive it right now. Your text is kept in this browser: "
                "try again in a while, or phone the municipality."
            )
        ) from unknown
    if often:
        raise RuleViolation(
            _(
                "Much has been sent from your network in a short time. Your text is kept in this "
                "browser: try again in an hour, or phone the municipality."
            )
        )


def _page(
    request: QmsRequest, unit: Unit, form: SayForm, closed: Unit | None, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "unit": unit,
        "closed": closed,
        "promise": promise_for(unit, timezone.localdate()),
        "other": address(request, "voices:say"),
        "below": [
            (one, address(request, "voices:say_unit", one.code))
            for one in units_in_force().filter(path__startswith=unit.path, depth=unit.depth + 1)[:SHOWN]
        ],
    }
    return render(request, "improvements/voices/say_unit.html", context, status=status)
