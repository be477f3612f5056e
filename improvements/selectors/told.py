"""What may be told apart about a unit, so that holding several pages against each other tells no more.

Who takes the pages of the units below from the page of the one above is left with what lies in those whose
pages do not tell it, and in the upper unit itself. Who takes a shorter period from a longer one is left with
what came before the shorter; who does both, with what of that lies where a page does not tell it in both. If
too few people sent what is left, the upper page, or that of the longer period, does not tell it either. Parts
of a tree, and periods that end on the same day, overlap in no other way: what can be worked out at all is put
together of such rests. Pure: rows in, groups out.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from improvements.selectors.rules import Group, protected
from qms.organisation.models import Unit

ALL = ""  # beside the sorts: all of them together
Sender = int | None  # those without a name may all be one

# path of a unit, sort, how many cases, who sent them (some more than one)
Row = tuple[str, str, int, Collection[Sender]]
_Senders = defaultdict[str, set[Sender]]  # by sort


def _nobody() -> _Senders:
    return defaultdict(set)


@dataclass
class _Branch:
    """A unit with everything below it, by sort: how many cases, whose, and whose of those that no page below
    tells. `before` each shorter period: what the unit's page tells in that one, and who sent what came before
    it and no page below tells in both."""

    numbers: Counter[str] = field(default_factory=Counter)
    senders: _Senders = field(default_factory=_nobody)
    rest: _Senders = field(default_factory=_nobody)
    before: list[tuple[set[str], _Senders]] = field(default_factory=list)

    def groups(self) -> list[Group]:
        """Its sorts."""
        return [self.group(sort) for sort in self.numbers if sort != ALL]

    def group(self, sort: str) -> Group:
        """One sort, or ALL."""
        rests = [self.rest[sort], *(senders[sort] for told, senders in self.before if sort in told)]
        least = min((len(rest) for rest in rests if rest), default=0)
        return Group(sort, self.numbers[sort], len(self.senders[sort]), least)

    def told(self) -> set[str]:
        """What its own page tells apart."""
        whole = self.group(ALL)
        told = {ALL} if whole.may_be_told else set()
        return told | ({group.key for group in protected(self.groups()).shown} if whole.is_split else set())

    def add(self, rows: Iterable[Row], periods_after: int) -> None:
        """Add what came here itself, before so many of the shorter periods."""
        for _place, sort, number, people in rows:
            for key in (sort, ALL):
                self.numbers[key] += number
                self.senders[key].update(people)
                self.rest[key].update(people)
                for _told, senders in self.before[:periods_after]:
                    senders[key].update(people)

    def take_in(self, below: "_Branch") -> None:
        """Add a unit right below, whose page tells what it tells."""
        told = below.told()
        self.numbers.update(below.numbers)
        for sort, senders in below.senders.items():
            self.senders[sort] |= senders
            if sort not in told:
                self.rest[sort] |= below.rest[sort]
            for (_told, mine), (told_then, theirs) in zip(self.before, below.before, strict=True):
                if sort not in told or sort not in told_then:
                    mine[sort] |= theirs[sort]


def whole_and_sorts(bands: Sequence[Iterable[Row]], path: str) -> tuple[Group, list[Group]]:
    """All cases in the unit at `path` ("": the top of all) and below together, and by sort.

    `bands`: what came in the shortest of the periods that pages tell, then what each longer one adds, up to
    the one that is asked about.
    """
    placed = [_by_place(band, path) for band in bands]
    told: list[Mapping[str, set[str]]] = []
    while True:
        branches = _branches(placed[: len(told) + 1], told, path)
        if len(told) + 1 >= len(placed):
            return branches[path].group(ALL), branches[path].groups()
        told.append({place: branch.told() - {ALL} for place, branch in branches.items()})


def _by_place(rows: Iterable[Row], path: str) -> Mapping[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[0].startswith(path):
            found[row[0]].append(row)
    return found


def _branches(
    placed: Sequence[Mapping[str, list[Row]]], told: Sequence[Mapping[str, set[str]]], path: str
) -> dict[str, _Branch]:
    """The unit at `path` and those below it, in the period of all of `placed`, where the shorter periods tell
    what was `told`."""
    places = {path}
    for place in {place for band in placed for place in band}:
        places |= {place[:length] for length in range(len(path), len(place) + 1, Unit.steplen)}
    branches = {
        place: _Branch(before=[(then.get(place, set()), _nobody()) for then in told]) for place in places
    }
    for shorter, band in enumerate(placed):
        for place, rows in band.items():
            branches[place].add(rows, shorter)
    for place in sorted(places - {path}, key=len, reverse=True):
        branches[place[: -Unit.steplen]].take_in(branches[place])
    return branches
