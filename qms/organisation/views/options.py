"""Suggestions while one writes a name: the answers to `PersonField` and `UnitField`."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qms.http import SignedInRequest
from qms.organisation.fields import SHOWN, Match, person_match, unit_match
from qms.organisation.selectors import people_active, people_matching, units_in_force, units_matching

FEWEST_LETTERS = 2


def _words(request: SignedInRequest) -> str:
    """What has been written in the field that asks; "" while it is too short to mean anything."""
    text = request.GET.get(request.GET.get("field", "q"), "").replace("\x00", "").strip()[:200]
    return text if len(text) >= FEWEST_LETTERS else ""


def _answer(request: SignedInRequest, matches: Sequence[Match]) -> HttpResponse:
    return render(request, "organisation/_options.html", {"matches": matches})


@login_required
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Active people who fit the words."""
    text = _words(request)
    found = people_matching(text, people_active().select_related("home_unit"))[:SHOWN] if text else ()
    return _answer(request, [person_match(person) for person in found])


@login_required
@require_safe
def units(request: SignedInRequest) -> HttpResponse:
    """Units in force that fit the words."""
    text = _words(request)
    found = units_matching(text, units_in_force())[:SHOWN] if text else ()
    return _answer(request, [unit_match(unit) for unit in found])
