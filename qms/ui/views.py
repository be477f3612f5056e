"""Pages of the interface itself: what everyone may read, how it looks, and the page for those who build."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from qms.exceptions import RuleViolation
from qms.http import QmsRequest, SignedInRequest, own_address
from qms.organisation.services import settings_change
from qms.ui.pdf import render_pdf
from qms.ui.showcase import sample_charts, showcase

YEAR = 365 * 24 * 3600


def _read(request: HttpRequest, template: str, title: Promise, **context: object) -> HttpResponse:
    """A page that everyone may read: within the rail for those who are signed in, for others without a
    cookie, in the language of its address (`?lang=en`) where that names one."""
    context |= {"title": title, "crumbs": [(title, None)]}
    if request.user.is_authenticated:
        return render(request, template, {"frame": "base.html", **context})
    asked = request.GET.get("lang", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        response = render(request, template, {"frame": "base_public.html", **context})
    response["Content-Language"] = language or settings.LANGUAGE_CODE
    return response


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How the system is used, in two minutes."""
    letter = next(iter(settings.SERIES_LETTERS.values()))
    example = f"{letter}-{timezone.localdate().year}-0132"
    return _read(request, "ui/help.html", gettext_lazy("Help"), example=example)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (SFS 2018:1937, the act on accessibility to digital public services)."""
    return _read(request, "ui/accessibility.html", gettext_lazy("Accessibility"))


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """What is kept about people and why (GDPR, articles 13 and 14)."""
    return _read(request, "ui/personal_data.html", gettext_lazy("Personal data"))


@require_POST
def appearance(request: QmsRequest) -> HttpResponse:
    """Language and colours, from a plain form on any page; back to where the person was."""
    response = HttpResponseRedirect(own_address(request, request.POST.get("next", "")) or "/")
    language = request.POST.get("language", "")
    if request.user.is_authenticated:
        try:
            settings_change(
                access=request.access,
                language=language,
                colour_scheme=request.POST.get("colour_scheme", ""),
            )
        except RuleViolation:
            return HttpResponse(_("There is no such language or colour."), status=400)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=YEAR,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


@login_required
@require_safe
def components(request: SignedInRequest) -> HttpResponse:
    """Every component in all its states: for those who build pages. Hidden in production."""
    _for_builders(request)
    return render(request, "ui/components.html", showcase())


@login_required
@require_safe
def components_pdf(request: SignedInRequest) -> HttpResponse:
    """The same charts on paper."""
    _for_builders(request)
    context: dict[str, object] = {"charts": list(sample_charts().values())}
    pdf = render_pdf("ui/pdf/sample.html", context, title="Components", lang=request.LANGUAGE_CODE)
    return HttpResponse(pdf, content_type="application/pdf")


def _for_builders(request: SignedInRequest) -> None:
    if not (settings.DEBUG or settings.DEMO or request.user.is_staff):
        raise Http404
