"""The product's own processes in a demo: web server, worker, scheduler."""

import multiprocessing
import os
import secrets
import socket
from functools import partial
from pathlib import Path
from urllib.parse import quote

from script.launch.checkout import Checkout
from script.launch.probes import page_answers
from script.launch.processes import Program

WEB = (
    *("-m", "gunicorn", "qms.wsgi:application", "--no-control-socket", "--access-logfile", "-"),
    *("--logger-class", "qms.access_log.AccessLog"),
    *("--preload", "--workers", "2", "--threads", "8", "--timeout", "120", "--graceful-timeout", "5"),
)
WORKER = (
    *("-m", "celery", "-A", "qms", "worker", "--loglevel", "INFO", "--concurrency", "2"),
    *("--without-gossip", "--without-mingle"),  # there is no other worker to hear about
)
BEAT = ("-m", "celery", "-A", "qms", "beat", "--loglevel", "INFO", "--pidfile", "")


def environment(checkout: Checkout, urls: dict[str, str], address: str, *, anywhere: bool) -> dict[str, str]:
    """The settings of the demo; `anywhere` lets it answer under every host name."""
    state = checkout.state
    return {
        **os.environ,
        **urls,
        "DJANGO_SETTINGS_MODULE": "qms.settings",
        "SECRET_KEY_FILE": str(_secret_key(state / "secret_key")),
        "DEBUG": "0",
        "DEMO": "1",
        "HTTPS": "0",
        "SITE_URL": address,
        "SESSION_COOKIE_NAME": f"session-{checkout.key}",  # cookies know no port
        "ALLOWED_HOSTS": "*" if anywhere else "localhost,127.0.0.1,[::1]",
        "EMAIL_URL": f"filemail:///{quote(str(state / 'mail'))}",
        "MEDIA_ROOT": str(state / "media"),
    }


def _secret_key(file: Path) -> Path:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file


def _pool() -> tuple[str, ...]:
    """How the worker does several tasks at once: each in a process of its own, which needs semaphores. Where
    not everybody may make them (a chroot, a container: /dev/shm is root's), in threads."""
    try:
        multiprocessing.Semaphore()
    except OSError:
        return ("--pool", "threads")
    return ()


def programs(checkout: Checkout, settings: dict[str, str], listener: socket.socket) -> list[Program]:
    """Web server, worker and scheduler; the web server gets the socket that already listens."""
    python = str(checkout.python)
    host, port = listener.getsockname()[:2]
    program = partial(Program, environment=settings, folder=checkout.root, layer=1)
    return [
        program(
            name="web server",
            command=(python, *WEB, "--bind", f"fd://{listener.fileno()}"),
            listener=listener,
            ready=lambda: page_answers(host, port, "/health/ready"),
        ),
        program(name="worker", command=(python, *WORKER, *_pool())),
        program(name="scheduler", command=(python, *BEAT, "--schedule", str(checkout.state / "schedule"))),
    ]
