"""Jobs and mail, for those who look after the system."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qms.home import operations as ledgers
from qms.home.services import mail_try_again, operator_only
from qms.http import SignedInRequest
from qms.jobs.selectors import operations, queue_length
from qms.mail.models import Mail
from qms.ui.components import Tab

STEP = 50
MOST = 500


@login_required
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Whether everything runs: scheduler, worker, jobs, mail."""
    operator_only(request.access)
    state, queue, mails = operations(), queue_length(), ledgers.outbox()
    context = {
        "state": state,
        "troubles": ledgers.sentences(state, queue, mails),
        "jobs": ledgers.job_rows(state),
        "figures": ledgers.mail_figures(queue, mails),
        **_frame(request, "home:operations"),
    }
    return render(request, "home/operations.html", context)


@login_required
@require_safe
def mails(request: SignedInRequest) -> HttpResponse:
    """The outbox: to whom, what became of it."""
    operator_only(request.access)
    asked = _asked(request, ledgers.MAIL_STATES)
    context = {
        "ledger": ledgers.mail_ledger(**asked),
        "asked": asked,
        **_frame(request, "home:operations_mails"),
    }
    return render(request, "home/operations_mails.html", {**context, **_filter(asked)})


@login_required
@require_safe
def reminders(request: SignedInRequest) -> HttpResponse:
    """The ledger of reminders: of what, to whom, sent or why not."""
    operator_only(request.access)
    asked = _asked(request, ledgers.REMINDER_STATES)
    ledger = ledgers.reminder_ledger(**asked, access=request.access)
    context = {"ledger": ledger, "asked": asked, **_frame(request, "home:operations_reminders")}
    return render(request, "home/operations_reminders.html", {**context, **_filter(asked)})


@login_required
@require_POST
def mail_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Try an e-mail again that was given up."""
    try:
        mail = mail_try_again(mail_id=pk, access=request.access)
    except Mail.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(request, _("The e-mail to %(address)s is tried again.") % {"address": mail.to})
    return redirect("home:operations_mails")


def _asked(request: SignedInRequest, states: dict[str, Any]) -> dict[str, Any]:
    """State, text and number of rows from the address; what makes no sense is left out."""
    state, number = request.GET.get("state", ""), request.GET.get("n", "")
    limit = int(number) if number.isdecimal() and len(number) < 6 else STEP
    return {
        "state": state if state in states else "",
        "text": request.GET.get("q", "").replace("\x00", "").strip()[:100],
        "limit": min(max(limit, STEP), MOST),
    }


def _filter(asked: dict[str, Any]) -> dict[str, Any]:
    return {"step": STEP, "next": asked["limit"] + STEP if asked["limit"] < MOST else None}


def _frame(request: SignedInRequest, current: str) -> dict[str, Any]:
    labels: dict[str, str | Promise] = {
        "home:operations": _("Jobs"),
        "home:operations_mails": _("E-mail"),
        "home:operations_reminders": _("Reminders"),
    }
    tabs = [Tab(str(label), reverse(name), name == current) for name, label in labels.items()]
    home = (_("Jobs and mail"), None if current == "home:operations" else reverse("home:operations"))
    crumbs = [home] if current == "home:operations" else [home, (labels[current], None)]
    return {"tabs": tabs, "crumbs": crumbs}
