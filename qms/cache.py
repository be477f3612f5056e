"""The cache, which must not stop anybody from signing in."""

import logging
import time
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

AWAY = 10.0  # seconds until Redis is asked again


class SteadyCache(BaseCache):
    """Redis; while it does not answer, the memory of the process itself.

    What is kept here are the limits on signing in, and figures that took long to count (`qms.lately`). The
    limits hold on while Redis is away, but each process counts by itself: guessing stays slow, and nobody is
    locked out. Meanwhile the log and the page on jobs and mail say that the broker does not answer.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, params)
        self._own = LocMemCache("steady", {key: params[key] for key in params if key != "OPTIONS"})
        self._away_until = 0.0

    def _ask(self, name: str, *args: Any, **options: Any) -> Any:
        if time.monotonic() >= self._away_until:
            try:
                return getattr(self._redis, name)(*args, **options)
            except (RedisError, OSError) as fault:
                log.warning("Redis does not answer; limits are counted in this process: %s", fault)
                self._away_until = time.monotonic() + AWAY
        return getattr(self._own, name)(*args, **options)

    def add(self, key: str, value: Any, *args: Any, **options: Any) -> Any:
        """Set a key that is not set."""
        return self._ask("add", key, value, *args, **options)

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        """The value of a key."""
        return self._ask("get", key, *args, **options)

    def set(self, key: str, value: Any, *args: Any, **options: Any) -> Any:
        """Set a key."""
        return self._ask("set", key, value, *args, **options)

    def touch(self, key: str, *args: Any, **options: Any) -> Any:
        """Keep a key longer."""
        return self._ask("touch", key, *args, **options)

    def delete(self, key: str, *args: Any, **options: Any) -> Any:
        """Forget a key."""
        return self._ask("delete", key, *args, **options)

    def incr(self, key: str, *args: Any, **options: Any) -> Any:
        """Add to a number."""
        return self._ask("incr", key, *args, **options)

    def clear(self) -> None:
        """Forget everything."""
        self._ask("clear")
