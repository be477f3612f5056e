"""Keeping people in order: add, change, mark as gone, take back; and who stands in for whom."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qms.http import SignedInRequest
from qms.organisation import services
from qms.organisation.forms import DeputyForm, LeaveForm, PersonForm, ReturnForm
from qms.organisation.models import Person, Unit
from qms.organisation.permissions import ADMINISTER, APPOINT_DEPUTY
from qms.organisation.selectors import top_unit
from qms.organisation.selectors.consequences import inherited_of_person
from qms.organisation.selectors.way_in import way_in
from qms.organisation.services.people import FOLLOWED
from qms.organisation.services.writing import read_token, require, require_for, require_somewhere
from qms.organisation.views.act import Act, act_page, sent
from qms.organisation.views.administration import administration_crumbs
from qms.organisation.views.person import deputy_or_404, person_crumbs, person_or_404

FORM_METHODS = ["GET", "HEAD", "POST"]


def _administered(request: SignedInRequest, pk: int) -> Person:
    """The person, if who asks keeps them in order; else NotYours says who does."""
    found = person_or_404(pk)
    require_for(request.access, found)
    return found


def _act(person: Person, title: str, submit: str, **more: Any) -> Act:
    back = person.get_absolute_url()
    return Act(title=title, submit=submit, back=back, crumbs=person_crumbs(person, title), **more)


def _values(data: dict[str, Any]) -> dict[str, Any]:
    unit = data.get("home_unit")
    kept = {key: data[key] for key in ("name", "email", "title", "language")}
    return {**kept, "home_unit_id": unit.pk if unit else None}


@login_required
@require_http_methods(FORM_METHODS)
def add(request: SignedInRequest) -> HttpResponse:
    """Somebody new; `unit` prefills where they work."""
    require_somewhere(request.access, ADMINISTER)
    unit = request.GET.get("unit", "")
    initial = {"home_unit": int(unit[:12]) if unit.isdecimal() else None, "language": Person.Language.SWEDISH}
    form = PersonForm(sent(request), initial=initial, access=request.access)
    act = Act(
        title=_("Add a person"),
        submit=_("Add the person"),
        back=reverse("organisation:admin"),
        crumbs=administration_crumbs(_("Add a person")),
        lead=way_in(),
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        person = services.person_create(access=request.access, **_values(data))
        said = _("%(name)s is added.") % {"name": person.name}
        return f"{said} {way_in()}", person.get_absolute_url()

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is known of the person."""
    person = _administered(request, pk)
    now = {key: getattr(person, key) for key in ("name", "email", "title", "home_unit", "language")}
    form = PersonForm(sent(request), initial=now, access=request.access, works=person.is_active)
    act = _act(person, _("Change %(name)s") % {"name": person.name}, _("Save"))
    act = replace(act, read=read_token(person, FOLLOWED))

    def do(data: dict[str, Any]) -> tuple[str, str]:
        read = request.POST.get("read")
        services.person_change(person_id=person.pk, access=request.access, read=read, **_values(data))
        return _("Saved."), person.get_absolute_url()

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody has left: who takes over."""
    person = _administered(request, pk)
    headed = list(person.heads.all())
    form = LeaveForm(sent(request), heads=headed)
    had = inherited_of_person(person, request.access)
    act = _act(
        person,
        _("%(name)s has left?") % {"name": person.name},
        _("Mark as gone"),
        lead=_(
            "Nothing is deleted, and decisions keep who took them. Roles, groups and sign-in end at once. "
            "This goes on with somebody else:"
        ),
        follows=had,
        danger=True,
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.person_deactivate(
            person_id=person.pk,
            to_id=data["to"].pk if data["to"] else None,
            heads_too=data.get("heads_too", False),
            note=data["note"],
            access=request.access,
        )
        said = [_("%(name)s is marked as gone.") % {"name": person.name}]
        if had:
            said.append(_has_it_now(data["to"], headed))
        return " ".join(said), person.get_absolute_url()

    return act_page(request, form, act, do)


def _has_it_now(to: Person | None, headed: list[Unit]) -> str:
    """With whom it is now, and which of the units they headed nobody heads. One query."""
    if to:
        said = _("What waited for them is now with %(name)s.") % {"name": to.name}
    else:
        said = _("What waited for them is now with the responsible manager of each unit.")
    headless = Unit.objects.filter(pk__in=[unit.pk for unit in headed], head=None).order_by("path")
    names = ", ".join(unit.name for unit in headless)
    return f"{said} {_('Without a head now: %(units)s.') % {'units': names}}" if names else said


@login_required
@require_http_methods(FORM_METHODS)
def back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody has come back."""
    person = _administered(request, pk)
    form = ReturnForm(sent(request), initial={"home_unit": person.home_unit}, access=request.access)
    lead = _("They may sign in again, but without the roles they had.")
    act = _act(person, _("%(name)s is back?") % {"name": person.name}, _("Mark as back"), lead=lead)

    def do(data: dict[str, Any]) -> tuple[str, str]:
        unit = data["home_unit"]
        services.person_reactivate(
            person_id=person.pk, home_unit_id=unit.pk if unit else None, access=request.access
        )
        return _("%(name)s is back.") % {"name": person.name}, person.get_absolute_url()

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def second_step(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turn off two-step sign-in for somebody who has lost phone and recovery codes."""
    person = _administered(request, pk)
    act = _act(
        person,
        _("Turn off two-step sign-in for %(name)s?") % {"name": person.name},
        _("Turn off"),
        lead=_(
            "For somebody who has lost both the phone and the recovery codes. The password is enough then, "
            "until it is turned on again. Make sure that it is really %(name)s who asks."
        )
        % {"name": person.name},
        danger=True,
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.second_step_end(person_id=person.pk, access=request.access)
        return _("Two-step sign-in is turned off for %(name)s.") % {
            "name": person.name
        }, person.get_absolute_url()

    return act_page(request, Form(sent(request)), act, do)


@login_required
@require_http_methods(FORM_METHODS)
def deputy(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let somebody stand in, for oneself or for somebody else."""
    person = person_or_404(pk)
    own = person == request.user
    if not own:
        require(request.access, APPOINT_DEPUTY, person.home_unit or top_unit())
    form = DeputyForm(sent(request))
    act = _act(
        person,
        _("Who stands in for you?") if own else _("Who stands in for %(name)s?") % {"name": person.name},
        _("Appoint"),
        lead=_("The deputy gets the roles and sees the tasks for those days, both included."),
    )
    address = reverse("organisation:me") if own else person.get_absolute_url()

    def do(data: dict[str, Any]) -> tuple[str, str]:
        row = services.deputy_set(
            person_id=person.pk,
            deputy_id=data["deputy"].pk,
            starts=data["starts"],
            ends=data["ends"],
            access=request.access,
        )
        return _("%(name)s is appointed.") % {"name": row.deputy.name}, address

    return act_page(request, form, act, do)


@login_required
@require_POST
def deputy_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a deputyship."""
    row = deputy_or_404(pk)
    services.deputy_remove(deputy_id=row.pk, access=request.access)
    messages.success(request, _("%(name)s no longer stands in.") % {"name": row.deputy.name})
    return redirect("organisation:me") if request.user in (row.person, row.deputy) else redirect(row.person)
