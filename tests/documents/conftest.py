"""Whoever writes: the handler of North is an author there too."""

import pytest

from tests.conftest import Town
from tests.factories import grant


@pytest.fixture
def town(town: Town) -> Town:
    """The small town, in which the handler writes for North."""
    grant(town.handler, "author", town.north)
    return town
