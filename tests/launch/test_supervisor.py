"""Programs are kept running, and all of them are stopped in order."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from script.launch.checkout import Problem, this_checkout
from script.launch.processes import Roll, identity, start

STAYS = "import time; time.sleep(600)"
SHRUGS = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(600)
"""

TELLS = """
import signal, time
def end(*_):
    time.sleep(0.2 if "%(name)s" != "database" else 0)
    open("order", "a").write("%(name)s ")
    raise SystemExit
signal.signal(signal.SIGTERM, end)
open("%(name)s.up", "w").close()
time.sleep(600)
"""


def test_a_crashed_program_is_started_again_and_the_crash_is_told(
    supervisor, program, watch_for, said, tmp_path
):
    counts = "open('starts', 'a').write('x'); import sys; sys.exit(3)"
    supervisor.start(program(counts, name="worker"))
    watch_for(2.5)
    assert (tmp_path / "starts").read_text() == "xx"
    assert said[0].startswith("The worker stopped (exit code 3); starting it again in 1 s.")
    assert said[1].startswith("The worker stopped (exit code 3); starting it again in 2 s.")


def test_a_killed_program_comes_back_as_another_process(supervisor, program, watch_for, said):
    supervisor.start(program(STAYS))
    first = supervisor.kept[0].process.pid
    os.kill(first, signal.SIGKILL)
    watch_for(1.8)
    assert supervisor.kept[0].process.pid != first
    assert supervisor.kept[0].process.poll() is None
    assert "SIGKILL" in said[0]


def test_a_program_in_its_pause_after_a_crash_can_be_stopped(supervisor, program, watch_for):
    supervisor.start(program("raise SystemExit(1)"))
    watch_for(0.7)
    supervisor.stop()
    assert supervisor.kept == []


def test_the_upper_layer_is_gone_before_the_lower_one_is_told(supervisor, program, tmp_path):
    for name, layer in (("database", 0), ("web", 1), ("worker", 1)):
        up = tmp_path / f"{name}.up"
        supervisor.start(program(TELLS % {"name": name}, name=name, layer=layer, ready=up.exists))
        supervisor.wait_ready(name)
    supervisor.stop()
    order = (tmp_path / "order").read_text().split()
    assert set(order) == {"web", "worker", "database"}
    assert order[-1] == "database"


def test_a_program_that_shrugs_off_its_signal_is_ended_by_force(supervisor, program, said):
    supervisor.start(program(SHRUGS, patience=0.3))
    process = supervisor.kept[0].process
    wait_for_line(supervisor.log("program"), "up")
    supervisor.stop()
    assert process.returncode == -signal.SIGKILL
    assert "did not stop within" in said[0]


def test_children_of_a_crashed_program_go_with_it(supervisor, program, watch_for, tmp_path, wait_until):
    forks = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('child', 'w').write(str(child.pid)); raise SystemExit(1)"
    )
    supervisor.start(program(forks))
    watch_for(0.7)
    child = int((tmp_path / "child").read_text())
    wait_until(lambda: identity(child) is None)


def test_a_program_that_ends_before_it_is_ready_shows_its_last_words(supervisor, program):
    supervisor.start(
        program("print('no space left'); raise SystemExit(2)", name="database", ready=lambda: False)
    )
    with pytest.raises(Problem, match=r"(?s)stopped at once \(exit code 2\).*no space left"):
        supervisor.wait_ready("database")


def test_a_program_that_never_answers_is_not_waited_for_forever(supervisor, program):
    supervisor.start(program(STAYS, ready=lambda: False))
    with pytest.raises(Problem, match="did not answer in time"):
        supervisor.wait_ready("program", patience=0.2)


def test_a_log_that_grew_long_is_put_aside(supervisor, program, tmp_path):
    log = supervisor.log("worker")
    log.write_bytes(b"x" * 6_000_000)
    supervisor.start(program(STAYS, name="worker"))
    assert log.stat().st_size == 0
    assert log.with_suffix(".old.log").stat().st_size == 6_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_kill_nine_of_the_supervisor_takes_its_programs_along(tmp_path, wait_until):
    source = f"""
import os, sys, time
from pathlib import Path
from script.launch.processes import Program, Roll
from script.launch.supervisor import Supervisor
folder = Path({str(tmp_path)!r})
supervisor = Supervisor(folder, Roll(folder / "processes.json"), print)
supervisor.start(Program("child", (sys.executable, "-c", {STAYS!r}), os.environ, folder))
print(supervisor.kept[0].process.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen(
        [sys.executable, "-c", source], cwd=this_checkout().root, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert identity(child)
        parent.kill()
    wait_until(lambda: identity(child) is None)
    assert Roll(tmp_path / "processes.json").end_leftovers() == []


def test_what_a_crash_left_running_is_ended_by_the_next_run(program, tmp_path):
    left = start(program(SHRUGS), tmp_path / "log")
    reaper = threading.Thread(target=left.wait)  # stands for init, which takes over orphans
    reaper.start()
    roll = Roll(tmp_path / "processes.json")
    roll.write({"worker": left.pid})
    wait_for_line(tmp_path / "log", "up")
    assert roll.end_leftovers(patience=0.3) == ["worker"]
    reaper.join(timeout=5)
    assert left.returncode == -signal.SIGKILL


def test_a_later_process_with_the_same_number_is_let_alone(program, tmp_path):
    other = start(program(STAYS), tmp_path / "log")
    roll = Roll(tmp_path / "processes.json")
    roll.file.write_text(f'{{"worker": [{other.pid}, "another boot 12345"]}}')
    assert roll.end_leftovers(patience=0.3) == []
    assert other.poll() is None
    other.kill()
    other.wait()


def wait_for_line(log: Path, line: str) -> None:
    deadline = time.monotonic() + 5
    while line not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
