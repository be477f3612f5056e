"""What those who lead a unit decide about its cases."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from improvements import permissions
from improvements.forms.unit import PromiseForm
from improvements.models import UnitPromise
from improvements.services import unit_promise_set
from qms.http import SignedInRequest
from qms.organisation.services.writing import require
from qms.organisation.views.act import Act, act_page, sent
from qms.organisation.views.unit import unit_crumbs, unit_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: SignedInRequest, pk: int) -> HttpResponse:
    """How soon the unit answers what is sent in."""
    unit = unit_or_404(pk)
    require(request.access, permissions.PROMISE, unit)
    own = UnitPromise.objects.filter(unit=unit).values_list("days", flat=True).first()
    form = PromiseForm(sent(request), initial={"days": own}, unit=unit)
    title = _("Answer promise of %(unit)s") % {"unit": unit.name}
    act = Act(
        title=title,
        submit=_("Save"),
        back=unit.get_absolute_url(),
        crumbs=unit_crumbs(unit, title),
        lead=_(
            "Whoever sends something in is told by which day they get an answer. A new promise holds for "
            "what is sent in from now on, here and in the units below that have not decided otherwise."
        ),
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        unit_promise_set(unit_id=unit.pk, days=data["days"], access=request.access)
        return _("Saved."), unit.get_absolute_url()

    return act_page(request, form, act, do)
