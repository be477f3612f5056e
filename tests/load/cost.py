"""What each page costs in processor time: `python -m tests.load.cost [--only WORD]`.

Of Python and of the PostgreSQL process that answers it, in ms and in floors. Unlike the time on the clock it
says much the same on a busy machine. On Linux, with the database on this machine.
"""

import argparse
import os
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.settings"

import django

django.setup()

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client

from qms.organisation.models import Person
from tests.load.probes import EVERYONE, READS, SENDS, VISITOR, Probe, probes

ROUNDS = 4  # page and floor in turn, so that what disturbs the machine disturbs both


class Meter:
    """Asks as one of the people in this process, through one connection to the database."""

    def __init__(self) -> None:
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        self._clients = {who: self._signed_in(who) for who in (*EVERYONE, READS, SENDS)}
        self._clients[VISITOR] = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._database = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def _signed_in(self, who: str) -> Client:
        client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
        person = Person.objects.get(email=f"{who}@load.test")
        client.force_login(person, backend="qms.organisation.backends.PersonBackend")
        return client

    def ask(self, probe: Probe) -> None:
        """One request."""
        client, form = self._clients[probe.who], "application/x-www-form-urlencoded"
        answer = client.post(probe.path, probe.body(), form) if probe.form else client.get(probe.path)
        assert answer.status_code in (200, 302), f"{probe.name}: {answer.status_code}"

    def cost(self, probe: Probe, times: int) -> tuple[float, float]:
        """ms of Python and of PostgreSQL for one request, on average."""
        here, there = time.process_time(), self._spent()
        for _turn in range(times):
            self.ask(probe)
        return (time.process_time() - here) * 1000 / times, (self._spent() - there) / times

    def _spent(self) -> float:
        """Processor time of the database's process until now, in ms."""
        return int(self._database.read_text().split()[0]) / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.cost", description=__doc__)
    parser.add_argument("--only", default="", help="only probes with this word in their name")
    parser.add_argument("--times", type=int, default=5, help="requests in each of the rounds")
    options = parser.parse_args()
    meter = Meter()
    print("| asked for, by whom | Python, ms | PostgreSQL, ms | × floor |\n|---|---|---|---|")
    for probe in (probe for probe in probes() if options.only in probe.name):
        floor = Probe("floor", probe.floor, "/load/floor/", 0)
        for warming in (floor, probe, floor, probe):
            meter.ask(warming)
        rounds = [(meter.cost(floor, options.times), meter.cost(probe, options.times)) for _ in range(ROUNDS)]
        least = sum(sum(floor_cost) for floor_cost, _cost in rounds) / ROUNDS
        python, database = (sum(cost[part] for _floor, cost in rounds) / ROUNDS for part in (0, 1))
        print(
            f"| {probe.name} | {python:.1f} | {database:.1f} | {(python + database) / least:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
