"""Says in headers what a request cost the server."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

Handler = Callable[[HttpRequest], HttpResponseBase]


class _Count:
    """Counts the queries that pass."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.queries += 1
        return execute(*arguments)


class MeasureMiddleware:
    """X-Milliseconds and X-Queries of everything between the server and the answer.

    With LOAD_TIMES each answer's code and milliseconds are a line at the end of that file too: for a client
    that does not read headers. Of an answer that is streamed the queries are known only at its end:
    `last_stream` keeps them.
    """

    last_stream: dict[str, float] = {}

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        named = os.environ.get("LOAD_TIMES")
        # Short lines appended to a file do not mix, whichever process and thread writes them.
        self._times = os.open(named, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if named else None

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        count, began = _Count(), time.perf_counter()
        with connection.execute_wrapper(count):
            response = self.get_response(request)
            if isinstance(response, HttpResponse):
                response.content  # noqa: B018  rendered, if it was not yet
        took = f"{(time.perf_counter() - began) * 1000:.2f}"
        if self._times is not None:
            os.write(self._times, f"{response.status_code} {took}\n".encode())
        response["X-Milliseconds"] = took
        response["X-Queries"] = str(count.queries)
        if response.streaming:
            response.streaming_content = self._counted(iter(response), count, began)  # type: ignore[attr-defined]
        return response

    def _counted(self, parts: Iterator[bytes], count: _Count, began: float) -> Iterator[bytes]:
        with connection.execute_wrapper(count):
            yield from parts
        seconds = time.perf_counter() - began
        MeasureMiddleware.last_stream = {"queries": count.queries, "seconds": seconds}


def process(request: HttpRequest) -> HttpResponse:
    """The most memory this process ever had (MB), and what its last streamed answer cost."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return JsonResponse({"peak": peak, **MeasureMiddleware.last_stream})
