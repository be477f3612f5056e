"""Giving a role and taking it back."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qms.http import SignedInRequest
from qms.organisation import services
from qms.organisation.forms import RoleForm
from qms.organisation.models import UnitUserGrant
from qms.organisation.permissions import ADMINISTER, DELEGATE, grant_action
from qms.organisation.services.writing import require, require_somewhere
from qms.organisation.views.act import Act, act_page, sent

FORM_METHODS = ["GET", "HEAD", "POST"]


def _number(text: str) -> int | None:
    return int(text[:12]) if text.isdecimal() else None


@login_required
@require_http_methods(FORM_METHODS)
def give(request: SignedInRequest) -> HttpResponse:
    """Give a role; `person` and `unit` prefill to whom and where."""
    require_somewhere(request.access, DELEGATE)
    initial = {key: _number(request.GET.get(key, "")) for key in ("person", "unit")}
    form = RoleForm(sent(request), initial=initial, access=request.access)
    administers = request.access.can_somewhere(ADMINISTER)
    back = reverse("organisation:admin_roles" if administers else "organisation:tree")
    act = Act(
        title=_("Give a role"),
        submit=_("Give the role"),
        back=back,
        crumbs=[(_("Organisation"), reverse("organisation:tree")), (_("Give a role"), None)],
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.role_grant(
            role=data["role"],
            unit_id=data["unit"].pk,
            person_id=data["person"].pk,
            until=data["until"],
            access=request.access,
        )
        return _("%(name)s has the role.") % {"name": data["person"].name}, data["person"].get_absolute_url()

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a role back, after a question."""
    grants = UnitUserGrant.objects.select_related("permission", "content_object", "user")
    grant = get_object_or_404(grants, pk=pk)
    if grant.user_id != request.user.pk:
        require(request.access, grant_action(grant.role.key), grant.content_object)
    form = Form(sent(request))
    address = grant.user.get_absolute_url()
    words = {"role": grant.role.label, "name": grant.user.name, "unit": grant.content_object.name}
    act = Act(
        title=_("Take the role “%(role)s” from %(name)s?") % words,
        submit=_("Take the role back"),
        back=address,
        crumbs=[(grant.user.name, address), (_("Take a role back"), None)],
        lead=_("In %(unit)s and everything below it. It can be given again.") % words,
        danger=True,
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.role_revoke(grant_id=grant.pk, access=request.access)
        return _("%(name)s no longer has the role.") % words, address

    return act_page(request, form, act, do)
