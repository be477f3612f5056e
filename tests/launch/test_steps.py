"""What a person reads while the steps are done."""

import pytest

from script.launch.checkout import Problem
from script.launch.commands import run
from script.launch.progress import Progress, table


def test_each_step_is_a_line_with_its_seconds_and_its_remarks_below(capsys):
    progress = Progress()
    with progress.step("Database"):
        progress.remark("The port is in use.")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("  Database ....")
    assert first.endswith(" s")
    assert second == "    The port is in use."


def test_a_failed_step_finishes_its_line(capsys):
    with pytest.raises(Problem), Progress().step("Database"):
        raise Problem("no")
    assert "failed after 0.0 s" in capsys.readouterr().out


def test_a_failed_command_is_told_with_its_last_lines_and_where_to_read_on(tmp_path):
    log = tmp_path / "logs" / "setup.log"
    run(["sh", "-c", "echo earlier"], log=log, failure="", folder=tmp_path)
    with pytest.raises(Problem) as caught:
        run(["sh", "-c", "seq 100; exit 1"], log=log, failure="It failed.", folder=tmp_path)
    lines = str(caught.value).splitlines()
    assert lines[0] == "It failed."
    assert lines[-2].strip() == "100"
    assert lines[-1] == f"All of it: {log}"
    assert "earlier" not in str(caught.value)


def test_the_answer_of_a_command_can_be_kept_apart_from_its_log(tmp_path):
    answer = tmp_path / "answer"
    command = ["sh", "-c", "echo answer; echo grumble >&2"]
    run(command, log=tmp_path / "log", failure="", folder=tmp_path, answer=answer)
    assert answer.read_text() == "answer\n"
    assert "grumble" in (tmp_path / "log").read_text()


def test_the_table_of_sign_ins_is_aligned():
    rows = [["Role", "Name"], ["employee", "Åsa"], ["it", "Björn Östlund"]]
    assert table(rows).splitlines() == [
        "  Role      Name",
        "  --------  -------------",
        "  employee  Åsa",
        "  it        Björn Östlund",
    ]
