"""Giving what waits for me to somebody else."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest, page_or_fragment
from qms.records.forms.hand_over import HandOverForm
from qms.records.models import Record, Task
from qms.records.services import task_hand_over
from qms.records.services.handover import makes_responsible, require_theirs, who_can_take
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, reference: str, task_id: int) -> HttpResponse:
    """Who gets it: a page, and a dialog on the record's page."""
    record = record_or_404(request, reference)
    task = get_object_or_404(Task.objects.select_related("assignee"), pk=task_id, record_id=record.pk)
    require_theirs(task, request.access)
    able = who_can_take(record, task)
    form = HandOverForm(request.POST if request.method == "POST" else None, able=able)
    if form.is_valid():
        to, note = form.cleaned_data["to"], form.cleaned_data["note"]
        try:
            task_hand_over(task_id=task.pk, to=to, note=note, access=request.access)
        except NotYours:
            raise
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            said = _("%(reference)s is now on %(name)s's work list.")
            messages.success(request, said % {"reference": record.reference, "name": to.name})
            still_seen = Record.objects.visible_to(request.access).filter(pk=record.pk).exists()
            address = record.get_absolute_url() if still_seen else "/"
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    task.record = record
    context = {
        "record": record,
        "task": task,
        "responsible_too": makes_responsible(record, task),
        "form": form,
        "crumbs": crumbs_of(record, _("Hand over")),
    }
    page, part = "records/hand_over.html", "records/_hand_over.html"
    return page_or_fragment(request, page, part, context, status=422 if form.is_bound else 200)
