"""What the launcher's tests share: folders that a servers' account can enter, and ready-made programs."""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from script.launch.accounts import is_root, service_account
from script.launch.places import Place
from script.launch.processes import Program, Roll
from script.launch.supervisor import Supervisor


@pytest.fixture
def place() -> Iterator[Place]:
    """A place for private servers; pytest's own folders are closed to other accounts, and long."""
    folder = Path(tempfile.mkdtemp(prefix="launch-", dir="/tmp"))
    folder.chmod(0o711)
    yield Place(folder, folder / "sockets", service_account() if is_root() else None)
    shutil.rmtree(folder)


@pytest.fixture
def said() -> list[str]:
    """What the supervisor told the person at the keyboard."""
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    """A supervisor whose programs are gone after the test."""
    supervisor = Supervisor(tmp_path / "logs", Roll(tmp_path / "processes.json"), said.append)
    yield supervisor
    supervisor.stop()


@pytest.fixture
def program(tmp_path: Path):
    """Makes a program of a few lines of Python."""

    def make(source: str, name: str = "program", **more: object) -> Program:
        return Program(
            name=name,
            command=(sys.executable, "-c", source),
            environment=os.environ,
            folder=tmp_path,
            **more,
        )

    return make


class Enough(Exception):
    """Ends watching."""


@pytest.fixture
def watch_for(supervisor: Supervisor):
    """Lets the supervisor watch for some seconds, in the main thread as the demo does."""

    def enough(*_: object) -> None:
        raise Enough

    def watch(seconds: float) -> None:
        before = signal.signal(signal.SIGALRM, enough)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            with pytest.raises(Enough):
                supervisor.watch()
        finally:
            signal.signal(signal.SIGALRM, before)

    return watch


@pytest.fixture
def wait_until():
    """Waits for something to become true, five seconds at most."""

    def wait(condition, seconds: float = 5.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.02)

    return wait
