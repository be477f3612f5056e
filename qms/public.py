"""Pages for everyone, without login and without a cookie.

Whoever reads or sends here is not known and leaves nothing: no session is opened, no address is kept.
To count how often somebody comes, a day's own random salt is mixed into the address; both are forgotten
within two days, and neither stands anywhere but in the cache.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django_ratelimit.core import get_usage
from redis.exceptions import RedisError

from qms.errors import not_found
from qms.http import QmsRequest
from qms.organisation.access import VisitorAccess

log = logging.getLogger(__name__)

TWO_DAYS = 2 * 24 * 3600  # seconds
View = Callable[..., HttpResponseBase]


def without_cookies(view: View) -> View:
    """A view that neither knows nor keeps who asks: also somebody signed in is nobody here.

    The language is asked for in the address (`?lang=en`), also of the page for what is not there. Nothing of
    the page is kept on the way, found by a search engine, or told to the next page; the first two only unless
    the view says otherwise. What protects forms elsewhere is a cookie; here there is no right that a foreign
    form could borrow: what may be done follows from the address and the form alone.
    """

    @csrf_exempt
    @wraps(view)
    def _view(request: QmsRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        request.user = AnonymousUser()
        request.access = VisitorAccess()
        language = request.GET.get("lang", "")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            try:
                response = view(request, *args, **kwargs)
            except (Http404, ObjectDoesNotExist) as missing:
                response = not_found(request, missing)
        response.cookies.clear()
        response["Content-Language"] = language
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        response["Referrer-Policy"] = "no-referrer"
        return response

    return _view


class Unknown(Exception):
    """The counts cannot be read: whoever asks has to decide without them."""


def used_up(request: HttpRequest, group: str, rate: str, *, count: bool = True) -> bool:
    """Whether the one who asks has done `group` more often than `rate` ("10/h"); counts this time too.

    With `count` false it is only read. Raises Unknown when the cache does not answer.
    """
    return _usage(request, group, rate, lambda group, request: _caller(request), count)


def used_up_by_all(request: HttpRequest, group: str, rate: str, *, count: bool = True) -> bool:
    """The same for everyone together."""
    return _usage(request, group, rate, lambda group, request: "all", count)


def _usage(
    request: HttpRequest, group: str, rate: str, key: Callable[[str, HttpRequest], str], count: bool
) -> bool:
    try:
        usage = get_usage(request, group=group, key=key, rate=rate, increment=count)
    except (RedisError, OSError) as fault:
        log.warning("The cache does not answer, so %s is not counted: %s", group, fault)
        raise Unknown from fault
    return bool(usage and usage["should_limit"])


def _caller(request: HttpRequest) -> str:
    """The address of the one who asks, made unrecognisable."""
    day = f"salt:{timezone.localdate().isoformat()}"
    salt = caches["shared"].get_or_set(day, lambda: secrets.token_hex(16), TWO_DAYS)
    return hashlib.sha256(f"{salt} {get_adapter().get_client_ip(request)}".encode()).hexdigest()


def address(request: QmsRequest, name: str, *args: object, **query: str) -> str:
    """The address of another page for everyone, in the language of this one."""
    language = request.GET.get("lang", "")
    if language in dict(settings.LANGUAGES):
        query["lang"] = language
    return reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")
