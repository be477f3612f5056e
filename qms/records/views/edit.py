"""Changing the fields of a record."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.forms import add_violation
from qms.http import QmsRequest, SignedInRequest
from qms.records.forms.edit import RecordForm
from qms.records.models import Record
from qms.records.selectors.changes import change_entries, field_changes
from qms.records.services import record_change
from qms.records.services.moves import who_may
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, reference: str) -> HttpResponse:
    """The form with the record's fields. Two at once: the second reads what the first changed."""
    record = record_or_404(request, reference)
    offer = record.kind_offer
    if not request.access.can(offer.edit, record):
        raise NotYours(who_may(offer.edit, record))
    make = offer.edit_form or RecordForm
    form = make(request.POST if request.method == "POST" else None, record=record, access=request.access)
    since: datetime | None = None
    if form.is_valid():
        changes = dict(form.cleaned_data)
        token = changes.pop("token")
        try:
            record_change(record_id=record.pk, changes=changes, access=request.access, token=token)
        except NotYours:
            raise
        except StaleEdit as stale:
            since = _moment(token)
            record = record_or_404(request, reference)
            form.renew(record)
            add_violation(form, stale)
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            said = _("%(reference)s is saved.") % {"reference": record.reference}
            messages.success(request, said, extra_tags=f"edit-{record.reference}")
            return redirect(record)
    return _page(request, record, form, since)


def _moment(token: str) -> datetime | None:
    """When the form was made; None when the token is none of ours."""
    try:
        moment = parse_datetime(token)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _page(request: QmsRequest, record: Record, form: RecordForm, since: datetime | None) -> HttpResponse:
    newer = [change for change in field_changes(record) if since and change.when > since]
    context = {
        "record": record,
        "form": form,
        "changed_meanwhile": change_entries(newer, request.access),
        "crumbs": crumbs_of(record, _("Change")),
    }
    return render(request, "records/edit.html", context, status=422 if form.is_bound else 200)
