from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        """Hear what the organisation says; a database always has the usual types."""
        from documents import receivers  # noqa: F401

        post_migrate.connect(_load_types, sender=self)


def _load_types(using: str, **kwargs: Any) -> None:
    from documents.models import DocumentType
    from documents.services.types import types_load

    if DocumentType._meta.db_table in connections[using].introspection.table_names():
        types_load()
