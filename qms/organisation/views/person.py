"""One person, and oneself."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qms.contributions import ask, panels_for
from qms.exceptions import NotYours
from qms.http import SignedInRequest
from qms.organisation.forms import SettingsForm
from qms.organisation.models import Deputy, Person
from qms.organisation.permissions import ADMINISTER, grant_action
from qms.organisation.selectors import top_unit
from qms.organisation.selectors.events import event_entries
from qms.organisation.selectors.held import deputyships, held_by, taken_over
from qms.organisation.services import may_appoint, settings_change
from qms.organisation.views.act import Act, Crumb, act_page, sent
from qms.organisation.views.unit import EVENTS_SHOWN


def person_crumbs(person: Person, *last: object) -> list[Crumb]:
    """The organisation, the directory, the person, and perhaps a page about them."""
    return [
        (_("Organisation"), reverse("organisation:tree")),
        (_("People"), reverse("organisation:people")),
        (person.name, person.get_absolute_url() if last else None),
        *((text, None) for text in last),
    ]


def person_or_404(pk: int) -> Person:
    """A person, also one who has left."""
    return get_object_or_404(Person.objects.select_related("home_unit"), pk=pk)


def may_administer(request: SignedInRequest, person: Person) -> bool:
    """Whether the person is kept in order by who asks."""
    return request.access.can_in(ADMINISTER, person.home_unit or top_unit())


def _about(request: SignedInRequest, person: Person) -> dict[str, object]:
    """What the page of a person and one's own have in common."""
    access = request.access
    away, stands_in = deputyships(person)
    held = held_by(person) if person.is_active else []
    return {
        "person": person,
        "held": held,
        "takeable": {
            row.grant.pk
            for row in held
            if row.grant and (access.can_in(grant_action(row.role.key), row.unit) or person == access.person)
        },
        "away": away,
        "stands_in": stands_in,
        "may_appoint": person.is_active and may_appoint(access, person),
        "panels": ask(panels_for(Person, access), access, person),
    }


@login_required
@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who it is, which roles they have, where and why."""
    found = person_or_404(pk)
    administers = may_administer(request, found)
    context = {
        **_about(request, found),
        "may_administer": administers,
        "two_steps": administers and found != request.user and is_mfa_enabled(found),
        "may_give": request.access.can_somewhere(grant_action("reader")),
        "crumbs": person_crumbs(found),
    }
    return render(request, "organisation/person.html", context)


@login_required
@require_safe
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was changed about a person and their roles; for oneself and for administrators."""
    found = person_or_404(pk)
    if found != request.user and not may_administer(request, found):
        raise NotYours(_("What was changed about a person is seen by that person and by administrators."))
    context = {
        "title": _("History of %(name)s") % {"name": found.name},
        "events": event_entries(found.events.all()[:EVENTS_SHOWN]),
        "crumbs": person_crumbs(found, _("History")),
    }
    return render(request, "organisation/history.html", context)


@login_required
@require_safe
def me(request: SignedInRequest) -> HttpResponse:
    """My role: what I may do and why, what I have taken over, who stands in for me."""
    context = {
        **_about(request, request.user),
        "headed": taken_over(request.user),
        "crumbs": [(_("Organisation"), reverse("organisation:tree")), (_("My role"), None)],
    }
    return render(request, "organisation/me.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    """One's own language, colours and daily e-mail."""
    user = request.user
    now = {"language": user.language, "colour_scheme": user.colour_scheme, "mail_digest": user.mail_digest}
    form = SettingsForm(sent(request), initial=now)
    back = reverse("organisation:me")
    act = Act(
        title=_("My settings"),
        submit=_("Save"),
        back=back,
        crumbs=[(_("My role"), back), (_("Settings"), None)],
    )

    def do(data: dict[str, object]) -> tuple[str, str]:
        settings_change(
            language=str(data["language"]),
            colour_scheme=str(data["colour_scheme"]),
            mail_digest=bool(data["mail_digest"]),
            access=request.access,
        )
        return _("Saved."), back

    return act_page(request, form, act, do)


def deputy_or_404(pk: int) -> Deputy:
    """A deputyship, with both people."""
    return get_object_or_404(Deputy.objects.select_related("person__home_unit", "deputy"), pk=pk)
