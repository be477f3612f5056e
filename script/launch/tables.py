"""The tables that every test database begins with: made once, copied for each worker, kept for the next run.

All migrations take longer than most tests. What they make is kept as a dump beside the logs, under a hash of
what made it; whatever the dump lacks, the migrations still add.
"""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from script.launch import postgres
from script.launch.checkout import Checkout
from script.launch.commands import run
from script.launch.progress import Progress
from script.launch.stamps import fingerprint


def made(checkout: Checkout, environment: Mapping[str, str], progress: Progress, log: Path) -> str:
    """Put all tables into the private database; its name, for the test databases to be copied from.

    Raises Problem when the migrations fail.
    """
    kept = checkout.root / ".test" / f"tables-{_fingerprint(checkout)}.sql"
    url = environment["DATABASE_URL"]
    with progress.step("Tables"):
        if not (kept.exists() and _restored(kept, url)):
            run(
                [str(checkout.python), "manage.py", "migrate", "--verbosity", "0"],
                log=log,
                failure="The database could not be migrated.",
                folder=checkout.root,
                environment=dict(environment),
            )
            _keep(kept, url)
    return postgres.NAME


def _fingerprint(checkout: Checkout) -> str:
    root = checkout.root
    migrations = [file for apps in ("", "qms/") for file in root.glob(f"{apps}*/migrations/*.py")]
    return fingerprint([*migrations, root / "requirements.txt", root / "qms" / "settings.py"])[:16]


def _restored(kept: Path, url: str) -> bool:
    """Whether the dump could be read in; one that cannot is made anew."""
    tool = _tool("psql")
    if tool is None:
        return False
    options = ["--quiet", "--no-psqlrc", "--single-transaction", "-v", "ON_ERROR_STOP=1"]
    command: list[str | Path] = [tool, *options, "-f", kept, url]
    return subprocess.run(command, capture_output=True).returncode == 0


def _keep(kept: Path, url: str) -> None:
    tool = _tool("pg_dump")
    if tool is None:
        return
    for old in kept.parent.glob("tables-*"):
        old.unlink()
    fresh = kept.with_suffix(".new")
    if subprocess.run([tool, "--no-owner", "-f", fresh, url], capture_output=True).returncode == 0:
        fresh.rename(kept)


def _tool(name: str) -> Path | None:
    """A program that came with the server, else one on the path."""
    found = [each.folder / name for each in postgres.installed() if (each.folder / name).is_file()]
    path = shutil.which(name)
    return next(iter(found), Path(path) if path else None)
