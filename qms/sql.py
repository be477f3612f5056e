"""Questions written in SQL: those of every page, whose words never change.

Such a question takes the ORM longer to put together than PostgreSQL to answer. What is asked of many things
by many conditions is the ORM's; its conditions of rights are `qms.conditions`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def fetch(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What the question `sql` is answered with, `values` in the places of its %s. A list among them is an
    array. One query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
