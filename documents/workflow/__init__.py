"""The states and transitions of documents and of their versions."""

from documents.workflow.document import DOCUMENT
from documents.workflow.version import VERSION

__all__ = ["DOCUMENT", "VERSION"]
