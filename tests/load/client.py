"""Asks the server, as often and as much at once as wanted."""

import http.client
import statistics
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.test import Client

from qms.organisation.models import Person
from tests.load.probes import VISITOR, Probe

TOKEN = "c" * 32  # a cross-site token of the right shape, given as cookie and as header
PATIENCE = 60.0  # seconds for one answer


@dataclass
class Sample:
    """What one probe's requests cost the server."""

    milliseconds: list[float] = field(default_factory=list)
    queries: set[int] = field(default_factory=set)
    codes: set[int] = field(default_factory=set)

    @property
    def median(self) -> float:
        """Half of them took less, in ms."""
        return statistics.median(self.milliseconds)

    @property
    def mean(self) -> float:
        """What they took on average, in ms."""
        return statistics.fmean(self.milliseconds)

    @property
    def p95(self) -> float:
        """Nineteen of twenty took less, in ms."""
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.95)]


def headers_of(who: str) -> dict[str, str]:
    """The headers with which a person of the filled town asks; a visitor has none."""
    if who == VISITOR:
        return {}
    client = Client()
    person = Person.objects.get(email=f"{who}@load.test")
    client.force_login(person, backend="qms.organisation.backends.PersonBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }


class Asker:
    """Sends requests to one server as the people of the probes."""

    def __init__(self, port: int, people: tuple[str, ...], times: Path) -> None:
        self._port = port
        self._times = times  # where the server writes how long each answer took
        self._headers = {who: headers_of(who) for who in people}

    @contextmanager
    def connection(self) -> Iterator[http.client.HTTPConnection]:
        """A connection that is kept open."""
        made = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            yield made
        finally:
            made.close()

    def ask(self, connection: http.client.HTTPConnection, probe: Probe, sample: Sample) -> bytes:
        """One request; what it cost is added to `sample`."""
        body = probe.body() if probe.form else None
        connection.request("POST" if body else "GET", probe.path, body, self._headers[probe.who])
        answer = connection.getresponse()
        content = answer.read()
        sample.codes.add(answer.status)
        sample.milliseconds.append(float(answer.headers["X-Milliseconds"]))
        sample.queries.add(int(answer.headers["X-Queries"]))
        return content

    def alternately(self, first: Probe, second: Probe, times: int) -> tuple[Sample, Sample]:
        """Both in turn, so that what disturbs the machine disturbs both. The first round only warms up."""
        samples = (Sample(), Sample())
        with self.connection() as connection:
            for turn in range(times + 1):
                kept = samples if turn else (Sample(), Sample())
                for probe, sample in zip((first, second), kept, strict=True):
                    self.ask(connection, probe, sample)
        return samples

    def at_once(self, probe: Probe, people: int, times: int) -> Sample:
        """`people` ask at the same time, each `times` times.

        By `ab`, which costs next to nothing: a crowd in Python would take from the server the processor that
        it is measured on. What is posted differs each time, which `ab` cannot do: that crowd is in Python.
        """
        self._times.write_bytes(b"")
        if probe.form:
            self._crowd(probe, people, times)
        else:
            self._ab(probe, people, times)
        told = [line.split() for line in self._times.read_text().splitlines()]
        return Sample([float(took) for _code, took in told], codes={int(code) for code, _took in told})

    def _ab(self, probe: Probe, people: int, times: int) -> None:
        cookie = self._headers[probe.who].get("Cookie", "")
        command = ["ab", "-q", "-c", str(people), "-n", str(people * times), "-H", f"Cookie: {cookie}"]
        subprocess.run(
            [*command, f"http://127.0.0.1:{self._port}{probe.path}"], check=True, capture_output=True
        )

    def _crowd(self, probe: Probe, people: int, times: int) -> None:
        def _ask(_number: int) -> None:
            with self.connection() as connection:
                for _turn in range(times):
                    self.ask(connection, probe, Sample())

        with ThreadPoolExecutor(people) as crowd:
            list(crowd.map(_ask, range(people)))


def seconds_of(asker: Asker, probe: Probe) -> tuple[float, int]:
    """How long one request took from outside (s), and the bytes that came."""
    began = time.perf_counter()
    with asker.connection() as connection:
        content = asker.ask(connection, probe, Sample())
    return time.perf_counter() - began, len(content)
