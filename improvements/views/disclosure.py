"""Handing out a masked copy of a case."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from improvements import permissions
from improvements.forms.disclosure import DisclosureForm
from improvements.models import Disclosure, Improvement
from improvements.selectors.disclosure import (
    Choice,
    by_why,
    fingerprint,
    found_in_case,
    masked_copy,
    material,
    missing,
    shown,
)
from improvements.selectors.joined import joined
from improvements.services.disclosure import disclosure_make
from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest
from qms.once import sent_key
from qms.records.services.moves import who_may
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404
from qms.ui.pdf import PdfUnavailable, render_pdf


def _case(request: SignedInRequest, reference: str) -> Improvement:
    case = record_or_404(request, reference)
    if not isinstance(case, Improvement):
        raise Http404
    if not request.access.can(permissions.HANDLE, case):
        raise NotYours(who_may(permissions.HANDLE, case))
    return case


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def disclose(request: SignedInRequest, reference: str) -> HttpResponse:
    """What is found is ticked, more can be; the preview shows the copy; then it is made."""
    record = _case(request, reference)
    form = DisclosureForm(request.POST if request.method == "POST" else None, record=record)
    ready = form.is_valid() and _all_found(form, record)
    if ready and "make" in request.POST:
        try:
            made = disclosure_make(
                record_id=record.pk,
                choice=form.choice(),
                looked_at=request.POST.get("looked_at", ""),
                access=request.access,
                internal=form.cleaned_data["internal"],
                for_whom=form.cleaned_data["for_whom"],
                ground=form.cleaned_data["ground"],
                key=sent_key(form.cleaned_data["key"], str(request.user.pk), request.POST.urlencode()),
            )
        except NotYours:
            raise
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            messages.success(request, _("The copy is made, and that it was made stands in the timeline."))
            return redirect("improvements:disclosure", record.reference, made.pk)
    context = _context(form, record, preview=ready) | {"joined": joined(record, request.access)}
    return render(request, "improvements/disclose.html", context, status=422 if form.errors else 200)


def _all_found(form: DisclosureForm, record: Improvement) -> bool:
    """Whether each of the handler's own passages stands somewhere; else the form says which does not."""
    parts = material(record, internal=form.cleaned_data["internal"])
    for passage in missing(parts, form.cleaned_data["passages"]):
        words = {"passage": passage}
        form.add_error("passages", _("“%(passage)s” stands nowhere in the case.") % words)
    return not form.errors


def _context(form: DisclosureForm, record: Improvement, *, preview: bool) -> dict[str, Any]:
    internal = bool(form.is_bound and form.cleaned_data.get("internal"))
    parts = material(record, internal=internal)
    found = found_in_case(record, parts)
    words = tuple(one.words for one in found)
    choice = form.choice(words) if form.is_bound else Choice(words)
    copy, count = masked_copy(parts, choice)
    return {
        "record": record,
        "form": form,
        "found": by_why(found),
        "chosen": choice.words,
        "parts": shown(parts, choice),
        "preview": copy if preview else None,
        "count": count,
        "looked_at": fingerprint(parts),
        "crumbs": crumbs_of(record, _("Masked copy")),
    }


def _made(request: SignedInRequest, reference: str, pk: int) -> Disclosure:
    case = _case(request, reference)
    made: Disclosure = get_object_or_404(Disclosure.objects.select_related("case"), pk=pk, case=case)
    return made


@login_required
@never_cache
@require_safe
def disclosure(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """A copy that was made: as it was, to fetch as PDF or text."""
    made = _made(request, reference, pk)
    context = {"made": made, "record": made.case, "crumbs": crumbs_of(made.case, _("Masked copy"))}
    return render(request, "improvements/disclosure.html", context)


@login_required
@never_cache
@require_safe
def disclosure_pdf(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """The copy as PDF, made of what is kept of it: what was masked is not there to be shown."""
    made = _made(request, reference, pk)
    title = _title(made)
    try:
        pdf = render_pdf(
            "improvements/pdf/disclosure.html", {"made": made}, title=title, lang=request.LANGUAGE_CODE
        )
    except PdfUnavailable as missing_libraries:
        messages.error(request, str(missing_libraries))
        return redirect("improvements:disclosure", made.case.reference, made.pk)
    return _file(pdf, "application/pdf", made, "pdf")


@login_required
@never_cache
@require_safe
def disclosure_text(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """The copy as plain text."""
    made = _made(request, reference, pk)
    text = render_to_string("improvements/disclosure.txt", {"made": made, "title": _title(made)})
    return _file(text.encode(), "text/plain; charset=utf-8", made, "txt")


def _title(made: Disclosure) -> str:
    return _("%(reference)s, masked copy") % {"reference": made.case.reference}


def _file(content: bytes, content_type: str, made: Disclosure, ending: str) -> HttpResponse:
    name = f"{made.case.reference}-{made.pk}.{ending}"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
