"""The demo's data: what is said when it cannot be loaded."""

from pathlib import Path

import pytest

from script.launch.checkout import Checkout, Problem
from script.launch.data import Data
from script.launch.progress import Progress


@pytest.mark.parametrize(("mark", "is_advised"), [("ours", True), (None, False)])
def test_data_that_cannot_be_carried_on_is_said_to_be_made_anew_only_where_it_is_ours(
    tmp_path: Path, mark: str | None, is_advised: bool
):
    checkout = Checkout(tmp_path)
    checkout.python.parent.mkdir(parents=True)
    checkout.python.write_text("#!/bin/sh\necho 'relation already exists'\nexit 1\n")
    checkout.python.chmod(0o700)
    with pytest.raises(Problem, match=r"migrate failed\.") as told:
        Data(checkout, {}, Progress(), tmp_path / "log").load(mark)
    assert "relation already exists" in str(told.value)
    assert ("--reset" in str(told.value)) is is_advised
