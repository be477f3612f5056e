"""Every write to governing documents: one function per thing a person does."""

from documents.services.day import documents_end, versions_enter_into_force
from documents.services.drafts import document_create, version_file_set, version_start, version_write
from documents.services.lifetime import document_applies_set, look_overs_open
from documents.services.reading import duties_reconcile, read_confirm
from documents.services.review import remark_add, remark_settle, review_answer
from documents.services.types import type_save, types_load

__all__ = [
    "document_applies_set",
    "document_create",
    "documents_end",
    "duties_reconcile",
    "look_overs_open",
    "read_confirm",
    "remark_add",
    "remark_settle",
    "review_answer",
    "type_save",
    "types_load",
    "version_file_set",
    "version_start",
    "version_write",
    "versions_enter_into_force",
]
