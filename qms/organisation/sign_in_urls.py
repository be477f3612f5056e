"""Addresses of signing in: allauth's, without those by which people would manage their own address.

The e-mail address is the administrator's word; whoever could change it could become somebody else at the
next single sign-on. So these answer 404 whatever a later version of the library does there.
"""

from allauth.account.views import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path

from qms.organisation.views import single_sign_on


def closed(request: HttpRequest, **parts: str) -> HttpResponse:
    """Not offered here."""
    raise Http404


def signed_out(request: HttpRequest) -> HttpResponse:
    """Signing out, after which Back shows no page that the browser has kept (static/js/signed-out.js does the
    same for browsers that do not know the header, or see it without TLS)."""
    response: HttpResponse = logout(request)
    if not request.user.is_authenticated:
        response["Clear-Site-Data"] = '"cache"'
    return response


urlpatterns = [
    path("logout/", signed_out, name="account_logout"),
    path("signup/", closed, name="account_signup"),
    path("email/", closed, name="account_email"),
    re_path(r"^confirm-email/(?P<key>[-:\w]*)/?$", closed, name="account_confirm_email"),
    path("login/code/confirm/", closed, name="account_confirm_login_code"),
    path("3rdparty/", closed, name="socialaccount_connections"),
    re_path(r"^social/", closed, name="socialaccount_old_addresses"),
    path("oidc/<str:provider_id>/login/", single_sign_on.login, name="openid_connect_login"),
    path("", include("allauth.urls")),
]
