"""Remembers what a step was last done with, so that it is done again only when its inputs differ."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """A hash over the files' paths and contents (a missing file counts as such) and the given words."""
    digest = hashlib.sha256("\0".join(words).encode())
    for file in sorted(files):
        digest.update(f"\0{file}\0".encode())
        digest.update(file.read_bytes() if file.is_file() else b"missing")
    return digest.hexdigest()


class Stamps:
    """Fingerprints by the name of a step, kept in one JSON file beside what the steps made."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def _read(self) -> dict[str, str]:
        try:
            content = json.loads(self.file.read_text())
        except (FileNotFoundError, ValueError):  # never written, or cut short by a crash: everything is due
            return {}
        return {str(key): str(value) for key, value in content.items()} if isinstance(content, dict) else {}

    def current(self, step: str, value: str) -> bool:
        """Whether the step was last done with this fingerprint."""
        return self._read().get(step) == value

    def set(self, step: str, value: str) -> None:
        """Remember that the step is done with this fingerprint."""
        written = {**self._read(), step: value}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(written, indent=1))
        fresh.replace(self.file)
