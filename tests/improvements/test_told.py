"""What several pages of figures, of units and periods, tell together: never what only a few people sent."""

import random
from collections import defaultdict

import pytest

from improvements.selectors.rules import FEWEST, protected
from improvements.selectors.told import Row, whole_and_sorts

TOP, NORTH, SOUTH, EAST = "0001", "00010001", "00010002", "00010003"


def tells(rows: list[Row], path: str, *earlier: list[Row]) -> set[str]:
    """The sorts that the page of a unit tells apart, of a period that adds `earlier` to shorter ones."""
    whole, sorts = whole_and_sorts([rows, *earlier], path)
    return {group.key for group in protected(sorts).shown} if whole.is_split else set()


def sent(path: str, sort: str, first: int, senders: int) -> list[Row]:
    """One case of a sort from each of so many senders, who are numbered from `first`."""
    return [(path, sort, senders, range(first, first + senders))]


def test_what_a_small_unit_sent_is_not_the_difference_between_its_sister_and_the_unit_above():
    large = [*sent(NORTH, "proposal", 0, 9), *sent(NORTH, "deviation", 20, 8), *sent(NORTH, "praise", 40, 7)]
    small = [*sent(SOUTH, "deviation", 60, 1), *sent(SOUTH, "praise", 61, 1)]
    assert tells(large, NORTH) == {"proposal", "deviation", "praise"}
    assert tells(small, SOUTH) == set()
    assert tells(large, TOP) == {"proposal", "deviation", "praise"}
    assert tells([*large, *small], TOP) == set(), "the small one's would be the difference"


def test_where_enough_people_sent_what_is_left_the_unit_above_is_split():
    large = [*sent(NORTH, "proposal", 0, 9), *sent(NORTH, "deviation", 20, 8), *sent(NORTH, "praise", 40, 7)]
    small = [*sent(SOUTH, "deviation", 60, 3), *sent(EAST, "deviation", 70, 2)]
    assert tells([*large, *small], TOP) == {"proposal", "deviation", "praise"}


def test_a_unit_that_is_not_split_because_of_one_below_is_not_the_difference_further_up():
    low, lower = NORTH + "0001", NORTH + "0002"
    rows = [
        *sent(low, "proposal", 0, 9), *sent(low, "deviation", 20, 8),
        *sent(lower, "proposal", 40, 2), *sent(lower, "deviation", 40, 2),
        *sent(SOUTH, "proposal", 50, 9), *sent(SOUTH, "deviation", 60, 8),
    ]  # fmt: skip
    assert tells(rows, low) == tells(rows, SOUTH) == {"proposal", "deviation"}
    assert tells(rows, NORTH) == tells(rows, TOP) == set()
    whole, _sorts = whole_and_sorts([rows], TOP)
    assert (whole.count, whole.senders, whole.rest, whole.may_be_told) == (38, 36, 2, False)


def test_what_a_few_sent_before_a_shorter_period_is_not_the_difference_to_the_longer_one():
    lately = [*sent(NORTH, "proposal", 0, 9), *sent(NORTH, "deviation", 20, 8), *sent(NORTH, "praise", 40, 7)]
    assert tells(lately, NORTH, sent(NORTH, "praise", 60, 5)) == {"proposal", "deviation", "praise"}
    few = sent(NORTH, "praise", 60, 1)
    assert "praise" not in tells(lately, NORTH, few)
    assert "praise" not in tells(lately, NORTH, [], few), "nor by way of a period between"
    assert "praise" in tells(lately, NORTH, few, sent(NORTH, "praise", 70, 5)), (
        "of which nothing is told then"
    )


def test_nor_is_it_the_difference_when_the_units_below_are_taken_away_too():
    low = NORTH + "0001"
    lately = [
        *sent(low, "proposal", 0, 9), *sent(low, "praise", 20, 8),
        *sent(NORTH, "proposal", 40, 7), *sent(NORTH, "praise", 50, 6),
    ]  # fmt: skip
    before = [*sent(low, "praise", 60, 6), *sent(low, "proposal", 70, 6)]
    assert tells(lately, NORTH) == tells(lately, low, before) == {"proposal", "praise"}
    assert tells(lately, NORTH, before) == {"proposal", "praise"}
    assert "praise" not in tells(lately, NORTH, [*before, *sent(NORTH, "praise", 80, 1)])


TREE = [TOP, NORTH, SOUTH, NORTH + "0001", NORTH + "0002", SOUTH + "0001", NORTH + "00010001"]


def by_chance(seed: int) -> list[Row]:
    """Up to 40 rows somewhere in the tree, each of three senders or fewer."""
    chance = random.Random(seed)
    return [
        (
            chance.choice(TREE),
            chance.choice(("deviation", "praise", "proposal")),
            chance.randint(3, 5),
            chance.choices((None, *range(1, 15)), k=3),
        )
        for _ in range(chance.randrange(40))
    ]


def senders_of(rows: list[Row]) -> set[int | None]:
    """Everybody who sent something of it."""
    return {sender for row in rows for sender in row[3]}


@pytest.mark.parametrize("seed", range(100))
def test_when_all_that_is_told_below_is_taken_away_nothing_is_left_or_from_enough(seed: int):
    rows = by_chance(seed)
    told = {path: tells(rows, path) for path in TREE}
    for path in TREE:
        for sort in told[path]:
            below = [one for one in TREE if one != path and one.startswith(path) and sort in told[one]]
            left = [row for row in rows if row[0].startswith(path) and row[1] == sort]
            left = [row for row in left if not row[0].startswith(tuple(below))]
            assert not left or len(senders_of(left)) >= FEWEST


@pytest.mark.parametrize("seed", range(100))
def test_when_a_shorter_period_is_taken_away_as_well_nothing_is_left_or_from_enough(seed: int):
    bands = [by_chance(seed), by_chance(seed + 1000), by_chance(seed + 2000)]
    told = [{path: tells(bands[0], path, *bands[1:to]) for path in TREE} for to in (1, 2, 3)]
    for longer, shorter in ((1, 0), (2, 0), (2, 1)):
        between = [row for band in bands[shorter + 1 : longer + 1] for row in band]
        both = {path: told[longer][path] & told[shorter][path] for path in TREE}
        for path in TREE:
            for sort in both[path]:
                below = tuple(
                    one for one in TREE if one != path and one.startswith(path) and sort in both[one]
                )
                left = [row for row in between if row[0].startswith(path) and row[1] == sort]
                left = [row for row in left if not row[0].startswith(below)]
                assert not left or len(senders_of(left)) >= FEWEST


@pytest.mark.parametrize("seed", range(100))
def test_nothing_is_counted_twice_and_nothing_left_out(seed: int):
    rows = by_chance(seed)
    for path in ("", *TREE):
        inside = [row for row in rows if row[0].startswith(path)]
        numbers: dict[str, int] = defaultdict(int)
        senders: dict[str, set] = defaultdict(set)
        for _path, sort, number, people in inside:
            numbers[sort] += number
            senders[sort].update(people)
        whole, sorts = whole_and_sorts([rows], path)
        assert (whole.count, whole.senders) == (sum(numbers.values()), len(senders_of(inside)))
        assert {g.key: (g.count, g.senders) for g in sorts} == {
            sort: (number, len(senders[sort])) for sort, number in numbers.items()
        }
