"""The calm pages for what goes wrong. Each carries an id that stands in the log."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from qms.request_id import current_request_id


def _context(request: HttpRequest, **more: object) -> dict[str, object]:
    return {"error_id": getattr(request, "request_id", current_request_id.get()), **more}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be understood."""
    return render(request, "400.html", _context(request), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: seen, but not this person's to do; the reason is said."""
    return render(request, "403.html", _context(request, reason=str(exception)), status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form older than its session: says how to send it again without losing the text."""
    return render(request, "403_csrf.html", _context(request), status=403)


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
