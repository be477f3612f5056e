"""One unit, and what happened to it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.contributions import ask, panels_for, unit_settings
from qms.http import SignedInRequest
from qms.organisation.models import Unit
from qms.organisation.permissions import ADMINISTER, DELEGATE
from qms.organisation.selectors import nearest_headed, people_active
from qms.organisation.selectors.events import event_entries
from qms.organisation.selectors.held import shared_with
from qms.organisation.selectors.holding import deputies_of, holders_on
from qms.organisation.selectors.tree import ancestors_of, children_of
from qms.organisation.views.act import Crumb

LATEST = 5
PEOPLE_SHOWN = 30
EVENTS_SHOWN = 200


def unit_crumbs(unit: Unit, *last: object) -> list[Crumb]:
    """The organisation, what the unit lies under, the unit, and perhaps a page about it."""
    own = unit.get_absolute_url() if last else None
    return [
        (_("Organisation"), reverse("organisation:tree")),
        *((above.name, above.get_absolute_url()) for above in ancestors_of(unit)),
        (unit.name, own),
        *((text, None) for text in last),
    ]


def unit_or_404(pk: int) -> Unit:
    """A unit, closed or not: everyone who is signed in sees the organisation."""
    found: Unit = get_object_or_404(Unit.objects.select_related("head", "successor"), pk=pk)
    return found


@login_required
@require_safe
def unit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who answers here, who works here, what is going on, and how it came to be so."""
    found = unit_or_404(pk)
    access = request.access
    headed = nearest_headed(found)
    people = list(people_active().filter(home_unit=found)[: PEOPLE_SHOWN + 1])
    here, above = holders_on(found)
    context = {
        "unit": found,
        "headed": headed,
        "below": children_of(found),
        "closed_below": children_of(found, closed=True),
        "people": people[:PEOPLE_SHOWN],
        "more_people": len(people) > PEOPLE_SHOWN,
        "roles_here": here,
        "roles_above": above,
        "reads": shared_with(found),
        "deputies": deputies_of({row.person.pk for row in here if row.person}),
        "panels": ask(panels_for(Unit, access), access, found),
        "settings": ask(unit_settings, access, found),
        "events": event_entries(found.events.all()[:LATEST]),
        "may_administer": access.can_in(ADMINISTER, found),
        "may_delegate": access.can_in(DELEGATE, found) and not found.is_closed,
        "crumbs": unit_crumbs(found),
    }
    return render(request, "organisation/unit.html", context)


@login_required
@require_safe
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything that happened to the unit: who changed what, and when."""
    found = unit_or_404(pk)
    context = {
        "title": _("History of %(unit)s") % {"unit": found.name},
        "events": event_entries(found.events.all()[:EVENTS_SHOWN]),
        "crumbs": unit_crumbs(found, _("History")),
    }
    return render(request, "organisation/history.html", context)
