"""script/demo --reset: deletes only what somebody has agreed to."""

import io
from pathlib import Path

import pytest

from script.launch import demo
from script.launch.checkout import Checkout


@pytest.mark.parametrize(
    ("answer", "is_deleted"), [("y\n", True), ("yes\n", True), ("\n", False), ("", False)]
)
def test_nothing_is_deleted_unless_somebody_says_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, is_deleted: bool
):
    checkout = Checkout(tmp_path)
    checkout.state.mkdir()
    monkeypatch.setattr(demo, "this_checkout", lambda: checkout)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))  # an empty one: nobody is there to be asked
    assert demo.main(["--reset"]) == (0 if is_deleted else 1)
    assert checkout.state.exists() is not is_deleted
