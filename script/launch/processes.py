"""Starting one program so that it never outlives us, and finding what an earlier run left behind."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from script.launch.accounts import Account, switch_to

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """A long-running program and how it wants to be stopped."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0  # seconds between the stop signal and the end by force
    layer: int = 0  # those of the highest layer are stopped first, together
    listener: socket.socket | None = None  # an open socket it inherits, kept open for its next start
    ready: Callable[[], bool] = field(default=lambda: True)


def start(program: Program, log: Path) -> subprocess.Popen[bytes]:
    """Start the program in a session of its own, its output at the end of `log`.

    Its own session keeps the terminal's Ctrl-C from it: we stop programs in order. On Linux the kernel
    sends it its stop signal when we die in any way, also by kill -9.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            program.command,
            cwd=program.folder,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=(program.listener.fileno(),) if program.listener else (),
            preexec_fn=_die_with_parent(program.stop_signal),
            **switch_to(program.account),
        )


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:  # died in between, so the kernel's word will never come
            os._exit(1)

    return ask_kernel


def end_group(process: int) -> None:
    """End by force whatever is left of the session that the process led."""
    with suppress(ProcessLookupError, PermissionError):  # gone; macOS says permission for a mere zombie
        os.killpg(process, signal.SIGKILL)


def identity(process: int) -> str | None:
    """What tells this process from a later one with the same number; None when there is none."""
    stat = Path(f"/proc/{process}/stat")
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        if sys.platform == "linux":
            return None
        answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(process)], capture_output=True, text=True)
        return answer.stdout.strip() or None
    except ProcessLookupError:
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return None if fields[0] == "Z" else f"{boot} {fields[19]}"


class Roll:
    """The processes of a run, in a file, so that the next run can end what a crash left over."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def write(self, processes: Mapping[str, int]) -> None:
        """Record the processes now running, by name."""
        known = {name: [number, identity(number)] for name, number in processes.items()}
        self.file.write_text(json.dumps(known))

    def end_leftovers(self, patience: float = 20.0) -> list[str]:
        """End what is left of an earlier run: it was told to stop; after `patience` seconds by force.

        Returns the names of those that were still there.
        """
        try:
            known = json.loads(self.file.read_text())
        except (FileNotFoundError, ValueError):  # no earlier run, or it died while writing
            return []
        left = {name: number for name, (number, mark) in known.items() if mark and identity(number) == mark}
        for number in left.values():
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while any(identity(number) == known[name][1] for name, number in left.items()):
            if time.monotonic() > deadline:
                for number in left.values():
                    end_group(number)
                break
            time.sleep(0.1)
        self.file.unlink()
        return list(left)
