from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "qms.records"
    verbose_name = _("Records")

    def ready(self) -> None:
        """Hear when the organisation changes."""
        from qms.records import receivers  # noqa: F401
