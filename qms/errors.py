"""The calm pages for what goes wrong. Each carries an id that stands in the log."""

import re
import sys
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from qms.exceptions import NotYours, OutOfSight, RuleViolation
from qms.http import page_before
from qms.request_id import current_request_id

Handler = Callable[[HttpRequest], HttpResponse]
# What somebody wrote, and no key of a form's own.
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}\S*\s+\S*[^\W\d_]{2,}")


def _context(request: HttpRequest, **more: object) -> dict[str, object]:
    return {"error_id": getattr(request, "request_id", current_request_id.get()), **more}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be understood, perhaps not even its host: rendered without it."""
    return HttpResponse(render_to_string("400.html", _context(request)), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: seen, but not this person's to do; the reason is said."""
    context = _context(request, reason=str(exception), **_ways(request))
    return render(request, "403.html", context, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form older than its session: says how to send it again without losing the text."""
    return render(request, "403_csrf.html", _context(request, typed=_typed(request)), status=403)


def signed_out(request: HttpRequest, *, back: str) -> HttpResponse:
    """403 for a form sent after the session had ended: shows what was typed, and the way `back` to it."""
    context = _context(request, typed=_typed(request), back=back)
    return render(request, "403_signed_out.html", context, status=403)


def _typed(request: HttpRequest) -> list[str]:
    """The texts in what was sent, so that nobody has to write them again; never from sign-in pages."""
    if request.path.startswith("/accounts/"):
        return []
    values = (str(value).strip() for key, value in request.POST.items() if key != "csrfmiddlewaretoken")
    return [value for value in values if _TWO_WORDS.search(value)]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or outside the person's part."""
    return render(request, "404.html", _context(request), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database does not answer. Rendered without database or context processors."""
    down = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    template, status = ("503.html", 503) if down else ("500.html", 500)
    response = HttpResponse(render_to_string(template, _context(request)), status=status)
    if down:
        response["Retry-After"] = "30"
    return response


def _asks_to_sign_in(response: HttpResponse) -> bool:
    address = urlsplit(response.headers.get("Location", ""))
    return address.path == resolve_url(settings.LOGIN_URL) and REDIRECT_FIELD_NAME in parse_qs(address.query)


def _sent_signed_out(request: HttpRequest) -> HttpResponse:
    """A form that was sent after the session had ended: what was typed in it is shown. Signing in leads back
    to the page it stood on: its own address may be one that only takes what is sent."""
    back = page_before(request) or request.get_full_path()
    if _typed(request):
        return signed_out(request, back=back)
    return redirect_to_login(back)


def _only_sent_to(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """405: opened by its address, where a form was to be sent. Leads to the page above, if there is one."""
    page = render(request, "405.html", _context(request, above=_above(request)), status=405)
    page["Allow"] = response["Allow"]
    return page


def _ways(request: HttpRequest) -> dict[str, str]:
    """Where a refusal leads: `back` to the page the person came from, or to the page `above` for whoever has
    opened what is refused by the browser's own back, a bookmark or a mail."""
    back = page_before(request)
    if back and (request.method == "POST" or urlsplit(back).path != request.path):
        return {"back": back}
    return {"above": _above(request)}


def _above(request: HttpRequest) -> str:
    """The address of the nearest page above; nothing where that is the start page."""
    above = request.path
    while above := above.rstrip("/").rpartition("/")[0]:
        try:
            resolve(f"{above}/")
        except Resolver404:
            continue
        return f"{above}/"
    return ""


def _out_of_sight(request: HttpRequest, left: OutOfSight) -> HttpResponse:
    """What has left the person's sight by their own doing. Nothing went wrong, unless they wanted to do more
    with it."""
    status = 200 if request.method in ("GET", "HEAD") else 409
    context = {"reason": str(left), "reference": left.reference}
    return render(request, "out_of_sight.html", context, status=status)


class RefusalMiddleware:
    """A rule that a service upheld and no form caught becomes a calm page with its sentence; so does what is
    sent after the session has ended, and an address that only takes what is sent.

    NotYours is 403; what the person sent in wrongly (a field is named) is 422; what the state of things
    does not allow is 409. For htmx only the sentence, marked so that it is shown where the answer goes.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and not getattr(request, "htmx", False) and _asks_to_sign_in(response):
            return _sent_signed_out(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET":
            return _only_sent_to(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a RuleViolation; None for everything else, which Django then handles."""
        if isinstance(exception, ObjectDoesNotExist):
            # Looked up by the view, then gone or out of reach before the service had its lock.
            return not_found(request, exception)
        if not isinstance(exception, RuleViolation):
            return None
        if isinstance(exception, OutOfSight) and not getattr(request, "htmx", False):
            return _out_of_sight(request, exception)
        status = 403 if isinstance(exception, NotYours) else 422 if exception.field else 409
        if getattr(request, "htmx", False):
            template = "ui/_refusal.html"
        else:
            template = "403.html" if status == 403 else "409.html"
        way = {"way": exception.url, "way_words": exception.link, "changed": status == 409}
        context = _context(request, reason=str(exception), **way, **_ways(request))
        response = render(request, template, context, status=status)
        response["X-Refusal"] = "1"
        return response
