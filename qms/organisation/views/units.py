"""Keeping units in order: add, change, head, move, merge, close, open again."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qms.http import SignedInRequest
from qms.organisation import services
from qms.organisation.forms import (
    HeadForm,
    NewUnitForm,
    NoteForm,
    TopUnitForm,
    UnitChoiceForm,
    UnitForm,
)
from qms.organisation.models import Unit, UnitKind
from qms.organisation.permissions import ADMINISTER
from qms.organisation.selectors.consequences import inherited_of_unit
from qms.organisation.selectors.holding import given_to
from qms.organisation.services.units import CALLED
from qms.organisation.services.writing import read_token, require, require_somewhere
from qms.organisation.views.act import Act, act_page, sent
from qms.organisation.views.administration import administration_crumbs
from qms.organisation.views.unit import unit_crumbs, unit_or_404

FORM_METHODS = ["GET", "HEAD", "POST"]


def _administered(request: SignedInRequest, pk: int) -> Unit:
    """The unit, if who asks keeps it in order; else NotYours says who does."""
    found = unit_or_404(pk)
    require(request.access, ADMINISTER, found)
    return found


def _act(unit: Unit, title: str, submit: str, **more: Any) -> Act:
    return Act(
        title=title, submit=submit, back=unit.get_absolute_url(), crumbs=unit_crumbs(unit, title), **more
    )


@login_required
@require_http_methods(FORM_METHODS)
def add(request: SignedInRequest) -> HttpResponse:
    """A new unit; `under` prefills where. Before there is any it is the municipality itself."""
    require_somewhere(request.access, ADMINISTER)
    if not Unit.objects.exists():
        return _add_top(request)
    under = request.GET.get("under", "")
    initial = {"parent": int(under[:12]) if under.isdecimal() else None, "kind": UnitKind.UNIT}
    form = NewUnitForm(sent(request), initial=initial, access=request.access)
    act = Act(
        title=_("Add a unit"),
        submit=_("Add the unit"),
        back=reverse("organisation:admin"),
        crumbs=administration_crumbs(_("Add a unit")),
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        unit = services.unit_create(
            parent_id=data["parent"].pk,
            name=data["name"],
            code=data["code"],
            kind=data["kind"],
            head_id=data["head"].pk if data["head"] else None,
            access=request.access,
        )
        return _("%(unit)s is added.") % {"unit": unit.name}, unit.get_absolute_url()

    return act_page(request, form, act, do)


def _add_top(request: SignedInRequest) -> HttpResponse:
    form = TopUnitForm(sent(request), initial={"name": settings.MUNICIPALITY})
    act = Act(
        title=_("Add the municipality"),
        submit=_("Add the municipality"),
        back=reverse("organisation:admin"),
        crumbs=administration_crumbs(_("Add a unit")),
        lead=_("The topmost unit, under which all others lie."),
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        unit = services.top_unit_create(name=data["name"], code=data["code"], access=request.access)
        return _("%(unit)s is added.") % {"unit": unit.name}, unit.get_absolute_url()

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name, code and kind."""
    unit = _administered(request, pk)
    now = {"name": unit.name, "code": unit.code, "kind": unit.kind}
    form = UnitForm(sent(request), initial=now, top=unit.depth == 1)
    lead = _("What was said and decided under the old name keeps it.")
    act = _act(unit, _("Change %(unit)s") % {"unit": unit.name}, _("Save"), lead=lead)
    act = replace(act, read=read_token(unit, CALLED))

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.unit_change(unit_id=unit.pk, access=request.access, read=request.POST.get("read"), **data)
        return _("Saved."), unit.get_absolute_url()

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def head(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who heads the unit."""
    unit = _administered(request, pk)
    form = HeadForm(sent(request), initial={"head": unit.head, "hand_over": True})
    before, lead = unit.head, _("The head has the role of manager there and in everything below.")
    act = _act(unit, _("Head of %(unit)s") % {"unit": unit.name}, _("Save"), lead=lead)

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.unit_head_set(
            unit_id=unit.pk,
            head_id=data["head"].pk if data["head"] else None,
            hand_over=data["hand_over"],
            access=request.access,
        )
        kept = given_to(before, unit) if before and before != data["head"] else []
        words = {"name": before, "roles": ", ".join(kept)}
        said = _("Saved. %(name)s keeps what was given besides: %(roles)s.") if kept else _("Saved.")
        return said % words, unit.get_absolute_url()

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where the unit lies."""
    unit = _administered(request, pk)
    form = UnitChoiceForm(
        sent(request), label=_("Lies under"), not_below=unit, access=request.access, note=False
    )
    lead = _("Everything below it moves along. Who may see and do what follows the new place at once.")
    act = _act(unit, _("Move %(unit)s") % {"unit": unit.name}, _("Move the unit"), lead=lead)

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.unit_move(unit_id=unit.pk, parent_id=data["unit"].pk, access=request.access)
        said = _("%(unit)s now lies under %(parent)s.") % {"unit": unit.name, "parent": data["unit"].name}
        return said, unit.get_absolute_url()

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another unit goes on in this one's place."""
    unit = _administered(request, pk)
    form = UnitChoiceForm(sent(request), label=_("Goes on in"), not_below=unit, access=request.access)
    lead = _(
        "The unit closes and lies under the one that goes on. What is closed stays as it was; "
        "this goes along:"
    )
    act = _act(
        unit,
        _("Merge %(unit)s into another") % {"unit": unit.name},
        _("Merge the units"),
        lead=lead,
        follows=inherited_of_unit(unit, request.access),
        danger=True,
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.unit_merge(
            unit_id=unit.pk, into_id=data["unit"].pk, note=data["note"], access=request.access
        )
        said = _("%(unit)s goes on in %(into)s.") % {"unit": unit.name, "into": data["unit"].name}
        return said, data["unit"].get_absolute_url()

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """The unit ends and nobody goes on in its place."""
    unit = _administered(request, pk)
    form = NoteForm(sent(request))
    lead = _(
        "The roles given here end. Its people and what is open go to the unit above. What is closed stays "
        "as it was. It has now:"
    )
    act = _act(
        unit,
        _("Close %(unit)s?") % {"unit": unit.name},
        _("Close the unit"),
        lead=lead,
        follows=inherited_of_unit(unit, request.access),
        danger=True,
    )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.unit_close(unit_id=unit.pk, note=data["note"], access=request.access)
        return _("%(unit)s is closed.") % {"unit": unit.name}, unit.get_absolute_url()

    return act_page(request, form, act, do)


@login_required
@require_http_methods(FORM_METHODS)
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """A closed unit begins again."""
    unit = _administered(request, pk)
    form = Form(sent(request))
    lead = _("It opens where it lies. People, roles and matters stay where they went.")
    act = _act(unit, _("Open %(unit)s again?") % {"unit": unit.name}, _("Open the unit"), lead=lead)

    def do(data: dict[str, Any]) -> tuple[str, str]:
        services.unit_reopen(unit_id=unit.pk, access=request.access)
        return _("%(unit)s is open again.") % {"unit": unit.name}, unit.get_absolute_url()

    return act_page(request, form, act, do)
