from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImprovementsConfig(AppConfig):
    name = "improvements"
    verbose_name = _("Improvements")

    def ready(self) -> None:
        """Hear when the organisation changes, after the records have moved."""
        from improvements import receivers  # noqa: F401
