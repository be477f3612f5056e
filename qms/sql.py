"""Questions written in SQL: those of every page, whose words never change, and those put together here.

Such a question takes the ORM longer to put together than PostgreSQL to answer. What is asked of many things
by many conditions is the ORM's; its conditions of rights are `qms.conditions`.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

Values = Sequence[Any] | Mapping[str, Any]

_PLACE = re.compile(r"%(?:\((\w+)\))?s")
# What each connection to PostgreSQL has been told already.
_told: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def fetch(sql: str, values: Values) -> list[tuple[Any, ...]]:
    """What the question `sql` is answered with, `values` in the places of its %s. A list among them is an
    array. One query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


class Question:
    """A question whose words never change: each connection tells PostgreSQL once, which then plans it once.

    Most questions of a page are answered in less time than their plan takes. Only for what is looked up by
    ids: a plan for whatever values fits all of them alike. A value in a place where nothing says its type
    (`SELECT %s`) needs it written: `%s::text`. A pooler between must leave a connection to one client.
    """

    def __init__(self, sql: str) -> None:
        self._names: list[str] = []
        self._written = _PLACE.sub(self._numbered, sql).replace("%%", "%")
        self._name = f"question_{hashlib.sha256(sql.encode()).hexdigest()[:16]}"
        places = ", ".join(["%s"] * len(self._names))
        self._execute = f"EXECUTE {self._name}({places})" if places else f"EXECUTE {self._name}"

    def _numbered(self, place: re.Match[str]) -> str:
        name = place[1] or str(len(self._names))
        if name not in self._names:
            self._names.append(name)
        return f"${self._names.index(name) + 1}"

    def fetch(self, values: Values) -> list[tuple[Any, ...]]:
        """As the function of that name."""
        given = [values[name] for name in self._names] if isinstance(values, Mapping) else values
        with connection.cursor() as cursor:
            self._tell()
            cursor.execute(self._execute, given or None)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _tell(self) -> None:
        """What is prepared outlives the transaction it was prepared in, also one that is rolled back."""
        told = _told.setdefault(connection.connection, set())
        if self._name not in told:
            # Past what counts and logs a page's queries: it depends on what was asked before.
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                cursor.execute(f"PREPARE {self._name} AS {self._written}")
            told.add(self._name)


@lru_cache(maxsize=500)
def question(sql: str) -> Question:
    """The question with these words: for those that differ by what rights somebody has, of which there are
    dozens, never by what somebody typed."""
    return Question(sql)
