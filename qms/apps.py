"""The ground's start: every app's offers are read, then checked."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class QmsConfig(AppConfig):
    name = "qms"
    verbose_name = _("Quality management system")

    def ready(self) -> None:
        """Import every app's contributions, and register the checks on them and on the settings."""
        autodiscover_modules("contributions")
        import qms.checks
        import qms.checks_settings  # noqa: F401
