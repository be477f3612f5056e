"""Running a command to its end, its output in a log that is shown when it fails."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from script.launch.accounts import Account, switch_to
from script.launch.checkout import Problem

LAST_LINES = 15


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    failure: str,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    typed: str = "",
    answer: Path | None = None,
) -> None:
    """Run a command in `folder`, with `typed` as its input and its output at the end of `log`.

    With `answer` only its errors go to the log; what it prints becomes that file.

    Raises Problem with `failure` and the last lines of the output when the command fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        start = output.tell()
        output.write(f"$ {' '.join(map(str, command))}\n".encode())
        output.flush()
        result = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            input=typed.encode(),
            stdout=subprocess.PIPE if answer else output,
            stderr=output,
            **switch_to(account),
        )
    if result.returncode:
        raise Problem(f"{failure}\n{last_words(log, start)}")
    if answer:
        answer.write_bytes(result.stdout)


def last_words(log: Path, start: int = 0) -> str:
    """The last lines a program wrote after byte `start` of its log, indented, and where to read the rest."""
    with log.open("rb") as written:
        written.seek(start)
        lines = written.read().decode(errors="replace").splitlines()[-LAST_LINES:]
    return "\n".join([*(f"    {line}" for line in lines), f"All of it: {log}"])
