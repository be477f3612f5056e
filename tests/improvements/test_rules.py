"""The plain statistical rules: when something falls, and what may be split."""

import random

import pytest

from improvements.selectors.rules import FEWEST, Group, Trend, by_chance, protected, trend


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        (0, 0, Trend.UNKNOWN),
        (9, 0, Trend.UNKNOWN),
        (0, 10, Trend.FALLING),
        (10, 0, Trend.RISING),
        (50, 50, Trend.STEADY),
        (40, 60, Trend.STEADY),  # happens by chance 6 times in 100
        (39, 61, Trend.FALLING),  # 3 or 4 times in 100
        (61, 39, Trend.RISING),
        (980, 1020, Trend.STEADY),
        (900, 1100, Trend.FALLING),
    ],
)
def test_it_rises_or_falls_only_when_chance_alone_would_seldom_part_them_so(now, before, found):
    assert trend(now, before) == found


def test_the_chance_is_that_of_tossing_a_coin():
    assert by_chance(1, 9) == pytest.approx(2 * (1 + 10) / 2**10)
    assert by_chance(5, 5) == 1.0
    assert by_chance(3, 8) == by_chance(8, 3)


def test_the_curve_goes_on_where_the_sum_ends():
    assert by_chance(470, 530) == pytest.approx(by_chance(471, 531), rel=0.02)
    assert by_chance(40_000, 60_000) < 1e-9


@pytest.mark.parametrize(
    ("groups", "shown", "together"),
    [
        ([], "", 0),
        ([("a", 30, 12), ("b", 8, 6)], "ab", 0),
        ([("a", 30, 12), ("b", 8, 6), ("c", 2, 2), ("d", 1, 1)], "a", 11),
        ([("a", 30, 12), ("b", 2, 2)], "", 32),
        ([("a", 3, 3), ("b", 2, 2)], "", 5),
        ([("a", 30, 12), ("b", 0, 0)], "a", 0),
    ],
)
def test_what_too_few_sent_stands_with_the_smallest_of_the_others(groups, shown, together):
    split = protected([Group(*one) for one in groups])
    assert "".join(group.key for group in split.shown) == shown
    assert split.together == together


@pytest.mark.parametrize("seed", range(50))
def test_no_group_of_too_few_can_be_found_by_taking_the_others_from_the_whole(seed: int):
    chance = random.Random(seed)
    groups = []
    for n in range(chance.randrange(9)):
        senders = chance.choice((0, 1, 2, 4, 5, 9))
        groups.append(Group(str(n), senders * chance.randint(1, 3), senders))
    split = protected(groups)
    assert all(group.senders >= FEWEST for group in split.shown)
    hidden = [group for group in groups if group.count and group not in split.shown]
    assert sum(group.count for group in hidden) == split.together
    assert len(hidden) != 1 or not split.shown, "the only one left out is the difference"
    if hidden and split.shown:
        assert max(group.senders for group in hidden) >= FEWEST
