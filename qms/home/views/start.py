"""The start page and the work list."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.contributions import ask, cards, news
from qms.home import selectors
from qms.http import SignedInRequest, page_or_fragment

STEP = 25
MOST = 250


@login_required
def start(request: SignedInRequest) -> HttpResponse:
    """What waits for me, how things stand, what became of things."""
    access = request.access
    team = "team" in request.GET and selectors.is_manager(access)
    context = {
        "greeting": _greeting(),
        "work": selectors.work(access, team=team),
        "team": team,
        "may_team": selectors.is_manager(access),
        "cards": ask([card for card in cards if card.visible(access)], access),
        "news": ask(news, access),
    }
    return page_or_fragment(request, "home/start.html", "home/_work.html", context)


def _greeting() -> str:
    hour = timezone.localtime().hour
    if 5 <= hour < 10:
        return _("Good morning")
    return _("Good evening") if hour >= 18 or hour < 5 else _("Hello")


@login_required
def work(request: SignedInRequest) -> HttpResponse:
    """All that waits for me; with `n` more of it."""
    team = "team" in request.GET and selectors.is_manager(request.access)
    asked = request.GET.get("n", "")
    limit = min(max(int(asked), STEP), MOST) if asked.isdecimal() and len(asked) < 6 else STEP
    context = {
        "work": selectors.work(request.access, team=team, limit=limit),
        "team": team,
        "may_team": selectors.is_manager(request.access),
        "next": limit + STEP if limit < MOST else None,
        "crumbs": [(_("Start"), reverse("home:start")), (_("Waiting for you"), None)],
    }
    return page_or_fragment(request, "home/work.html", "home/_work.html", context)


@login_required
def done(request: SignedInRequest) -> HttpResponse:
    """What I have done the last month."""
    context = {
        "tasks": selectors.done_lately(request.access),
        "days": selectors.DONE_DAYS,
        "crumbs": [(_("Start"), reverse("home:start")), (_("What you have done"), None)],
    }
    return render(request, "home/done.html", context)
