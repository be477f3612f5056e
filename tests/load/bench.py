"""Measures every kind of page against the floor: `python -m tests.load.bench [--only WORD]`.

Server time, from the first middleware to the rendered answer. The floor is a bare view (`floor.py`) under
the same server, asked in turn with each page when one asks, just before it when sixteen do. Sixteen at once
ask by `ab` (Debian's apache2-utils).
"""

import argparse
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.settings"

import django

django.setup()

from django.db import close_old_connections
from django.urls import NoReverseMatch, reverse

from qms.records.models import Record
from tests.load.client import Asker, Sample, seconds_of
from tests.load.probes import EVERYONE, READS, SENDS, VISITOR, Probe, probes

AT_ONCE = 16
LONGER = 5  # what seems slow is measured anew so many times as long, and that counts: the short one swings
ROUNDS = 3  # of sixteen at once, floor and page in turn: what disturbs the machine disturbs both
EXPORTED = (200, 2_000, 20_000)  # the first only warms up
MEMORY_MAY_GROW = 30.0  # MB from the small export to the large one
WORKERS, THREADS = 2, 8  # as script/entrypoint starts it


@dataclass(frozen=True)
class Result:
    """One line of the table."""

    probe: Probe
    alone: Sample
    floor: Sample
    crowds: list[tuple[Sample, Sample]]  # floor and page, one just after the other, round by round

    @property
    def crowd(self) -> Sample:
        """All answers that sixteen at once got."""
        pages = [page for _floor, page in self.crowds]
        took = [milliseconds for page in pages for milliseconds in page.milliseconds]
        return Sample(took, codes={code for page in pages for code in page.codes})

    @property
    def ratios(self) -> tuple[float, float]:
        """Times the floor: alone, and with sixteen at once.

        Of sixteen the mean counts: as many are always under way, so by Little's law it says how many answers
        come in a second. The median swings with how the sixteen happen to fall on the processes.
        """
        rounds = [page.mean / floor.mean for floor, page in self.crowds]
        return self.alone.median / self.floor.median, statistics.median(rounds)

    @property
    def faults(self) -> list[str]:
        """What is not as it should be."""
        probe, found = self.probe, []
        if wrong := (self.alone.codes | self.crowd.codes) - {200, 302}:
            found.append(f"answers {sorted(wrong)}")
        if probe.most and max(self.ratios) > probe.most:
            found.append("slow")
        if probe.queries and max(self.alone.queries) > probe.queries:
            found.append("queries")
        return found

    def line(self) -> str:
        """As a row of a table in Markdown."""
        alone, crowd = self.ratios
        target = f"{self.probe.most:.0f}" if self.probe.most else "-"
        most = f"{max(self.alone.queries)}"
        cells = (
            self.probe.name,
            f"{self.alone.median:.1f}", f"{self.alone.p95:.1f}", f"{alone:.1f}",
            f"{self.crowd.mean:.0f}", f"{self.crowd.p95:.0f}", f"{crowd:.1f}",
            target, most, ", ".join(self.faults) or "yes",
        )  # fmt: skip
        return "| " + " | ".join(cells) + " |"


_COLUMNS = (
    "asked for, by whom", "ms", "p95", "× floor", f"ms, {AT_ONCE} at once", "p95", "× floor", "at most",
    "queries", "met",
)  # fmt: skip
HEAD = f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}"


@contextmanager
def server(workers: int, times: Path) -> Iterator[int]:
    """The product under gunicorn on a free port of this machine; its port.

    How long each answer took is written into the file `times`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--workers",
        str(workers),
        "--threads",
        str(THREADS),
        "--no-control-socket",
        "--log-level",
        "error",
    ]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "qms.wsgi:application",
        "--bind",
        f"127.0.0.1:{port}",
        *options,
    ]
    running = subprocess.Popen(command, env={**os.environ, "LOAD_TIMES": str(times)})
    try:
        _wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait(30)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            _get(port, "/health/live")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("gunicorn did not start")


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    content = connection.getresponse().read()
    connection.close()
    return content


def measure(probe: Probe, asker: Asker, times: int) -> Result:
    """One probe against the floor, alone and in a crowd."""
    floor = Probe("floor", probe.floor, "/load/floor/", 0)
    floor_alone, alone = asker.alternately(floor, probe, times)
    each = max(times // 6, 2)
    # As alone, the first round only warms up: each connection plans the questions of a page once in its life.
    asker.at_once(probe, AT_ONCE, each)
    crowds = [
        (asker.at_once(floor, AT_ONCE, each * 2), asker.at_once(probe, AT_ONCE, each))
        for _round in range(ROUNDS)
    ]
    return Result(probe, alone, floor_alone, crowds)


def export(times: Path) -> list[str]:
    """An export of few and of many rows: the same queries, hardly more memory. Lines to print."""
    try:
        path = reverse("records:export")
    except NoReverseMatch:
        return ["The product has no export."]
    lines = []
    with server(1, times) as port:
        asker, peaks = Asker(port, ("quality",), times), []
        for rows in EXPORTED:
            newest = Record.objects.order_by("-created_at").values_list("created_at", flat=True)
            since = newest[rows - 1].date().isoformat()
            probe = Probe(f"{rows} rows", "quality", f"{path}?state=all&from={since}", 0)
            seconds, size = seconds_of(asker, probe)
            told = json.loads(_get(port, "/load/process/"))
            peaks.append(told["peak"])
            lines.append(
                f"Export of about {rows} rows: {seconds:.1f} s, {size // 1000} kB, "
                f"{told.get('queries', '?')} queries, peak {told['peak']:.0f} MB"
            )
    grown = peaks[-1] - peaks[1]
    lines.append(f"The larger one took {grown:.0f} MB more; at most {MEMORY_MAY_GROW:.0f} are allowed.")
    return lines[1:]


def main() -> int:
    """Measure and print; 1 when something is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.bench", description=__doc__)
    parser.add_argument("--only", default="", help="only probes with this word in their name")
    parser.add_argument("--times", type=int, default=24, help="requests per probe when one asks")
    options = parser.parse_args()
    if shutil.which("ab") is None:
        parser.error("ab is missing: apt-get install apache2-utils")
    chosen = [probe for probe in probes() if options.only in probe.name]
    print(f"{Record.objects.count()} records\n\n{HEAD}")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        times = Path(folder) / "times"
        with server(WORKERS, times) as port:
            asker = Asker(port, (*EVERYONE, READS, SENDS, VISITOR), times)
            for probe in chosen:
                result = measure(probe, asker, options.times)
                if result.faults:
                    result = measure(probe, asker, options.times * LONGER)
                missed += bool(result.faults)
                print(result.line(), flush=True)
        close_old_connections()
        if not options.only or options.only == "export":
            print("", *export(times), sep="\n")
    print(f"\n{len(chosen) - missed} of {len(chosen)} met")
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
