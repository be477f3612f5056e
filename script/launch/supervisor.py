"""Keeps a set of programs running, and stops all of them in order."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from script.launch.checkout import Problem
from script.launch.commands import last_words
from script.launch.processes import Program, Roll, end_group, start

STEADY = 60.0  # seconds of running after which earlier crashes are forgotten
LONGEST_PAUSE = 30.0  # seconds between a crash and the next start, at most
LONG_LOG = 5_000_000  # bytes after which a log is put aside at the next start


@dataclass
class Kept:
    """A program under supervision."""

    program: Program
    process: subprocess.Popen[bytes]
    started: float
    crashes: int = 0
    due: float | None = None  # when to start it again, after a crash


class Supervisor:
    """Starts programs, restarts those that crash, and stops them layer by layer."""

    def __init__(self, logs: Path, roll: Roll, say: Callable[[str], None]) -> None:
        self.logs = logs
        self.roll = roll
        self.say = say
        self.kept: list[Kept] = []
        logs.mkdir(parents=True, exist_ok=True)

    def log(self, name: str) -> Path:
        """Where a program's output goes."""
        return self.logs / f"{name.replace(' ', '-')}.log"

    def start(self, program: Program) -> None:
        """Start a program without waiting for it to be ready."""
        log = self.log(program.name)
        if log.exists() and log.stat().st_size > LONG_LOG:
            log.replace(log.with_suffix(".old.log"))
        self.kept.append(Kept(program, start(program, log), time.monotonic()))
        self._record()

    def wait_ready(self, name: str, patience: float = 60.0) -> None:
        """Wait until the program answers.

        Raises Problem with the end of its log when it stops or does not answer within `patience` seconds.
        """
        kept = next(kept for kept in self.kept if kept.program.name == name)
        deadline = time.monotonic() + patience
        while not kept.program.ready():
            code = kept.process.poll()
            if code is not None or time.monotonic() > deadline:
                what = "did not answer in time" if code is None else f"stopped at once ({_ending(code)})"
                raise Problem(f"The {name} {what}.\n{last_words(self.log(name))}")
            time.sleep(0.05)

    def watch(self) -> None:
        """Restart whatever crashes, after a pause that doubles each time; ends only by an exception."""
        while True:
            for kept in self.kept:
                self._tend(kept)
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop all programs, layer by layer from the highest; what does not stop in time ends by force."""
        while self.kept:
            layer = max(kept.program.layer for kept in self.kept)
            together = [kept for kept in self.kept if kept.program.layer == layer]
            for kept in together:
                kept.process.send_signal(kept.program.stop_signal)
            for kept in together:
                self._await_end(kept)
                self.kept.remove(kept)
        self._record()

    def _tend(self, kept: Kept) -> None:
        name, now = kept.program.name, time.monotonic()
        if kept.due is not None:
            if now >= kept.due:
                kept.process, kept.started, kept.due = start(kept.program, self.log(name)), now, None
                self._record()
            return
        code = kept.process.poll()
        if code is None:
            return
        end_group(kept.process.pid)
        kept.crashes = 0 if now - kept.started > STEADY else kept.crashes + 1
        pause = min(2.0 ** max(kept.crashes - 1, 0), LONGEST_PAUSE)
        kept.due = now + pause
        self.say(
            f"The {name} stopped ({_ending(code)}); starting it again in {pause:.0f} s. {self.log(name)}"
        )

    def _await_end(self, kept: Kept) -> None:
        try:
            kept.process.wait(kept.program.patience)
        except subprocess.TimeoutExpired:
            self.say(
                f"The {kept.program.name} did not stop within {kept.program.patience:.0f} s; ended by force."
            )
        end_group(kept.process.pid)
        kept.process.wait()

    def _record(self) -> None:
        self.roll.write({kept.program.name: kept.process.pid for kept in self.kept})


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
