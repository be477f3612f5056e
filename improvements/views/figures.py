"""Figures about a part of the organisation, and how its ways in are doing."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from improvements.selectors.heartbeat import ways_in
from improvements.selectors.part import Chosen, part_chosen
from improvements.selectors.questions import DEFAULT, PERIODS, report
from improvements.services.heartbeat import ENOUGH, SHORTEST, SILENCE, STUCK
from qms.http import SignedInRequest
from qms.organisation.models import Unit
from qms.ui.components import Option

SHOWN = 200  # ways in on one page, the silent ones first


def _chosen(request: SignedInRequest) -> Chosen:
    try:
        return part_chosen(request.access, request.GET.get("unit", ""))
    except Unit.DoesNotExist as outside:
        raise Http404 from outside


@login_required
@require_safe
def figures(request: SignedInRequest) -> HttpResponse:
    """How a unit and everything below it is doing, as questions with their answers."""
    chosen = _chosen(request)
    asked = request.GET.get("period", DEFAULT)
    period = asked if asked in PERIODS else DEFAULT
    context = {
        "chosen": chosen,
        "report": report(request.access, chosen.part, chosen.units, period, timezone.localdate()),
        "periods": [Option(key, str(label), key == period) for key, (label, _days) in PERIODS.items()],
        "ways_in": chosen.part.address("improvements:heartbeat"),
        "crumbs": [(_("Improvements"), reverse("improvements:list")), (_("Figures"), None)],
    }
    return render(request, "improvements/figures.html", context)


@login_required
@require_safe
def heartbeat(request: SignedInRequest) -> HttpResponse:
    """What was last received, opened and answered in each unit, the silent ones first."""
    chosen = _chosen(request)
    context = {
        "chosen": chosen,
        "ways": ways_in(chosen.part, limit=SHOWN),
        "rule": {"enough": ENOUGH, "silence": f"{SILENCE:g}", "shortest": SHORTEST, "stuck": STUCK},
        "crumbs": [(_("Improvements"), reverse("improvements:list")), (_("Ways in"), None)],
    }
    return render(request, "improvements/heartbeat.html", context)
