"""Order in the house."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.content.difference import difference_of_words
from documents.models import Document
from documents.permissions import ORDER, TAKE_OVER
from documents.selectors.order import order_of, twin_pairs
from qms.exceptions import NotYours
from qms.http import SignedInRequest
from qms.organisation.models import Unit
from qms.organisation.selectors import unit_options


@login_required
@require_safe
def order(request: SignedInRequest) -> HttpResponse:
    """What is to be put right in a unit and everything below it, each figure with its documents."""
    try:
        found = order_of(request.access, request.GET.get("unit", ""), timezone.localdate())
    except Unit.DoesNotExist as outside:
        raise Http404 from outside
    context = {
        "order": found,
        "may_take_over": bool(request.access.paths(TAKE_OVER.roles)),
        "options": unit_options(found.units, found.unit.pk if found.unit else None),
        "crumbs": [(_("Governing documents"), reverse("documents:list")), (_("Order in the house"), None)],
    }
    return render(request, "documents/order.html", context)


@login_required
@require_safe
def twins(request: SignedInRequest) -> HttpResponse:
    """Documents that say nearly the same, two by two."""
    _check(request)
    context = {"pairs": twin_pairs(request.access), "crumbs": _crumbs(_("Nearly the same"), None)}
    return render(request, "documents/twins.html", context)


@login_required
@require_safe
def twin(request: SignedInRequest, first: str, second: str) -> HttpResponse:
    """What differs between two documents."""
    _check(request)
    seen = Document.objects.visible_to(request.access).select_related("unit", "owner")
    found = {document.reference: document for document in seen.filter(reference__in=(first, second))}
    if len(found) != 2:
        raise Http404
    here, there = found[first], found[second]
    differs = difference_of_words(here.text, there.text)
    context = {
        "first": here,
        "second": there,
        "both": (here, there),
        "difference": differs,
        "shown": SafeString(differs.html),  # every word in it is escaped by the comparison
        "crumbs": _crumbs(_("Nearly the same"), reverse("documents:twins")),
    }
    return render(request, "documents/twin.html", context)


def _check(request: SignedInRequest) -> None:
    if not request.access.paths(ORDER.roles):
        raise NotYours(_("Order in the house is for those who answer for a unit or for the whole."))


def _crumbs(label: str, url: str | None) -> list[tuple[str, str | None]]:
    here = [
        (_("Governing documents"), reverse("documents:list")),
        (_("Order in the house"), reverse("documents:order")),
    ]
    return [*here, (label, url)]
