"""A real Celery worker on this test's database, sending to a real mail server."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from qms.jobs.tasks import heartbeat_task
from tests.broker import broker_at, empty_queue
from tests.smtp import MailServer, mail_server

__all__ = ["broker_at"]

log = logging.getLogger(__name__)

PATIENCE = 20.0  # seconds until a worker must have done what is asked
WORKER = ("-m", "celery", "-A", "qms", "worker", "--concurrency", "2", "--loglevel", "INFO",
          "--without-gossip", "--without-mingle")  # fmt: skip


class Worker:
    """A worker process and the children it works with."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, *WORKER],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(lambda: b" ready." in log.read_bytes() or self._process.poll() is not None)
        assert self._process.poll() is None, self.log

    @property
    def log(self) -> str:
        """What the worker has said."""
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)


def wait_until(happened: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something; fails when it has not happened in time."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "It has not happened in time"
        time.sleep(0.05)


def database_url() -> str:
    """DATABASE_URL, but to the running test's database."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture
def server() -> Iterator[MailServer]:
    """The mail server that the workers send to."""
    with mail_server() as found:
        yield found


@pytest.fixture
def start_worker(
    transactional_db: None, server: MailServer, tmp_path: Path
) -> Iterator[Callable[[], Worker]]:
    """Starts workers; they are gone after the test, and so is what waited for them."""
    empty_queue()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "qms.settings",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": server.url,
        "SITE_URL": settings.SITE_URL,
    }
    workers: list[Worker] = []

    def _start() -> Worker:
        workers.append(Worker(environment, tmp_path / f"worker-{len(workers)}.log"))
        return workers[-1]

    yield _start
    for worker in workers:
        worker.kill()
        log.info("%s", worker.log)  # shown with a test that fails
    empty_queue()


def heartbeat() -> None:
    """What the scheduler does each minute."""
    heartbeat_task.delay()
