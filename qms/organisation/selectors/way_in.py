"""How somebody who has been added signs in for the first time."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _


def way_in() -> str:
    """In a sentence or two, true for this installation. No query.

    Nobody is invited by mail: whoever adds a person tells them.
    """
    services: Any = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    words = {"site": settings.SITE_URL, "service": "”, “".join(app["name"] for app in services)}
    if not services:
        said = _(
            "No invitation is sent. At %(site)s they choose a password by “I have forgotten my password”, "
            "with this e-mail address."
        )
        return said % words
    said = _(
        "No invitation is sent. At %(site)s they sign in by “%(service)s”; who has no account there chooses "
        "a password by “I have forgotten my password”, with this e-mail address."
    )
    return said % words
