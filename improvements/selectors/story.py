"""A case as a story: what happened, why, what we do, whether it helped; each round by itself."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from improvements import workflow
from improvements.models import Action, Cause, EffectCheck, Improvement, Lane
from improvements.permissions import HANDLE
from improvements.selectors.actions import named
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.records.models import Decision


@dataclass(frozen=True)
class Why:
    """A cause, and what explains it."""

    cause: Cause
    whys: list["Why"] = field(default_factory=list)


@dataclass(frozen=True)
class Round:
    """One time round: what was found to be the causes, what was done about them, whether it helped."""

    number: int
    whys: list[Why]
    actions: list[Action]
    check: EffectCheck | None

    @property
    def has_root(self) -> bool:
        """Whether a root cause has been marked."""
        return any(_has_root(why) for why in self.whys)


def _has_root(why: Why) -> bool:
    return why.cause.is_root or any(_has_root(below) for below in why.whys)


def why_no_cause(record: Improvement, access: Access) -> RuleViolation | None:
    """Why `access` cannot work on the causes of `record` now, or None. Needs the record's unit loaded."""
    if not access.can(HANDLE, record):
        return NotYours(_("Only those who handle %(reference)s find out its causes.") % named(record))
    if record.lane != Lane.FULL or record.state != workflow.DOING:
        return RuleViolation(_("Causes are looked into while a case is handled in full."))
    return None


def rounds_of(record: Improvement, actions: Iterable[Action]) -> list[Round]:
    """The rounds of `record`, the present one last.

    Two queries once something has been decided (none on its page, which has read them), one more from the
    second round on.
    """
    if record.round == 1 and not record.lane:
        return [Round(1, [], _in_order(list(actions)), None)]  # nobody has decided anything yet
    causes: dict[int, list[Cause]] = defaultdict(list)
    for cause in record.causes.all():
        causes[cause.round].append(cause)
    checks = {check.round: check for check in record.checks.all()}
    begun = _beginnings(record)
    acted: dict[int, list[Action]] = defaultdict(list)
    for action in actions:
        acted[_round_at(action.created_at, begun)].append(action)
    return [
        Round(number, _tree(causes[number]), _in_order(acted[number]), checks.get(number))
        for number in range(1, record.round + 1)
    ]


def _beginnings(record: Improvement) -> list[tuple[datetime, int]]:
    """When each round after the first began."""
    if record.round == 1:
        return []
    decisions = Decision.objects.filter(record=record, details__has_key="round").order_by("at", "pk")
    return [(decision.at, decision.details["round"]) for decision in decisions]


def _round_at(moment: datetime, begun: list[tuple[datetime, int]]) -> int:
    return max((number for at, number in begun if at <= moment), default=1)


def _in_order(actions: list[Action]) -> list[Action]:
    """What is still to be done first, soonest first."""
    return sorted(actions, key=lambda action: (not action.is_open, action.due or date.max))


def tree_of(record: Improvement) -> list[Why]:
    """The causes of the present round. One query."""
    return _tree(list(record.causes.filter(round=record.round)))


def _tree(causes: list[Cause]) -> list[Why]:
    below: dict[int | None, list[Cause]] = defaultdict(list)
    for cause in causes:
        below[cause.parent_id].append(cause)

    def whys(parent: int | None) -> list[Why]:
        return [Why(cause, whys(cause.pk)) for cause in below[parent]]

    return whys(None)
