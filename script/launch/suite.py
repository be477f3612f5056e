"""script/test: from a bare machine to all checks and tests, on servers of their own."""

import argparse
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from script.launch import machine, postgres, servers, tables
from script.launch.accounts import is_root, service_account
from script.launch.checkout import Checkout, this_checkout
from script.launch.interrupts import interruptible, undisturbed
from script.launch.packages import Packages
from script.launch.places import Place
from script.launch.processes import Roll
from script.launch.progress import Progress, say
from script.launch.supervisor import Supervisor

CHECKS = {
    "mypy": ("mypy",),  # takes as long as all the others
    "ruff check": ("ruff", "check"),
    "ruff format": ("ruff", "format", "--check"),
    "import contracts": ("lint-imports",),
    "Django check, as deployed": ("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
    "missing migrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
}
NO_CHROMIUM = (
    "Chromium is missing, so the browser tests are skipped. On Debian: "
    f"sudo apt-get install {' '.join(machine.HEADLESS_PACKAGES)}"
)


def main(arguments: Sequence[str]) -> int:
    """Run the checks and tests; returns their exit code. Raises Problem when they cannot be run at all.

    The last lines printed are pytest's own. A run of everything fails when the browser tests are skipped.
    """
    _, chosen = _options().parse_known_args(arguments)
    checkout = this_checkout()
    log = checkout.root / ".test"
    log.mkdir(exist_ok=True)
    place = _place(checkout)
    supervisor = Supervisor(log, Roll(place.data / "processes.json"), say)
    with interruptible():
        try:
            environment = _prepare(checkout, place, supervisor)
            sound = bool(chosen) or _checks(checkout, environment)
            tests = _pytest(checkout, environment, chosen)
        finally:
            with undisturbed():
                supervisor.stop()
                shutil.rmtree(place.data)
    return tests or (0 if sound else 1)


def _options() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="script/test",
        usage="script/test [PATH or pytest option ...]",
        description="Run all checks and tests on a private PostgreSQL and Redis. Everything they need is "
        "installed into this folder, as root also the system's packages. With paths or pytest's options only "
        "those tests are run, without the checks.",
    )


def _place(checkout: Checkout) -> Place:
    """A folder that is gone afterwards, with a short path for sockets, reachable for the servers' account."""
    folder = Path(tempfile.mkdtemp(prefix="kvalitet-test-", dir="/tmp"))
    folder.chmod(0o711)
    return Place(folder, folder / "sockets", service_account() if is_root() else None)


def _prepare(checkout: Checkout, place: Place, supervisor: Supervisor) -> dict[str, str]:
    progress, log = Progress(), supervisor.log("setup")
    gettext = [] if shutil.which("xgettext") else ["gettext"]  # reads the texts out of the sources
    servers.install_system_packages([*servers.system_packages(place), *gettext], progress, log)
    _browser(progress, log)
    packages = Packages(checkout, progress, log)
    packages.environment()
    packages.requirements("requirements-dev.txt")
    packages.assets()
    packages.translations()
    files = place.data / "files"  # what tests leave behind goes with it
    files.mkdir(mode=0o700)
    urls = servers.start(place, packages, supervisor, progress, postgres.FOR_TESTS)
    environment = {
        **os.environ,
        **urls,
        "PATH": f"{checkout.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "TMPDIR": str(files),
        "SECRET_KEY": secrets.token_urlsafe(50),
    }
    if not os.environ.get("DATABASE_URL"):
        environment["TEST_TEMPLATE"] = tables.made(checkout, environment, progress, log)
    return environment


def _browser(progress: Progress, log: Path) -> None:
    """A Chromium for a machine that has none. Each is tried apart: Ubuntu has them in another store only."""
    for packages in (machine.HEADLESS_PACKAGES, ("chromium",)):
        if machine.find_chromium() is None:
            servers.install_system_packages([*packages], progress, log)


def _checks(checkout: Checkout, environment: dict[str, str]) -> bool:
    """Run them beside each other; what they say is shown in their order. An interrupt ends them all."""
    begun: list[subprocess.Popen[str]] = []

    def told(command: tuple[str, ...]) -> str:
        """What a check that failed has said; nothing for one that passed."""
        process = subprocess.Popen(
            command,
            cwd=checkout.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        begun.append(process)
        said, _ = process.communicate()
        return (said or "It says nothing.") if process.returncode else ""

    progress, failed = Progress(), []
    beside = ThreadPoolExecutor(max_workers=2)
    try:
        running = {title: beside.submit(told, command) for title, command in CHECKS.items()}
        for title, check in running.items():
            with progress.step(title):
                remark = check.result()
            if remark:
                failed.append(title)
                progress.remark(f"{title} failed:\n{remark}")
    finally:
        beside.shutdown(wait=False, cancel_futures=True)
        for process in begun:
            process.terminate()
    if machine.find_chromium() is None:
        failed.append("Chromium")
        say(NO_CHROMIUM)
    if failed:
        say(f"\nFAILED before the tests: {', '.join(failed)}. The tests are run all the same.")
    return not failed


def _pytest(checkout: Checkout, environment: dict[str, str], chosen: Sequence[str]) -> int:
    # What is marked as a group goes to one worker, so that what its tests share is made once.
    parallel = [] if any(word.startswith("-n") for word in chosen) else ["-n", "2", "--dist", "loadgroup"]
    ours = [] if os.environ.get("DATABASE_URL") else ["--reuse-db"]  # it goes with the whole server
    command = ["python", "-m", "pytest", *parallel, *ours, *chosen]
    return subprocess.run(command, cwd=checkout.root, env=environment).returncode
