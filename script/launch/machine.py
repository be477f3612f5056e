"""What this machine has, and what root may install on it."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from script.launch.accounts import is_root
from script.launch.commands import run

PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
HEADLESS_SHELL = "chromium-headless-shell"  # Chromium without its windows: a third quicker
# Who is not root starts it in a sandbox, for which the kernel may want the second one.
HEADLESS_PACKAGES = (HEADLESS_SHELL, "chromium-sandbox")
CHROMIUM = (HEADLESS_SHELL, "chromium", "chromium-browser", "google-chrome")


def can_install() -> bool:
    """Whether this is Debian, Ubuntu or a child of theirs, and we are root."""
    return is_root() and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def install(packages: Sequence[str], log: Path) -> None:
    """Install the distribution's packages. Raises Problem when apt cannot."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300"]  # another copy may be installing at this moment
    for command in (
        ["apt-get", *wait, "update", "-q"],
        ["apt-get", *wait, "install", "-q", "-y", "--no-install-recommends", *packages],
    ):
        failure = f"apt-get could not install {' '.join(packages)}."
        run(command, log=log, failure=failure, folder=Path("/"), environment=environment)


def has_pango() -> bool:
    """Whether the libraries that PDFs are drawn with are there."""
    names = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0")
    if sys.platform == "darwin":
        names = ("libpango-1.0.dylib", "libpangoft2-1.0.dylib")
    try:
        for name in names:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome that starts; a package that only points to another store does not."""
    for path in filter(None, map(shutil.which, CHROMIUM)):
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=60)
        if answer.returncode == 0:
            return path
    return None


def find_node() -> Path | None:
    """The folder of a Node 18 or newer that has npm beside it."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return Path(node).parent if major.isdecimal() and int(major) >= 18 else None
