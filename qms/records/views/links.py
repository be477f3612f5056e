"""Tying records together."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest, page_or_fragment
from qms.records.forms.dialogue import LinkForm
from qms.records.models import Record
from qms.records.selectors.links import kept_links, linked_records
from qms.records.services import link_add, link_remove
from qms.records.services.moves import who_may
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: SignedInRequest, reference: str) -> HttpResponse:
    """What a record is tied to, and tying it to one more by its reference."""
    record = _changeable(request, reference)
    form = LinkForm(request.POST if request.method == "POST" else None, access=request.access)
    if form.is_valid():
        target = form.cleaned_data["reference"]
        try:
            link_add(
                source_id=record.pk,
                target_id=target.pk,
                type=form.cleaned_data["type"],
                access=request.access,
            )
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            messages.success(
                request, _("Tied together with %(reference)s.") % {"reference": target.reference}
            )
            return redirect(record)
    tied = linked_records(record, request.access)
    kept = kept_links([link.link for link in tied])
    context = {
        "record": record,
        "form": form,
        "links": [(link, kept.get(link.link_id)) for link in tied],
        "crumbs": crumbs_of(record, _("Belongs together with")),
    }
    status = 422 if form.is_bound else 200
    return page_or_fragment(request, "records/links.html", "records/_links_form.html", context, status=status)


@login_required
@require_POST
def link_removal(request: SignedInRequest, reference: str, link_id: int) -> HttpResponse:
    """Untie a record from another; tying them again is as easy. One that is gone is no fault."""
    record = _changeable(request, reference)
    for link in linked_records(record, request.access):
        if link.link_id == link_id:
            link_remove(link_id=link_id, access=request.access)
            other = link.record.reference
            messages.success(request, _("No longer tied together with %(reference)s.") % {"reference": other})
    return redirect(record)


def _changeable(request: SignedInRequest, reference: str) -> Record:
    record = record_or_404(request, reference)
    edit = record.kind_offer.edit
    if not request.access.can(edit, record):
        raise NotYours(who_may(edit, record))
    return record
