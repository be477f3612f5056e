"""Governing documents: their types, the documents, their versions, reviews, and who must have read what."""

from documents.models.document import Applies, Concerns, Document
from documents.models.file_text import FileText
from documents.models.frozen import FrozenPdf
from documents.models.reading import ReadDuty
from documents.models.review import Remark, Review
from documents.models.taking_over import Origin
from documents.models.twins import Sketch, Twin
from documents.models.types import DocumentType, Level
from documents.models.version import Version, Weight

__all__ = [
    "Applies",
    "Concerns",
    "Document",
    "DocumentType",
    "FileText",
    "FrozenPdf",
    "Level",
    "Origin",
    "ReadDuty",
    "Remark",
    "Review",
    "Sketch",
    "Twin",
    "Version",
    "Weight",
]
