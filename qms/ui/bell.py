"""The bell in the top bar: whoever keeps notices offers them here."""

from collections.abc import Callable
from dataclasses import dataclass

from qms.organisation.access import Access
from qms.registry import Registry
from qms.ui.components import Bell


@dataclass(frozen=True)
class BellSource:
    """An offer of notices: `load` returns how many are unread, of which ten are counted."""

    key: str
    load: Callable[[Access], Bell]
    order: int = 100


bell_sources: Registry[BellSource] = Registry(BellSource)
