"""The product behind a real port, on a database whose rows other connections see."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what matters is asserted."""


def _slow(app: WSGIApplication, seconds: float) -> WSGIApplication:
    """The same program at the end of a slow line: every script comes late, again on every page."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].endswith(".js"):
            return app(environ, start_response)
        time.sleep(seconds)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            fresh = [(name, value) for name, value in headers if name != "Cache-Control"]
            return start_response(status, [*fresh, ("Cache-Control", "no-store")], *rest)

        return app(environ, start)

    return answer


@contextmanager
def served(scripts_after: float = 0) -> Iterator[str]:
    """The address of the product with all of its middleware, static files by whitenoise.

    `scripts_after`: seconds by which each script comes late.
    """
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Silent, allow_reuse_address=False)
    server.daemon_threads = True
    program = get_wsgi_application()
    server.set_app(_slow(program, scripts_after) if scripts_after else program)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def filled_tables() -> set[str]:
    """Tables with rows in them."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        if not names:
            return set()
        quoted = [(name, connection.ops.quote_name(name)) for name in names]
        filled = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM {table})"  # noqa: S608
            for name, table in quoted
        )
        cursor.execute(filled)
        return {name for (name,) in cursor.fetchall()}


def empty_tables(names: set[str]) -> None:
    """Delete every row of these tables. Quicker than a flush: nothing else is made anew."""
    if names:
        quoted = ", ".join(connection.ops.quote_name(name) for name in sorted(names))
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {quoted} CASCADE")


def end_other_sessions() -> None:
    """End the sessions of server threads whose browser went away in mid-answer: they keep the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
