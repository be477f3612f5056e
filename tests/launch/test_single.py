"""At most one demo for each copy of the project."""

import subprocess
import sys
from pathlib import Path

import pytest

from script.launch.checkout import Problem, this_checkout
from script.launch.single import Single

RUNS = """
import sys, time
from pathlib import Path
from script.launch.interrupts import interruptible
from script.launch.single import Single
single = Single(Path(sys.argv[1]))
try:
    with single.held(), interruptible():
        single.announce("http://localhost:8000")
        print("up", flush=True)
        time.sleep(600)
except KeyboardInterrupt:
    pass
"""


@pytest.fixture
def other(tmp_path: Path):
    """Another process that runs this copy."""
    command = [sys.executable, "-c", RUNS, str(tmp_path)]
    with subprocess.Popen(command, cwd=this_checkout().root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        yield process
        process.kill()


def test_a_second_start_says_where_the_first_one_is(tmp_path, other):
    with pytest.raises(Problem, match="already running: http://localhost:8000"), Single(tmp_path).held():
        pytest.fail("both hold the lock")


def test_stopping_asks_the_running_one_and_waits_for_its_end(tmp_path, other):
    assert Single(tmp_path).running() == (other.pid, "http://localhost:8000")
    assert Single(tmp_path).stop()
    assert other.wait(timeout=5) == 0
    assert Single(tmp_path).running() == (0, "")


def test_a_killed_one_leaves_no_lock_behind(tmp_path, other):
    other.kill()
    other.wait()
    with Single(tmp_path).held():
        assert Single(tmp_path).running()[1] == ""


def test_stopping_what_does_not_run_is_no_error(tmp_path):
    assert not Single(tmp_path).stop()
