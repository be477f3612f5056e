"""What tests of duties that move up the tree share."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.conftest import Town
from tests.improvements.moments import at


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Monday 16 November 2026, eight in the morning."""
    with time_machine.travel(at("2026-11-16 08:00"), tick=False) as travelling:
        yield travelling


@pytest.fixture
def tall(town: Town) -> Town:
    """The town with a head at the top too."""
    town.kf.head = town.exec
    town.kf.save()
    return town
