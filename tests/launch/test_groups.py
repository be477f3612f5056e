"""Tests that share something costly are run by one worker, so that it is made once."""

import os

import pytest


@pytest.mark.xdist_group("launch-groups")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="run by one process, there is one worker")
def test_what_is_marked_as_a_group_goes_to_one_worker(request: pytest.FixtureRequest):
    assert request.node.nodeid.endswith("@launch-groups")  # which is what the scheduler goes by
