"""Who we are on this machine, and which account runs the servers that refuse to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from script.launch.checkout import Problem


class Switch(TypedDict, total=False):
    """The arguments of subprocess functions that run a command as another account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """An account of the machine without rights."""

    uid: int
    gid: int

    def allowed(self, right: str, path: Path) -> bool:
        """Whether this account has the right (`-r`, `-w` or `-x`, as for `test`) on a path."""
        return subprocess.run(["test", right, path], cwd="/", **switch_to(self)).returncode == 0


def switch_to(account: Account | None) -> Switch:
    """How a subprocess becomes the account; None stays oneself."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def is_root() -> bool:
    """Whether we may install packages, and must not run a database ourselves."""
    return os.geteuid() == 0


def service_account() -> Account:
    """The account that root runs the servers as: postgres, else nobody. Raises Problem without both."""
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise Problem("As root this needs an account to run PostgreSQL: there is neither postgres nor nobody.")
