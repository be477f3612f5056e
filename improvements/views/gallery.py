"""The gallery of what has been made better, and what stands in it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from improvements import permissions
from improvements.forms.spread import GalleryForm, WishForm
from improvements.models import GalleryEntry, Improvement
from improvements.selectors import gallery as shown_in
from improvements.selectors.spread import what_was_done, why_no_spread
from improvements.services import gallery_show, gallery_take_out, spread_wish
from improvements.services.gallery import Picture
from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest
from qms.organisation.selectors import unit_options, unit_rows
from qms.records.views.attachments import file_sent
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404

METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def gallery(request: SignedInRequest) -> HttpResponse:
    """What has been made better, the newest first; of a unit with everything below it, and by words."""
    rows, asked = unit_rows(), request.GET.get("unit", "")
    unit = next((row for row in rows if str(row.pk) == asked), None)
    if asked and unit is None:
        raise Http404
    text, count = request.GET.get("q", "").replace("\x00", "").strip()[:100], _count(request.GET.get("n", ""))
    shown = shown_in.gallery(request.access, unit=unit, text=text, shown=count)
    today = timezone.localdate()
    query = {"unit": asked, "q": text, "n": str(count + shown_in.STEP)}
    more = len(shown.cards) < min(shown.total, shown_in.MOST)
    context = {
        "gallery": shown,
        "units": unit_options(
            [row for row in rows if row == unit or row.is_in_force(today)],
            unit.pk if unit else None,
        ),
        "text": text,
        "filtered": bool(text or unit),
        "more_url": f"?{urlencode({key: value for key, value in query.items() if value})}" if more else "",
        "step": shown_in.STEP,
        "crumbs": [(_("Improvements"), reverse("improvements:list")), (_("Gallery"), None)],
    }
    return render(request, "improvements/gallery.html", context)


def _count(asked: str) -> int:
    wanted = int(asked) if asked.isdecimal() and len(asked) < 5 else shown_in.STEP
    return min(max(wanted, shown_in.STEP), shown_in.MOST)


def _entry(request: SignedInRequest, pk: int) -> GalleryEntry:
    try:
        return shown_in.entry_seen(pk, request.access)
    except GalleryEntry.DoesNotExist as missing:
        raise Http404 from missing


@login_required
@require_safe
def picture(request: SignedInRequest, pk: int, which: str) -> HttpResponseBase:
    """A picture of the gallery, small: for those whom the gallery shows the improvement."""
    if which not in ("before", "after"):
        raise Http404
    attachment = shown_in.picture_of(_entry(request, pk), which)
    if attachment is None or not attachment.thumbnail:
        raise Http404
    return file_sent(request, attachment, attachment.thumbnail, "image/webp")


@login_required
@require_http_methods(METHODS)
def wish(request: SignedInRequest, pk: int) -> HttpResponse:
    """This could be something for us: the unit gets the question and sees the case."""
    entry = _entry(request, pk)
    if not request.access.can_somewhere(permissions.ADOPT):
        raise NotYours(_("Those who handle the cases of a unit ask for it. Show it to your manager."))
    form = WishForm(
        request.POST if request.method == "POST" else None, initial={"unit": request.user.home_unit}
    )
    if form.is_valid():
        try:
            question = spread_wish(entry_id=entry.pk, unit=form.cleaned_data["unit"], access=request.access)
        except RuleViolation as refused:
            form.add_error("unit", str(refused))
        else:
            return redirect("improvements:spread_answer", question.record.reference, question.pk)
    context = {
        "entry": entry,
        "form": form,
        "crumbs": [
            (_("Improvements"), reverse("improvements:list")),
            (_("Gallery"), reverse("improvements:gallery")),
            (_("Something for us"), None),
        ],
    }
    return render(request, "improvements/wish.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(METHODS)
def show(request: SignedInRequest, reference: str) -> HttpResponse:
    """Put a case into the gallery, or change what stands there."""
    record = record_or_404(request, reference)
    if not isinstance(record, Improvement):
        raise Http404
    if refused := why_no_spread(record, request.access):
        raise refused
    entry, pictures = shown_in.entry_of(record), shown_in.pictures_of(record)
    form = GalleryForm(
        request.POST if request.method == "POST" else None,
        entry=entry,
        pictures=pictures,
        done=what_was_done(record),
    )
    draft = f"gallery-{record.reference}"
    if form.is_valid():
        try:
            gallery_show(record_id=record.pk, access=request.access, **_chosen(form.cleaned_data))
        except NotYours:
            raise
        except RuleViolation as refusal:
            add_violation(form, refusal)
        else:
            messages.success(request, _("It stands in the gallery."), extra_tags=draft)
            return redirect("improvements:gallery")
    context = {
        "record": record,
        "form": form,
        "entry": entry if entry and entry.removed_at is None else None,
        "pictures": pictures,
        "draft": draft,
        "crumbs": crumbs_of(record, _("Show in the gallery")),
    }
    return render(request, "improvements/gallery_show.html", context, status=422 if form.errors else 200)


def _chosen(given: dict[str, Any]) -> dict[str, Any]:
    """What the service is asked for."""
    pictures = {
        name: Picture(given[name], given[f"{name}_alt"]) if given.get(name) else None
        for name in ("before", "after")
    }
    return {"was": given["was"], "now": given["now"], "for_all": given["for_all"] == "all", **pictures}


@login_required
@require_POST
def take_out(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show it there no longer. What was written stays for the next time."""
    record = record_or_404(request, reference)
    gallery_take_out(record_id=record.pk, access=request.access)
    messages.success(
        request, _("%(reference)s is no longer in the gallery.") % {"reference": record.reference}
    )
    return redirect(record)
