"""Going to the municipality's sign-in service."""

import logging

from allauth.socialaccount.providers.openid_connect.views import login as to_the_service
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger(__name__)


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """As the library does it; but a service that does not answer is a calm page, not an error of ours."""
    try:
        answer: HttpResponse = to_the_service(request, provider_id=provider_id)
    except OSError as error:  # what the library's HTTP client raises when there is no connection
        log.warning("The sign-in service does not answer: %s", error)
        return render(request, "socialaccount/authentication_error.html", status=503)
    return answer
