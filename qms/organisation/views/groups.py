"""Groups of people who get roles together."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import Group
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.http import SignedInRequest
from qms.organisation import services
from qms.organisation.forms import GroupForm, GroupRoleForm, MemberForm
from qms.organisation.models import UnitGroupGrant
from qms.organisation.permissions import ADMINISTER
from qms.organisation.selectors import people_active, top_unit
from qms.organisation.selectors.consequences import inherited_of_group
from qms.organisation.selectors.events import event_entries
from qms.organisation.services.writing import require, require_somewhere
from qms.organisation.views.act import Act, Crumb, act_page, sent
from qms.organisation.views.administration import administration_crumbs

FORM_METHODS = ["GET", "HEAD", "POST"]
LATEST = 10


def _group_crumbs(*last: object) -> list[Crumb]:
    first = administration_crumbs(_("Groups"))[0]
    return [first, (_("Groups"), reverse("organisation:admin_groups")), *((text, None) for text in last)]


@login_required
@require_safe
def groups(request: SignedInRequest) -> HttpResponse:
    """The groups, how many are in each and which roles they have."""
    require_somewhere(request.access, ADMINISTER)
    rows = Group.objects.annotate(
        members=Count("user", filter=Q(user__is_active=True), distinct=True),
        roles=Count("unitgroupgrant", distinct=True),
    ).order_by("name")
    context = {"groups": rows, "crumbs": administration_crumbs(_("Groups"))}
    return render(request, "organisation/groups.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def add(request: SignedInRequest) -> HttpResponse:
    """A new group."""
    require(request.access, ADMINISTER, top_unit())
    form = GroupForm(sent(request))
    act = Act(
        title=_("Make a group"),
        submit=_("Make the group"),
        back=reverse("organisation:admin_groups"),
        crumbs=_group_crumbs(_("Make a group")),
        lead=_("A group gets roles together: whoever joins has them, whoever leaves loses them."),
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        group = services.group_create(name=data["name"], access=request.access)
        return _("The group is made."), reverse("organisation:admin_group", args=[group.pk])

    return act_page(request, form, act, do)


@login_required
@require_safe
def group(request: SignedInRequest, pk: int) -> HttpResponse:
    """One group: its people, its roles, its history."""
    require_somewhere(request.access, ADMINISTER)
    found = get_object_or_404(Group, pk=pk)
    context = {
        "group": found,
        "members": people_active().filter(groups=found).select_related("home_unit"),
        "grants": UnitGroupGrant.objects.filter(group=found).select_related("permission", "content_object"),
        "events": event_entries(found.events.all()[:LATEST]),
        "may_change": request.access.can_in(ADMINISTER, top_unit()),
        "crumbs": _group_crumbs(found.name),
    }
    return render(request, "organisation/group.html", context)


def _group_act(found: Group, title: str, submit: str, **more: Any) -> Act:
    back = reverse("organisation:admin_group", args=[found.pk])
    crumbs = [*_group_crumbs()[:2], (found.name, back), (title, None)]
    return Act(title=title, submit=submit, back=back, crumbs=crumbs, **more)


@login_required
@require_http_methods(FORM_METHODS)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rename a group."""
    require(request.access, ADMINISTER, top_unit())
    found = get_object_or_404(Group, pk=pk)
    form = GroupForm(sent(request), initial={"name": found.name})
    act = _group_act(found, _("Rename the group %(group)s") % {"group": found.name}, _("Save"))

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.group_rename(group_id=found.pk, name=data["name"], access=request.access)
        return _("Saved."), act.back

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove a group, after having seen what its people lose."""
    require(request.access, ADMINISTER, top_unit())
    found = get_object_or_404(Group, pk=pk)
    act = _group_act(
        found,
        _("Remove the group %(group)s?") % {"group": found.name},
        _("Remove the group"),
        lead=_("Everyone in it loses the roles they have through it. What was done stays in the history."),
        follows=inherited_of_group(found),
        along=_("What ends with it"),
        danger=True,
    )

    def do(_data: dict[str, Any]) -> tuple[str, str]:
        services.group_remove(group_id=found.pk, access=request.access)
        said = _("The group %(group)s is removed.") % {"group": found.name}
        return said, reverse("organisation:admin_groups")

    return act_page(request, forms.Form(sent(request)), act, do)


@login_required
@require_http_methods(FORM_METHODS)
def join(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put somebody into a group."""
    require(request.access, ADMINISTER, top_unit())
    found = get_object_or_404(Group, pk=pk)
    act = _group_act(found, _("Put somebody into the group %(group)s") % {"group": found.name}, _("Put in"))

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.group_join(group_id=found.pk, person_id=data["person"].pk, access=request.access)
        return _("%(name)s is in the group.") % {"name": data["person"].name}, act.back

    return act_page(request, MemberForm(sent(request)), act, do)


@login_required
@require_http_methods(FORM_METHODS)
def give(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a role to everyone in a group."""
    require(request.access, ADMINISTER, top_unit())
    found = get_object_or_404(Group, pk=pk)
    act = _group_act(found, _("Give the group %(group)s a role") % {"group": found.name}, _("Give the role"))

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.group_grant(
            role=data["role"], unit_id=data["unit"].pk, group_id=found.pk, access=request.access
        )
        return _("The group has the role."), act.back

    return act_page(request, GroupRoleForm(sent(request)), act, do)


@login_required
@require_POST
def leave(request: SignedInRequest, pk: int, person: int) -> HttpResponse:
    """Take somebody out of a group."""
    found = get_object_or_404(Group, pk=pk)
    member = get_object_or_404(found.user_set, pk=person)
    services.group_leave(group_id=found.pk, person_id=member.pk, access=request.access)
    messages.success(request, _("%(name)s is no longer in the group.") % {"name": member.name})
    return redirect("organisation:admin_group", pk=found.pk)


@login_required
@require_POST
def take(request: SignedInRequest, pk: int, grant: int) -> HttpResponse:
    """Take a role back from a group."""
    held = get_object_or_404(UnitGroupGrant, pk=grant, group_id=pk)
    services.group_revoke(grant_id=held.pk, access=request.access)
    messages.success(request, _("The group no longer has the role."))
    return redirect("organisation:admin_group", pk=pk)
