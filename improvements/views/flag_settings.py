"""Who handles lex Sarah, lex Maria and data breaches, and how long there is."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from improvements.flags import RULES, FlagRule
from improvements.forms.flags import FlagHandlerForm, FlagSettingForm
from improvements.models import FlagHandler
from improvements.selectors.flags import set_up, set_up_history, set_ups
from improvements.services.flag_settings import (
    flag_handler_add,
    flag_handler_remove,
    flag_setting_change,
    require_flag_settings,
)
from qms.http import SignedInRequest
from qms.organisation.views.act import Act, Crumb, act_page, sent

METHODS = ["GET", "HEAD", "POST"]


def _crumbs(*last: Any) -> list[Crumb]:
    own = reverse("improvements:flags") if last else None
    return [(_("Lex Sarah, lex Maria and data breaches"), own), *((text, None) for text in last)]


def _rule(request: SignedInRequest, kind: str) -> FlagRule:
    require_flag_settings(request.access)
    if kind not in RULES:
        raise Http404
    return RULES[kind]


@login_required
@require_safe
def flags(request: SignedInRequest) -> HttpResponse:
    """Each kind of flag: what it is, whose rule it is, how long there is, who handles it; and the history."""
    require_flag_settings(request.access)
    context = {"set_ups": set_ups(), "events": set_up_history(), "crumbs": _crumbs()}
    return render(request, "improvements/flags.html", context)


@login_required
@require_http_methods(METHODS)
def change(request: SignedInRequest, kind: str) -> HttpResponse:
    """The term and the group."""
    rule = _rule(request, kind)
    act = Act(
        title=_("%(flag)s: term and group") % {"flag": rule.label},
        submit=_("Save"),
        back=reverse("improvements:flags"),
        crumbs=_crumbs(rule.label),
        lead=_("Holds for what is marked from now on."),
    )

    def do(given: dict[str, Any]) -> tuple[str, str]:
        flag_setting_change(kind=kind, access=request.access, **given)
        return _("%(flag)s is saved.") % {"flag": rule.label}, act.back

    return act_page(request, FlagSettingForm(sent(request), set_up=set_up(kind)), act, do)


@login_required
@require_http_methods(METHODS)
def handler_add(request: SignedInRequest, kind: str) -> HttpResponse:
    """One more who handles them."""
    rule = _rule(request, kind)
    act = Act(
        title=_("Who handles %(flag)s?") % {"flag": rule.label},
        submit=_("Add"),
        back=reverse("improvements:flags"),
        crumbs=_crumbs(rule.label),
        lead=_("Gets the task and sees every case that is marked so from now on. No other role is needed."),
    )

    def do(given: dict[str, Any]) -> tuple[str, str]:
        flag_handler_add(kind=kind, person=given["person"], access=request.access)
        words = {"name": given["person"].name, "flag": rule.label}
        return _("%(name)s handles %(flag)s from now on.") % words, act.back

    return act_page(request, FlagHandlerForm(sent(request)), act, do)


@login_required
@require_POST
def handler_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """One fewer. What they already have stays with them until it is handed over."""
    require_flag_settings(request.access)
    row = get_object_or_404(FlagHandler, pk=pk)
    row = flag_handler_remove(handler_id=row.pk, access=request.access)
    words = {"name": row.person.name, "flag": row.get_kind_display()}
    messages.success(request, _("%(name)s handles %(flag)s no longer.") % words)
    return redirect("improvements:flags")
