"""Who sees a version, given how its document is seen. Pure."""

from documents.workflow.names import IN_FORCE, REPEALED, SCHEDULED, SUPERSEDED
from qms.records.models.record import Visibility

DECIDED = (SCHEDULED, SUPERSEDED, REPEALED)  # and not in force today


def seen_as(state: str, document: str) -> str:
    """The visibility of a version in `state` of a document with the visibility `document`.

    What is in force is seen as its document is. What will be, and what was, is for those who work here, so
    that nobody outside takes it for what holds. What is being written, and what came to nothing, is the
    unit's own; so is all of a document of which nothing has been in force.
    """
    if document in (Visibility.RESTRICTED, Visibility.SEALED) or state == IN_FORCE:
        return document
    if state in DECIDED and document != Visibility.INTERNAL:
        return Visibility.STAFF
    return Visibility.INTERNAL
