"""Root routes. Domain apps offer theirs in `<app>/urls.py` under their own path."""

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from qms.health import live, ready


def _domain_urls() -> list[URLResolver]:
    """An app of the house with a urls.py is mounted under its label: a fifth app touches no file here."""
    return [
        path(f"{config.label}/", include(f"{config.name}.urls"))
        for config in apps.get_app_configs()
        if (settings.BASE_DIR / config.name).is_dir()
        and config.name != "qms"
        and module_has_submodule(config.module, "urls")
    ]


def _public_urls() -> list[URLResolver]:
    """What an app offers everyone, without login and at short addresses: its public_urls.py, at the root."""
    return [
        path("", include(f"{config.name}.public_urls"))
        for config in apps.get_app_configs()
        if module_has_submodule(config.module, "public_urls")
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", live, name="health_live"),
    path("health/ready", ready, name="health_ready"),
    path("accounts/", include("qms.organisation.sign_in_urls")),
    path("organisation/", include("qms.organisation.urls")),
    path("standards/", include("qms.standards.urls")),
    path("", include("qms.records.urls")),
    path("", include("qms.ui.urls")),
    path("", include("qms.home.urls")),
    *_domain_urls(),
    *_public_urls(),
]

handler400 = "qms.errors.bad_request"
handler403 = "qms.errors.forbidden"
handler404 = "qms.errors.not_found"
handler500 = "qms.errors.server_error"
