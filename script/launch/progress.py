"""What a person sees while things are set up: one line for each step, with its seconds."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


class Progress:
    """Prints `  Name ...... 1.2 s` for each step, and remarks after the line they belong to."""

    def __init__(self) -> None:
        self._remarks: list[str] | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done inside; the line is finished also when it fails."""
        sys.stdout.write(f"  {name} {'.' * max(3, 44 - len(name))} ")
        sys.stdout.flush()
        start, self._remarks, end = time.monotonic(), [], "failed after "
        try:
            yield
            end = ""
        finally:
            say(f"{end}{time.monotonic() - start:.1f} s")
            for remark in self._remarks:
                say(f"    {remark}")
            self._remarks = None

    def remark(self, text: str) -> None:
        """Say something about the running step, below its line."""
        if self._remarks is None:
            say(f"    {text}")
        else:
            self._remarks.append(text)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns, the first one as their heads, each line indented by two."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(f"  {line.rstrip()}" for line in lines)
