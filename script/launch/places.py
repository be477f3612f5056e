"""Where the private servers keep their data and their sockets."""

import os
from dataclasses import dataclass
from pathlib import Path

from script.launch.accounts import Account, is_root, service_account
from script.launch.checkout import Checkout, Problem

LONGEST_SOCKET = 100  # bytes; the system allows 107


@dataclass(frozen=True)
class Place:
    """The folders of the private servers, reachable for the account they run as."""

    data: Path  # what stays
    sockets: Path  # where they are talked to, private to the account
    account: Account | None

    def private(self, folder: Path) -> Path:
        """Make a folder that only the account may enter. Raises Problem when it is somebody else's."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = self.account.uid if self.account else os.geteuid()
        if folder.lstat().st_uid not in (owner, os.geteuid()) or folder.is_symlink():
            raise Problem(f"{folder} belongs to another account. Delete it, or run as that account.")
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder


def place_for(checkout: Checkout) -> Place:
    """Where a demo's servers keep their data and sockets.

    Normally inside `.demo`. As root, when the account may not enter the project's folder, under /var/lib.
    A database that exists stays where and whose it is.
    """
    checkout.state.mkdir(exist_ok=True)
    elsewhere = Path("/var/lib/kvalitet-demo") / checkout.key
    if not is_root():
        return Place(checkout.state, _sockets(checkout.state, checkout.key, os.geteuid()), None)
    for data in (checkout.state, elsewhere):
        if (data / "database").exists():
            owner = (data / "database").stat()
            account = Account(owner.st_uid, owner.st_gid)
            return Place(data, _sockets(data, checkout.key, account.uid), account)
    account = service_account()
    data = checkout.state if account.allowed("-x", checkout.state) else elsewhere
    data.mkdir(parents=True, exist_ok=True)
    return Place(data, _sockets(data, checkout.key, account.uid), account)


def _sockets(data: Path, key: str, owner: int) -> Path:
    """A socket's path may have 107 bytes: when it would be longer, it goes to a short folder in /tmp."""
    inside = data / "sockets"
    if len(os.fsencode(inside / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET:
        return inside
    return Path("/tmp") / f"kvalitet-{owner}-{key}"  # noqa: S108  made private, and its owner is checked
