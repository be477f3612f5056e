"""What takes long to count, counted once in a while for each person.

A figure about everything looks at everything: of 200,000 cases that is the work of thirty pages, each time
somebody comes back to it. What takes a moment is counted anew each time, so in most municipalities this
keeps nothing; and who reads what was counted before reads when.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

from qms.organisation.access import Access

T = TypeVar("T")

SLOW = 0.05  # seconds of counting from which on it is worth keeping


@dataclass(frozen=True)
class Lately(Generic[T]):
    """What was counted, and when: None where it was counted just now."""

    value: T
    at: datetime | None = None


def lately(access: Access, key: str, count: Callable[[], T], *, anew: bool = False) -> Lately[T]:
    """What `count` returns, or returned up to `settings.COUNTED_MINUTES` ago if it took long then.

    Kept under `key` for whoever has exactly the rights of `access` now, in the language they read, on this
    day. With `anew` it is counted whatever is kept.
    """
    name = _name(access, key)
    if not anew and (kept := cache.get(name)):
        value, at = kept
        return Lately(value, at)
    began = time.monotonic()
    value = count()
    if settings.COUNTED_MINUTES and time.monotonic() - began >= SLOW:
        cache.set(name, (value, timezone.now()), settings.COUNTED_MINUTES * 60)
    return Lately(value)


def _name(access: Access, key: str) -> str:
    """Whoever gets or loses a role, or begins to stand in for somebody, has another name at once."""
    rights = (sorted(access.acts_for), sorted(access.grants.items()))
    said = repr((key, get_language(), timezone.localdate(), rights))
    return f"lately:{hashlib.sha256(said.encode()).hexdigest()}"
