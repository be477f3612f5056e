"""The demo's data: tables, standards, municipality, and the list of sign-ins."""

import json
from dataclasses import dataclass
from pathlib import Path

from script.launch.checkout import Checkout
from script.launch.commands import run
from script.launch.progress import Progress
from script.launch.stamps import Stamps, fingerprint


@dataclass(frozen=True)
class Loading:
    """One management command, and the files it has to be run again for."""

    title: str
    command: str
    patterns: tuple[str, ...]


MIGRATIONS = ("requirements.txt", "*/migrations/*.py", "*/*/migrations/*.py")
LOADINGS = (
    Loading("Database tables", "migrate", MIGRATIONS),
    Loading("Standards", "load_standards", (*MIGRATIONS, "qms/standards/**/*.py", "qms/standards/**/*.json")),
    Loading(
        "Demo municipality",
        "demo",
        (*MIGRATIONS, "*/demo/*", "*/demo*.py", "qms/*/demo/*", "qms/*/demo*.py"),
    ),
)


# Said only of a database of the demo's own.
KEPT = (
    " If its data is of another version of the program: script/demo --reset deletes it, script/demo makes it"
    " anew."
)


class Data:
    """Loads what is missing; every command may be run twice, so a crash between them does no harm."""

    def __init__(
        self, checkout: Checkout, environment: dict[str, str], progress: Progress, log: Path
    ) -> None:
        self.checkout = checkout
        self.environment = environment
        self.progress = progress
        self.log = log
        self.stamps = Stamps(checkout.state / "stamps.json")

    def load(self, mark: str | None) -> list[dict[str, str]]:
        """Run the commands whose files changed since they last ran on the database with this mark.

        Without a mark the database is not ours, so nobody knows what became of it: all of them are run.
        Returns one sign-in for each role: role, name, email, password.
        """
        accounts = self.checkout.state / "accounts.json"
        for loading in LOADINGS:
            files = {path for pattern in loading.patterns for path in self.checkout.root.glob(pattern)}
            inputs = fingerprint(filter(Path.is_file, files), mark or "")
            if mark and self.stamps.current(loading.command, inputs):
                continue
            with self.progress.step(loading.title):
                self._manage(loading.command, advice=KEPT if mark else "")
                accounts.unlink(missing_ok=True)
                self.stamps.set(loading.command, inputs)
        if not accounts.exists():
            with self.progress.step("Sign-ins"):
                self._manage("demo", "--accounts", answer=accounts)
        listed: list[dict[str, str]] = json.loads(accounts.read_text())
        return listed

    def _manage(self, *words: str, answer: Path | None = None, advice: str = "") -> None:
        run(
            [self.checkout.python, "manage.py", *words],
            log=self.log,
            failure=f"manage.py {' '.join(words)} failed.{advice}",
            folder=self.checkout.root,
            environment=self.environment,
            answer=answer,
        )
