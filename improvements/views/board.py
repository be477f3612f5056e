"""A unit's improvement board: at the desk, on a wall, in a ten-minute meeting."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from improvements.forms.board import BoardForm
from improvements.models import Improvement
from improvements.selectors.board import Board
from improvements.ticket_markup import lanes_markup
from qms.http import SignedInRequest, page_or_fragment
from qms.organisation.models import Unit
from qms.organisation.selectors.tree import top_unit

MINUTES = 10  # a board meeting


@login_required
@require_safe
def board(request: SignedInRequest) -> HttpResponse:
    """The board of `unit`, or of one's own; with everything below it."""
    named = None if request.GET.get("unit", "").isdecimal() else BoardForm(request.GET or None)
    unit = named.cleaned_data["unit"] if named and named.is_valid() else None
    shown = Board(unit or (_own(request) if named else _unit(request)), request.access)
    form = named if named and named.errors else BoardForm(initial={"unit": shown.unit})
    lanes = lanes_markup(shown.lanes, request.get_full_path())
    context = {
        "board": shown,
        "lanes": lanes,
        "moves": any(ticket.steps for lane in shown.lanes for ticket in lane.tickets),
        "form": form,
        "crumbs": _crumbs(shown.unit),
    }
    return render(request, "improvements/board.html", context)


@login_required
@require_safe
def wall(request: SignedInRequest) -> HttpResponse:
    """The board for a screen that hangs where people pass: large, without buttons, always fresh."""
    shown = Board(_unit(request), request.access, wall=True)
    context = {"board": shown, "lanes": lanes_markup(shown.lanes, "")}
    return page_or_fragment(request, "improvements/wall.html", "improvements/_wall.html", context)


@login_required
@require_safe
def meeting(request: SignedInRequest) -> HttpResponse:
    """One ticket at a time, so that a meeting in front of the board takes ten minutes.

    `at` is the reference of the ticket one is at. Where that has left the board meanwhile, the walk goes on
    from the place (`place`, from 1) it had.
    """
    shown = Board(_unit(request), request.access)
    tickets = shown.walk
    references = [ticket.record.reference for ticket in tickets]
    at, place = request.GET.get("at", ""), request.GET.get("place", "")
    index = references.index(at) if at in references else _place(place) - 1
    context: dict[str, Any] = {
        "board": shown,
        "crumbs": _crumbs(shown.unit, _("Meeting")),
        "count": len(tickets),
    }
    if index < len(tickets):
        seconds = MINUTES * 60 // len(tickets)
        ticket = tickets[index]
        context |= {
            "ticket": ticket,
            "text": Improvement.objects.get(pk=ticket.record.pk).text,
            "steps": [(step.transition, step.url(ticket.record.reference)) for step in ticket.steps],
            "place": index + 1,
            "seconds": seconds,
            "minutes": max(round(seconds / 60), 1),
            "before": _step(shown.unit, references, index - 1) if index else "",
            "after": _step(shown.unit, references, index + 1),
            "standing": _step(shown.unit, references, index),
        }
    return page_or_fragment(request, "improvements/meeting.html", "improvements/_meeting.html", context)


def _step(unit: Unit, references: list[str], index: int) -> str:
    """The address of a place in the walk; after the last ticket comes the end."""
    query: dict[str, Any] = {"unit": unit.pk, "place": index + 1}
    if index < len(references):
        query["at"] = references[index]
    return reverse("improvements:board_meeting", query=query)


def _place(text: str) -> int:
    return max(int(text), 1) if text.isdecimal() and len(text) < 4 else 1


def _unit(request: SignedInRequest) -> Unit:
    """The unit the address names, else one's own; 404 when there is no such unit."""
    asked = request.GET.get("unit", "")
    if not asked:
        return _own(request)
    if not asked.isdecimal() or len(asked) > 9:
        raise Http404
    return get_object_or_404(Unit, pk=asked)


def _own(request: SignedInRequest) -> Unit:
    return request.user.home_unit or top_unit()


def _crumbs(unit: Unit, *last: str) -> list[tuple[str, str | None]]:
    name = _("Board of %(unit)s") % {"unit": unit.name}
    address = reverse("improvements:board", query={"unit": unit.pk}) if last else None
    pages: list[tuple[str, str | None]] = [(_("Improvements"), reverse("improvements:list")), (name, address)]
    return [*pages, *((text, None) for text in last)]
