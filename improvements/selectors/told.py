"""What may be told apart about a unit, so that holding several pages against each other tells no more.

Who takes the pages of the units below from the page of the one above is left with what lies in those whose
pages do not tell it, and in the upper unit itself. If too few people sent that, the upper page does not tell
it either. Parts of a tree overlap in no other way: what can be worked out at all is put together of such
rests. Pure: rows in, groups out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from improvements.selectors.rules import Group, protected
from qms.organisation.models import Unit

ALL = ""  # beside the sorts: all of them together
Sender = int | None  # those without a name may all be one

# path of a unit, sort, sender, how many cases
Row = tuple[str, str, Sender, int]


@dataclass
class _Branch:
    """A unit with everything below it, by sort: how many cases, whose, and whose of those that no page below
    tells."""

    numbers: Counter[str] = field(default_factory=Counter)
    senders: defaultdict[str, set[Sender]] = field(default_factory=lambda: defaultdict(set))
    rest: defaultdict[str, set[Sender]] = field(default_factory=lambda: defaultdict(set))

    def groups(self) -> list[Group]:
        """Its sorts."""
        return [self.group(sort) for sort in self.numbers if sort != ALL]

    def group(self, sort: str) -> Group:
        """One sort, or ALL."""
        return Group(sort, self.numbers[sort], len(self.senders[sort]), len(self.rest[sort]))

    def told(self) -> set[str]:
        """What its own page tells apart."""
        whole = self.group(ALL)
        told = {ALL} if whole.may_be_told else set()
        return told | ({group.key for group in protected(self.groups()).shown} if whole.is_split else set())

    def take_in(self, below: "_Branch") -> None:
        """Add a unit right below, whose page tells what it tells."""
        told = below.told()
        self.numbers.update(below.numbers)
        for sort, senders in below.senders.items():
            self.senders[sort] |= senders
            if sort not in told:
                self.rest[sort] |= below.rest[sort]


def whole_and_sorts(rows: Iterable[Row], path: str) -> tuple[Group, list[Group]]:
    """All cases in the unit at `path` ("": the top of all) and below together, and by sort."""
    branches: defaultdict[str, _Branch] = defaultdict(_Branch)
    for place, sort, sender, number in rows:
        branch = branches[place]
        for key in (sort, ALL):
            branch.numbers[key] += number
            branch.senders[key].add(sender)
            branch.rest[key].add(sender)
    for length in range(max(map(len, branches), default=0), len(path), -Unit.steplen):
        for place in [one for one in branches if len(one) == length]:
            branches[place[: -Unit.steplen]].take_in(branches[place])
    top = branches[path]
    return top.group(ALL), top.groups()
