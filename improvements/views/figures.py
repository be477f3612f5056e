"""Figures about a part of the organisation, and how its ways in are doing."""

from tempfile import TemporaryFile
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from improvements.selectors.figures_sheets import sheets_of
from improvements.selectors.heartbeat import ways_in
from improvements.selectors.part import Chosen, part_chosen
from improvements.selectors.questions import DEFAULT, PERIODS, Report, report
from improvements.services.heartbeat import ENOUGH, SHORTEST, SILENCE, STUCK
from qms.http import SignedInRequest
from qms.lately import Lately, lately
from qms.organisation.models import Unit
from qms.records.workbook import CONTENT_TYPE, write_sheets
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
    chosen, period = _chosen(request), _period(request)
    counted = _counted(request, chosen, period)
    context = {
        "chosen": chosen,
        "again": f"?{urlencode({**request.GET.dict(), 'again': 1})}",
        "export": f"{reverse('improvements:figures_export')}?{request.GET.urlencode()}",
        "report": counted.value,
        "counted_at": counted.at,
        "periods": [Option(key, str(label), key == period) for key, (label, _days) in PERIODS.items()],
        "ways_in": chosen.part.address("improvements:heartbeat"),
        "crumbs": [(_("Improvements"), reverse("improvements:list")), (_("Figures"), None)],
    }
    return render(request, "improvements/figures.html", context)


@login_required
@require_safe
def figures_export(request: SignedInRequest) -> FileResponse:
    """The same page as a workbook."""
    chosen, period, today = _chosen(request), _period(request), timezone.localdate()
    shown = report(request.access, chosen.part, chosen.units, period, today)  # a file lasts: counted now
    unit = chosen.part.unit.name if chosen.part.unit else _("The whole municipality")
    about = [
        (_("Unit"), unit),
        (_("Sent in"), str(PERIODS[period][0])),
        (_("In short"), shown.lead),
        (_("Taken out"), timezone.localtime().replace(tzinfo=None, microsecond=0)),
        (_("By"), request.access.name),
    ]
    file = TemporaryFile()  # noqa: SIM115 (the response closes it, and then it is gone)
    write_sheets(file, sheets_of(shown, about))
    file.seek(0)
    name = f"{slugify(_('Figures'))}-{slugify(unit)}-{today.isoformat()}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _counted(request: SignedInRequest, chosen: Chosen, period: str) -> Lately[Report]:
    part, today = chosen.part, timezone.localdate()
    return lately(
        request.access,
        f"figures of {part.unit.pk if part.unit else 'all'}, {period}",
        lambda: report(request.access, part, chosen.units, period, today),
        anew="again" in request.GET,
    )


def _period(request: SignedInRequest) -> str:
    asked = request.GET.get("period", DEFAULT)
    return asked if asked in PERIODS else DEFAULT


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
