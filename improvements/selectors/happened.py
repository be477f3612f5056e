"""What happened with a case beside its decisions, for the timeline."""

from collections.abc import Iterator

from improvements import permissions
from improvements.models import Improvement
from improvements.selectors.flags import flag_entries
from qms.organisation.access import Access
from qms.ui.components import TimelineEntry


def happened(access: Access, record: Improvement) -> Iterator[TimelineEntry]:
    """The flags of a case, for those who handle it. One query."""
    if access.can(permissions.HANDLE, record):
        yield from flag_entries(record)
