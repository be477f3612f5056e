"""Where things stand in one copy of the project."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


class Problem(Exception):
    """What the person at the keyboard has to know or do, as a sentence; ends the command with exit code 1."""


@dataclass(frozen=True)
class Checkout:
    """The folders of one copy of the project."""

    root: Path

    @property
    def venv(self) -> Path:
        """The virtual environment, used by demo and tests alike."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter inside the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def state(self) -> Path:
        """Everything a demo leaves behind: database, files, mail, logs, secret key."""
        return self.root / ".demo"

    @property
    def key(self) -> str:
        """Eight characters that differ from copy to copy, for names outside the copy's own folder."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:8]

    def packaged(self, pattern: str) -> Path | None:
        """A file or folder that an installed Python package brought, by its pattern in site-packages."""
        return next(iter(sorted(self.venv.glob(f"lib/python*/site-packages/{pattern}"))), None)


def this_checkout() -> Checkout:
    """The copy of the project that this file belongs to."""
    return Checkout(Path(__file__).resolve().parents[2])
