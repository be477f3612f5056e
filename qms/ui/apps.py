"""App configuration of the user interface."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Template tags, page frame, charts and PDF frame; knows no records and no domain app."""

    name = "qms.ui"
    label = "ui"

    def ready(self) -> None:
        """Register the check that every icon named in a template exists."""
        from qms.ui import checks  # noqa: F401
