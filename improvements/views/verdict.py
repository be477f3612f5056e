"""The signed-in sender's answer to "did it get better?"."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from improvements.forms.follow import VerdictForm
from improvements.services import verdict_give
from qms.exceptions import RuleViolation
from qms.http import SignedInRequest
from qms.records.views.loading import record_or_404


@login_required
@require_POST
def better(request: SignedInRequest, reference: str) -> HttpResponse:
    """Two buttons on the case's page; a no leads to the question whether it is to be opened again."""
    record = record_or_404(request, reference)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        raise RuleViolation(_("Press one of the two."), field="better")
    verdict_give(record_id=record.pk, access=request.access, **form.cleaned_data)
    if form.cleaned_data["better"]:
        messages.success(request, _("Good to hear. Thank you for telling us."))
        return redirect(record)
    messages.info(request, _("Thank you for saying so. Those who handle it are told."))
    return redirect(reverse("records:move", args=[record.reference, "reopen"]))
