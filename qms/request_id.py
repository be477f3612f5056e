"""An id for each request, in every log line, in the answer and on the error page; and no key in any line.

Imports no model: the log is set up before the apps are.
"""

import contextvars
import logging
import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
current_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
# Where the private links lie (improvements.public_urls): also with what a mail program took into them, or
# left out, so that no page is there.
_KEY = re.compile(r"(/follow/+)[^/]+", re.IGNORECASE)


class RequestIdMiddleware:
    """Gives each request an id that stands in every log line, in the answer and on the error page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:12]
        request.request_id = request_id  # type: ignore[attr-defined]
        token = current_request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-ID"] = request_id
        return response


class RequestIdFilter(logging.Filter):
    """Puts the request's id into each log record.

    Django writes the line of a refusal or of a page that is not there when all middleware has returned, and
    gives it the request.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        of_request = getattr(getattr(record, "request", None), "request_id", None)
        record.request_id = getattr(record, "request_id", None) or of_request or current_request_id.get()
        return True


def without_key(path: str) -> str:
    """A path without the key of a private link: whoever reads the log must not be able to open it."""
    return _KEY.sub(r"\1…", path)


class KeyFilter(logging.Filter):
    """Leaves the key of a private link out of the lines that Django writes of refusals and faults."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(without_key(part) if isinstance(part, str) else part for part in record.args)
        return True
