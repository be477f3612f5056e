"""Who sees a version, given how its document is seen. Pure."""

from documents.workflow.names import IN_FORCE, UNDER_WAY
from qms.records.models.record import Visibility


def seen_as(state: str, document: str) -> str:
    """The visibility of a version in `state` of a document with the visibility `document`.

    What is in force is seen as its document is. What is under way is the unit's own until it is decided; what
    has been replaced is for those who work here, so that nobody outside takes it for what holds.
    """
    if document in (Visibility.RESTRICTED, Visibility.SEALED) or state == IN_FORCE:
        return document
    if state in UNDER_WAY or document == Visibility.INTERNAL:
        return Visibility.INTERNAL
    return Visibility.STAFF
