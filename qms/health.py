"""Health for load balancers and supervisors. No session, no rights, nothing about the inside."""

import logging

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

log = logging.getLogger(__name__)


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"live": True})


def ready(request: HttpRequest) -> JsonResponse:
    """Database and broker answer: 200, else 503 with what does not."""
    parts = {"database": _database(), "broker": _broker()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("The database does not answer: %s", error)
        return False
    return True


def _broker() -> bool:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2).ping()
    except redis.RedisError as error:
        log.warning("The broker does not answer: %s", error)
        return False
    return True
