"""Documents and versions taken for a change: `record_locked` by their own types."""

from typing import cast

from documents.models import Document, Version
from qms.organisation.access import Access
from qms.records.services import lock_records, record_locked


def document_locked(document_id: int, access: Access) -> Document:
    """The document, locked, if `access` sees it; Record.DoesNotExist otherwise."""
    return cast(Document, record_locked(document_id, access))


def version_locked(version_id: int, access: Access) -> Version:
    """The version, locked together with its document (the older of the two first), if `access` sees it.

    Record.DoesNotExist otherwise.
    """
    document_id = Version.objects.values_list("document_id", flat=True).get(pk=version_id)
    lock_records(version_id, document_id)
    return cast(Version, record_locked(version_id, access))
