"""Where those who keep the organisation in order begin: hub, roles, groups, history."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.http import SignedInRequest
from qms.organisation.models import OrganisationEvent, Person, UnitGroupGrant, UnitUserGrant
from qms.organisation.permissions import ADMINISTER
from qms.organisation.selectors import units_in_force
from qms.organisation.selectors.events import event_entries
from qms.organisation.selectors.holding import grants_by_role
from qms.organisation.services.writing import require_somewhere
from qms.organisation.views.act import Crumb

LATEST = 5
STEP, MOST = 50, 500


def administration_crumbs(*last: object) -> list[Crumb]:
    """The hub, and a page under it."""
    own = reverse("organisation:admin") if last else None
    return [(_("Administration"), own), *((text, None) for text in last)]


@login_required
@require_safe
def hub(request: SignedInRequest) -> HttpResponse:
    """Units, people, roles, groups and the latest changes."""
    require_somewhere(request.access, ADMINISTER)
    context = {
        "units": units_in_force().count(),
        "vacant": units_in_force().filter(head=None).count(),
        "people": Person.objects.filter(is_active=True).count(),
        "homeless": Person.objects.filter(is_active=True, home_unit=None).count(),
        "roles": UnitUserGrant.objects.count() + UnitGroupGrant.objects.count(),
        "groups": Group.objects.count(),
        "events": event_entries(OrganisationEvent.objects.all()[:LATEST]),
        "crumbs": administration_crumbs(),
    }
    return render(request, "organisation/administration.html", context)


@login_required
@require_safe
def roles(request: SignedInRequest) -> HttpResponse:
    """Each role in plain words, and to whom it is given."""
    require_somewhere(request.access, ADMINISTER)
    context = {"roles": grants_by_role(), "crumbs": administration_crumbs(_("Roles"))}
    return render(request, "organisation/roles.html", context)


@login_required
@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    """Everything that was changed: who, what, when."""
    require_somewhere(request.access, ADMINISTER)
    asked = request.GET.get("n", "")
    limit = min(max(int(asked), STEP), MOST) if asked.isdecimal() and len(asked) < 6 else STEP
    rows = list(OrganisationEvent.objects.all()[: limit + 1])
    context = {
        "title": _("History of the organisation"),
        "events": event_entries(rows[:limit]),
        "shown": min(limit, len(rows)),
        "next": limit + STEP if len(rows) > limit and limit < MOST else None,
        "step": STEP,
        "crumbs": administration_crumbs(_("History")),
    }
    return render(request, "organisation/history.html", context)
