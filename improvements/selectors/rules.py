"""The plain statistical rules behind the figures. Pure: numbers in, words' keys out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, erf, sqrt

FEWEST = 5  # senders; fewer could be recognised in a split
CHANCE = 0.05  # a difference that chance alone gives more rarely than this is one
JUDGED = 10  # cases; with fewer in both years together nobody can tell a trend
EXACT = 1000  # up to so many cases the chance is summed exactly, above it the normal curve is as good


class Trend(StrEnum):
    """Whether more or fewer come than the year before."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    UNKNOWN = "unknown"


def trend(now: int, before: int) -> Trend:
    """Whether `now` cases in four quarters differ from `before` in the four before them by more than chance.

    If nothing had changed, each of all the cases would as likely have come in the one year as in the
    other. How often would chance alone then part them as unevenly as this, or more so? Under 5 times in
    100, it is called rising or falling.
    """
    if now + before < JUDGED:
        return Trend.UNKNOWN
    if by_chance(now, before) >= CHANCE:
        return Trend.STEADY
    return Trend.RISING if now > before else Trend.FALLING


def by_chance(now: int, before: int) -> float:
    """How likely chance alone parts `now` + `before` cases as unevenly as this or more (two-sided)."""
    total, fewer = now + before, min(now, before)
    if total <= EXACT:
        share: float = sum(comb(total, k) for k in range(fewer + 1)) / 2**total
    else:
        share = (1 + erf((fewer + 0.5 - total / 2) / sqrt(total / 2))) / 2
    return min(2 * share, 1.0)


@dataclass(frozen=True)
class Group:
    """One part of a split: how many cases, from how many senders; `rest` of them sent what is left when all
    that is told elsewhere about the units below is taken away."""

    key: str
    count: int
    senders: int
    rest: int = 0

    @property
    def is_split(self) -> bool:
        """Whether enough people sent something for it to be split at all."""
        return self.senders >= FEWEST

    @property
    def may_be_told(self) -> bool:
        """Whether nobody can be recognised in it, nor in what it lets others work out."""
        return self.is_split and (not self.rest or self.rest >= FEWEST)


@dataclass(frozen=True)
class Split:
    """What of a split may be shown, and how many cases stand together because too few sent them."""

    shown: tuple[Group, ...]
    together: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing but the whole may be told."""
        return not self.shown


def protected(groups: Sequence[Group]) -> Split:
    """The split without groups in which a sender could be recognised, in the order given.

    A group with fewer than `FEWEST` senders (or so few in its rest) is not told apart. So that it cannot be
    found by taking the others from the whole, the smallest of the others goes with it.
    """
    some = [group for group in groups if group.count]
    shown = [group for group in some if group.may_be_told]
    if len(shown) < len(some) and shown:
        shown.remove(min(shown, key=lambda group: group.count))
    left = sum(group.count for group in some) - sum(group.count for group in shown)
    return Split(tuple(shown), left)
