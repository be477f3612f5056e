"""The checks before the tests: beside each other, told in their order, and ended at once by Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from script.launch import machine
from script.launch.suite import CHECKS

RUN = """
import os
from pathlib import Path
from script.launch.checkout import Checkout
from script.launch.interrupts import interruptible
from script.launch.suite import _checks
with interruptible():
    _checks(Checkout(Path.cwd()), dict(os.environ))
"""


def test_an_interrupt_begins_no_more_checks_and_waits_for_none(tmp_path: Path):
    begun = tmp_path / "begun"
    for name in {command[0] for command in CHECKS.values()}:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {name} >> {begun}\nexec sleep 5\n")
        program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with subprocess.Popen([sys.executable, "-c", RUN], env=environment, stderr=subprocess.DEVNULL) as run:
        until = time.monotonic() + 20
        while (not begun.exists() or len(begun.read_text().split()) < 2) and time.monotonic() < until:
            time.sleep(0.05)
        sent = time.monotonic()
        run.send_signal(signal.SIGINT)
        assert run.wait(30) != 0
    assert time.monotonic() - sent < 3
    assert len(begun.read_text().split()) == 2, "nothing is begun after it"


BROWSER = """
from pathlib import Path
from script.launch.progress import Progress
from script.launch.suite import _browser
_browser(Progress(), Path("log").absolute())
"""


@pytest.mark.skipif(not machine.can_install(), reason="only root on Debian or Ubuntu installs anything")
@pytest.mark.parametrize("there", [True, False])
def test_whoever_has_a_browser_does_not_wait_for_apt_each_time(tmp_path: Path, *, there: bool):
    """On Ubuntu the quicker one is not to be had: apt would be asked for it, in vain, by every run."""
    for name in ("apt-get", *(["google-chrome"] if there else [])):
        (tmp_path / name).write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/{name}.asked\n')
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    subprocess.run([sys.executable, "-c", BROWSER], env=environment, cwd=tmp_path, check=True)
    assert (tmp_path / "apt-get.asked").exists() != there
