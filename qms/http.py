"""The request as our views know it, and the one choice between page and fragment."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from qms.organisation.access import Access
from qms.organisation.models import Person


class QmsRequest(HttpRequest):
    """A request that passed the middleware: who asks (`access`), and whether htmx asks (`htmx`)."""

    access: Access
    htmx: HtmxDetails
    request_id: str


class SignedInRequest(QmsRequest):
    """A request behind `login_required`: `user` is a Person."""

    user: Person


def wants_fragment(request: QmsRequest) -> bool:
    """Whether only the part that changes is wanted: an htmx request that is not a whole navigation."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def page_or_fragment(
    request: QmsRequest, page: str, fragment: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render `fragment` for htmx and `page` (which includes it) for everyone else."""
    response = render(request, fragment if wants_fragment(request) else page, context, status=status)
    response["Vary"] = "HX-Request, Cookie, Accept-Language"
    return response


def own_address(request: HttpRequest, address: str) -> str:
    """`address` if it leads to a page of ours, else nothing: nobody is sent elsewhere by a link they got."""
    own = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if own else ""


def page_before(request: HttpRequest) -> str:
    """The page of ours that the request was made from, or nothing."""
    return own_address(request, request.headers.get("Referer", ""))
