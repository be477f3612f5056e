"""At most one demo for each copy of the project, and where it is to be found."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from script.launch.checkout import Problem

STOP_PATIENCE = 120.0  # seconds, more than all programs together may take


class Single:
    """A lock that lives and dies with the process that holds it, and a note with its number and address."""

    def __init__(self, state: Path) -> None:
        self.lock = state / "lock"
        self.note = state / "running.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. Raises Problem that says where the other one is when it is taken."""
        with self.lock.open("a") as file:
            if not _take(file, patience=1.0):  # somebody who only looks holds it for a moment
                _, address = self.running()
                raise Problem(f"This copy is already running: {address or 'it is just starting'}.")
            self.announce("")
            try:
                yield
            finally:
                self.note.unlink(missing_ok=True)

    def announce(self, address: str) -> None:
        """Note our number and the address we are found at."""
        self.note.write_text(json.dumps({"process": os.getpid(), "address": address}))

    def running(self) -> tuple[int, str]:
        """The number and address of the one that holds the lock; zero when nobody does."""
        if not self.lock.exists():
            return 0, ""
        with self.lock.open("r") as file:
            if _take(file):
                return 0, ""
        try:
            note = json.loads(self.note.read_text())
        except (FileNotFoundError, ValueError):  # it took the lock a moment ago, or gives it back right now
            return 0, ""
        return int(note["process"]), str(note["address"])

    def stop(self) -> bool:
        """Ask the running one to stop and wait for it; False when none runs. Raises Problem if it stays."""
        process, _ = self.running()
        if not process:
            return False
        os.kill(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE
        while self.running()[0] == process:
            if time.monotonic() > deadline:
                raise Problem(f"Process {process} does not stop.")
            time.sleep(0.1)
        return True


def _take(file: IO[str], patience: float = 0.0) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True
