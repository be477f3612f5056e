"""A real PostgreSQL and a real Redis, started as the demo starts them."""

import os
import subprocess

import psycopg2
import pytest
import redis

from script.launch import broker, servers
from script.launch.checkout import this_checkout
from script.launch.packages import Packages
from script.launch.progress import Progress


@pytest.fixture
def urls(place, supervisor, monkeypatch, tmp_path):
    """Both servers, running, and their addresses."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    packages = Packages(this_checkout(), Progress(), tmp_path / "setup.log")
    yield servers.start(place, packages, supervisor, Progress())
    supervisor.stop()


def connect(place) -> "psycopg2.extensions.connection":
    return psycopg2.connect(host=str(place.sockets), dbname="qms", user="qms")


def test_the_database_is_private_speaks_swedish_and_keeps_its_rows(
    urls, place, supervisor, monkeypatch, tmp_path
):
    with connect(place) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("",)
        cursor.execute("SELECT lower('ÅÄÖ'), to_tsvector('swedish', 'avvikelserna') @@ 'avvik'")
        assert cursor.fetchone() == ("åäö", True)
        cursor.execute(
            "CREATE EXTENSION pg_trgm; CREATE TABLE kept (word text); INSERT INTO kept VALUES ('ja')"
        )
    connection.close()
    mark = servers.mark(place)
    supervisor.stop()
    assert not (place.data / "database" / "postmaster.pid").exists(), "it was not stopped cleanly"
    packages = Packages(this_checkout(), Progress(), tmp_path / "setup.log")
    assert servers.start(place, packages, supervisor, Progress()) == urls
    assert servers.mark(place) == mark
    with connect(place) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT word FROM kept")
        assert cursor.fetchone() == ("ja",)
    connection.close()


def test_the_database_survives_kill_nine(urls, place, supervisor, watch_for):
    with connect(place) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('ja')")
    connection.close()
    database = next(kept for kept in supervisor.kept if kept.program.name == "database")
    database.process.kill()
    database.process.wait()
    for _ in range(20):  # what it left in memory has to go first, so the first start may fail
        watch_for(1)
        if database.program.ready():
            break
    with connect(place) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT word FROM kept")
        assert cursor.fetchone() == ("ja",)
    connection.close()


def test_the_broker_listens_on_its_socket_alone(urls, place):
    client = redis.Redis.from_url(urls["REDIS_URL"])
    assert client.ping()
    assert client.config_get("port") == {"port": "0"}
    assert (place.sockets / "broker").stat().st_mode & 0o077 == 0


def test_neither_server_runs_as_root(urls, supervisor):
    if os.geteuid() != 0:
        pytest.skip("we are not root")
    for kept in supervisor.kept:
        answer = subprocess.run(
            ["stat", "-c", "%u", f"/proc/{kept.process.pid}"], capture_output=True, text=True
        )
        assert answer.stdout.strip() != "0"


def test_servers_of_your_own_replace_the_private_ones(place, supervisor, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://me@db/qms")
    monkeypatch.setenv("REDIS_URL", "redis://broker/1")
    packages = Packages(this_checkout(), Progress(), tmp_path / "setup.log")
    given = servers.start(place, packages, supervisor, Progress())
    assert given == {"DATABASE_URL": "postgres://me@db/qms", "REDIS_URL": "redis://broker/1"}
    assert supervisor.kept == []
    assert servers.mark(place) is None
    assert "postgresql" not in servers.system_packages(place)
    assert broker.url(place) != given["REDIS_URL"]
