"""The compose file, and the entry point its containers start with, tried without containers."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
import yaml

from script.launch.probes import page_answers
from script.launch.processes import Program

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ("web", "worker", "scheduler", "migrate")


def test_every_lasting_service_is_watched_and_comes_back():
    for name, service in COMPOSE["services"].items():
        if name != "migrate":
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name


def test_the_program_waits_for_the_tables_and_the_tables_for_the_database():
    for name in ("web", "worker", "scheduler"):
        waits = COMPOSE["services"][name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
    migrate = COMPOSE["services"]["migrate"]["depends_on"]
    assert migrate == {"database": {"condition": "service_healthy"}}


def test_every_setting_is_explained_and_nothing_else_is():
    read = re.findall(r"(?:env\.\w+|one_of)\(\s*\"(\w+)\"", (ROOT / "qms" / "settings.py").read_text())
    read += re.findall(r"\$\{(WEB_\w+|WORKER_\w+|PORT)\b", (ROOT / "script" / "entrypoint").read_text())
    explained = re.findall(r"`([A-Z][A-Z_0-9]+)`", (ROOT / "docs" / "settings.md").read_text())
    words = {"NAME", "NAME_FILE", "DEBUG", "INFO", "WARNING", "ERROR", "SE", "NO"}
    assert set(explained) - words | {"DEBUG"} == set(read)


def test_only_the_proxy_is_reachable_and_the_servers_have_no_way_out():
    published = [name for name, service in COMPOSE["services"].items() if "ports" in service]
    assert published == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"]
    for name in ("database", "broker"):
        assert COMPOSE["services"][name]["networks"] == ["inside"]


def test_secrets_come_from_files_that_one_script_makes(tmp_path):
    script = tmp_path / "script" / "secrets"
    script.parent.mkdir()
    shutil.copy(ROOT / "script" / "secrets", script)
    subprocess.run([script, "smtp://mail.example.se:25"], check=True)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert {entry["file"] for entry in COMPOSE["secrets"].values()} == {f"./secrets/{name}" for name in made}
    used = {name for service in COMPOSE["services"].values() for name in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    assert made["database_password"] in made["database_url"]
    assert made["broker_password"] in made["broker_url"]
    assert len(made["secret_key"]) >= 50
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    subprocess.run([script, "smtp://another.example.se:25"], check=True)
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == made


def test_no_password_stands_in_the_compose_file():
    for name, service in COMPOSE["services"].items():
        for key in service.get("environment", {}):
            if any(word in key for word in ("PASSWORD", "SECRET", "URL")) and key != "SITE_URL":
                assert key.endswith("_FILE"), f"{name}: {key}"


@pytest.mark.parametrize(
    ("role", "starts"),
    [
        ("web", "gunicorn qms.wsgi:application --bind 0.0.0.0:8000"),
        ("worker", "celery -A qms worker"),
        ("scheduler", "celery -A qms beat"),
        ("migrate", "python manage.py migrate --noinput\npython manage.py load_standards"),
        ("echo", ""),
    ],
)
def test_the_entry_point_starts_what_the_service_is_for(role, starts, tmp_path):
    for name in ("gunicorn", "celery", "python"):
        stand_in = tmp_path / name
        stand_in.write_text('#!/bin/sh\necho "${0##*/} $@"\n')
        stand_in.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    answer = subprocess.run(
        [ROOT / "script" / "entrypoint", role], env=environment, capture_output=True, text=True
    )
    assert answer.returncode == 0
    assert answer.stdout.startswith(starts)


def test_every_service_of_ours_is_a_role_the_entry_point_knows():
    entry = (ROOT / "script" / "entrypoint").read_text()
    for name in OURS:
        assert COMPOSE["services"][name]["command"] == [name]
        assert f"    {name})" in entry


def _environment(service: str, secrets: Path) -> dict[str, str]:
    """What compose gives a container, the secrets' files being elsewhere."""
    typed = {"SITE_HOST": "kvalitet.example.se", "MUNICIPALITY": "Exempelby", "MAIL_FROM": "q@example.se"}
    given = COMPOSE["services"][service]["environment"]
    filled = {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda part: typed[part[1]], value) for name, value in given.items()
    }
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": path} | {
        name: value.replace("/run/secrets", str(secrets)) for name, value in filled.items()
    }


@pytest.fixture
def secret_files(tmp_path: Path) -> Path:
    """The files of script/secrets, for the servers of the tests."""
    for name, value in {
        "secret_key": "a-key-of-the-tests-that-is-long-enough-for-any-check-of-it-1234567890",
        "database_url": os.environ["DATABASE_URL"],
        "broker_url": os.environ["REDIS_URL"],
        "email_url": "smtp+tls://user:word@mail.example.se:587",
    }.items():
        (tmp_path / name).write_text(value)
    return tmp_path


def test_what_compose_gives_its_containers_is_all_the_program_needs(secret_files):
    environment = _environment("web", secret_files)
    assert all(_environment(service, secret_files) == environment for service in OURS)
    said = (
        "from django.conf import settings as s; "
        "print(s.SITE_URL, *s.ALLOWED_HOSTS, s.MUNICIPALITY, "
        "s.DEFAULT_FROM_EMAIL, s.EMAIL_HOST, s.HTTPS, s.DEMO)"
    )
    for command in (["check", "--deploy", "--fail-level", "WARNING"], ["shell", "--no-imports", "-c", said]):
        answer = subprocess.run(
            [ROOT / "script" / "entrypoint", "python", "manage.py", *command],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == [
        *("https://kvalitet.example.se", "kvalitet.example.se", "Exempelby"),
        *("q@example.se", "mail.example.se", "True", "False"),
    ]


def test_worker_and_scheduler_containers_are_healthy_once_they_run_and_not_before(
    supervisor, secret_files, tmp_path
):
    started = []
    for service in ("worker", "scheduler"):
        own = {"TMPDIR": str(tmp_path), "WORKER_CONCURRENCY": "1", "QUEUE": f"containers-{os.getpid()}"}
        environment = _environment(service, secret_files) | own
        check = [ROOT / "script" / "healthy", service]

        def healthy(check=check, environment=environment) -> bool:
            return subprocess.run(check, env=environment, capture_output=True).returncode == 0

        started.append(healthy())
        command = (str(ROOT / "script" / "entrypoint"), service)
        supervisor.start(Program(service, command, environment, Path("/"), ready=healthy))
    assert started == [False, False]
    for service in ("worker", "scheduler"):
        supervisor.wait_ready(service)


def test_the_database_counts_as_ready_only_where_the_others_will_ask_it():
    """The image's first start answers on the socket while it still makes the database, and restarts."""
    assert "--host" in COMPOSE["services"]["database"]["healthcheck"]["test"]


def test_a_container_is_given_longer_to_stop_than_its_program_takes():
    """Gunicorn lets requests end for 30 s by itself; a job may take long."""
    patience = {name: COMPOSE["services"][name]["stop_grace_period"] for name in ("web", "worker")}
    assert patience == {"web": "40s", "worker": "5m"}


def test_a_web_container_answers_and_its_health_check_sees_it(supervisor):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": str(port),
        "ALLOWED_HOSTS": "kvalitet.example.se",
        "HTTPS": "1",
        "WEB_WORKERS": "1",
    }
    command = (str(ROOT / "script" / "entrypoint"), "web")
    ready = partial(page_answers, "127.0.0.1", port, "/health/live", "kvalitet.example.se")
    supervisor.start(Program("web", command, environment, Path("/"), ready=ready))
    supervisor.wait_ready("web")
    check = [ROOT / "script" / "healthy", "web"]
    assert subprocess.run(check, env=environment).returncode == 0
    supervisor.stop()
    assert subprocess.run(check, env=environment, capture_output=True).returncode != 0


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed here")
def test_the_proxy_says_in_words_what_the_program_cannot_say_itself(tmp_path):
    proxy, web = _free_port(), _free_port()
    written = (ROOT / "script" / "proxy" / "Caddyfile").read_text()
    for here, there in (
        ("dynamic a web 8000", f"to 127.0.0.1:{web}"),
        ("lb_try_duration 5s", "lb_try_duration 0s"),
        ("> 60000000", "> 1000"),
    ):
        assert here in written
        written = written.replace(here, there)
    (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n}\n" + written)
    environment = {
        **os.environ,
        "SITE_HOST": f"http://127.0.0.1:{proxy}",
        "PAGES": str(ROOT / "script" / "proxy"),
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    with _running(["caddy", "run", "--config", str(tmp_path / "Caddyfile")], environment):
        away = _answered(proxy, b"")
        assert (away.status_code, away.headers["Cache-Control"]) == (502, "no-store")
        assert "Strax tillbaka" in away.text
        style = httpx.get(f"http://127.0.0.1:{proxy}/proxy.css", trust_env=False)
        assert (style.status_code, "color-scheme" in style.text) == (200, True)
        with _running([sys.executable, "-c", _READS_ALL, str(web)], environment):
            _answered(web, b"")
            large = _answered(proxy, b"x" * 2_000)
            assert large.status_code == 413
            assert "ta bort någon fil" in large.text


# Answers when it has read what is sent, as the program does.
_READS_ALL = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Reads(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(204)
        self.end_headers()

HTTPServer(("127.0.0.1", int(sys.argv[1])), Reads).serve_forever()
"""


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    program = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        program.terminate()
        program.wait(10)


def _answered(port: int, body: bytes) -> httpx.Response:
    """What is answered there, once it has started."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return httpx.post(f"http://127.0.0.1:{port}/", content=body, trust_env=False)
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
