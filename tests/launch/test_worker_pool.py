"""How the demo's worker does several tasks at once."""

import multiprocessing
import socket

import pytest

from script.launch.checkout import this_checkout
from script.launch.programs import programs


def worker_command() -> tuple[str, ...]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        (worker,) = (one for one in programs(this_checkout(), {}, listener) if one.name == "worker")
    return tuple(worker.command)


def test_each_task_has_a_process_and_threads_where_no_semaphores_can_be_made(monkeypatch: pytest.MonkeyPatch):
    assert "--pool" not in worker_command()

    def refused(value: int = 1) -> None:
        raise PermissionError(13, "Permission denied")  # what a user gets whose /dev/shm is root's

    monkeypatch.setattr(multiprocessing, "Semaphore", refused)
    assert worker_command()[-2:] == ("--pool", "threads")
