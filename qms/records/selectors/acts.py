"""What can be done with a record now: by this person, by whom else, and why not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from qms.organisation.access import Access
from qms.organisation.selectors import Holder, nearest_holders
from qms.planned import PlannedRows
from qms.records.kinds import kinds
from qms.records.models import Record, Task
from qms.records.services.moves import Answers, Refusal, any_of, read_token, refusal
from qms.records.workflow import Transition
from qms.ui.components import WhyNot
from qms.ui.dates import day_text

NAMES = 3  # so many people are named as those who can


@dataclass(frozen=True)
class Act:
    """A button: a transition that this person can make now.

    `direct` ones ask for nothing and are sent from the page itself.
    """

    transition: Transition
    url: str
    direct: bool


@dataclass(frozen=True)
class Way:
    """A button that leads to the page on which something that waits for this person is done."""

    label: str
    icon: str
    url: str


@dataclass(frozen=True)
class Now:
    """What waits with a record and what can be done. `mine` says whether it waits for this person;
    `due` stands beside the heading where that does not say it. `acts` are in sight, `more` lie folded
    beneath them, unfolded already where one of them is `chosen`. `hand_over_url` is where the person gives
    what waits to somebody else; empty when nothing waits for them. `ways` lead to what waits for them and is
    done on a page of its own; they come first unless one of the acts does."""

    heading: str
    mine: bool
    due: date | None
    acts: list[Act]
    reasons: list[WhyNot]
    more: list[Act]
    chosen: bool = False
    hand_over_url: str = ""
    ways: tuple[Way, ...] = ()

    @property
    def begins_with_act(self) -> bool:
        """Whether the first button is an act's."""
        return any(act.transition.primary for act in self.acts[:1])


def asks_for_nothing(record: Record, transition: Transition) -> bool:
    """Whether a transition has no form: neither a comment nor fields of the app's own."""
    has_form = transition.name in record.kind_offer.move_forms
    return not (transition.comment_required or transition.comment_label or has_form)


def offered(record: Record) -> Iterator[Transition]:
    """The steps that make sense with `record` (the child) as it is, whoever may take them."""
    kind = record.kind_offer
    for transition in kind.workflow.leaving(record.state):
        arises = kind.arises.get(transition.name)
        if not transition.hidden and (arises is None or arises(record)):
            yield transition


def now(record: Record, access: Access, chosen: str = "") -> Now:
    """What waits with `record` and what `access` can do; `chosen` names the transition they were about to
    make. Two queries and those of the app's guards."""
    acts: list[Act] = []
    refused: list[tuple[Transition, Refusal]] = []
    answers: Answers = {}
    for transition in offered(record):
        found = refusal(record, transition, access, answers)
        if found:
            refused.append((transition, found))
        else:
            query = {"read": read_token(record)} if transition.as_read else None
            url = reverse("records:move", args=[record.reference, transition.name], query=query)
            acts.append(Act(transition, url, asks_for_nothing(record, transition)))
    in_sight, more = _folded(sorted(acts, key=lambda act: not act.transition.primary))
    tasks = _waiting(record, access)
    asked = next((task for task in tasks if task.assignee_id in access.acts_for), None)
    # What is asked of each person is answered on the app's own part of the page, by none of these steps.
    steps = [task for task in tasks if not _is_personal(record, task)]
    mine = next((task for task in steps if task.assignee_id in access.acts_for), None)
    # What another unit is asked about the record does not hold it up.
    waiting = mine or next((task for task in steps if task.unit_id is None), None)
    return Now(
        heading=_heading(record, waiting, mine=mine is not None),
        mine=asked is not None,
        due=waiting.due if waiting and not _says_when(waiting, mine=mine is not None) else None,
        acts=in_sight,
        reasons=_reasons(record, refused, tasks, access),
        more=more,
        chosen=any(act.transition.name == chosen for act in more),
        hand_over_url=_hand_over_url(record, mine),
        ways=_ways(record, [task for task in steps if task.assignee_id in access.acts_for]),
    )


def _ways(record: Record, tasks: list[Task]) -> tuple[Way, ...]:
    """Where those of these tasks are done that no step does; one that several are asked for stands once."""
    specs = dict.fromkeys(spec for task in tasks if (spec := record.kind_offer.task(task.kind)) and spec.page)
    return tuple(
        Way(str(spec.button), spec.icon, reverse(spec.page, args=[record.reference])) for spec in specs
    )


def _folded(acts: list[Act]) -> tuple[list[Act], list[Act]]:
    """Those in sight, and the rare ones beneath them. A fold of one act alone, or of all, would only hide."""
    rare = [act for act in acts if act.transition.rare]
    usual = [act for act in acts if not act.transition.rare]
    return (usual, rare) if usual and len(rare) > 1 else (acts, [])


def _waiting(record: Record, access: Access) -> list[Task]:
    """Its open tasks, soonest first, without what is asked of each person, of others: thousands may be."""
    tasks = _waiting_of(record.kind).fetch(record.pk, access.person.pk if access.person else None)
    for task in tasks:
        task.record = record
    return tasks


@cache
def _waiting_of(kind: str) -> PlannedRows[Task]:
    personal = [spec.kind for spec in kinds[kind].task_specs if spec.personal]

    def ask(record: int, person: int) -> QuerySet[Task]:
        tasks = Task.objects.filter(record=record).open().select_related("assignee").soonest_first()
        return tasks.filter(~Q(kind__in=personal) | Q(assignee=person)) if personal else tasks

    return PlannedRows(ask, 2)


def _is_personal(record: Record, task: Task) -> bool:
    spec = record.kind_offer.task(task.kind)
    return spec is not None and spec.personal


def _hand_over_url(record: Record, mine: Task | None) -> str:
    if mine is None:
        return ""
    return reverse("records:hand_over", args=[record.reference, mine.pk])


def _says_when(task: Task, *, mine: bool) -> bool:
    """Whether the heading holds the day: mine, with words for it, and not late."""
    spec = task.record.kind_offer.task(task.kind)
    late = task.due is not None and task.due < timezone.localdate()
    return mine and spec is not None and bool(spec.expected) and not late


def _heading(record: Record, task: Task | None, *, mine: bool) -> str:
    if task is None:
        return _("What can be done now") if record.is_open else _("Nothing more is expected")
    if not mine:
        if task.assignee is None:
            return _("Nobody has this yet")
        return _("Waiting for %(name)s") % {"name": task.assignee.name}
    spec = record.kind_offer.task(task.kind)
    if spec and spec.expected:
        return _when(str(spec.expected), task.due)
    return _("Your turn: %(task)s") % {"task": str(spec.label if spec else task.kind).lower()}


def _when(expected: str, due: date | None) -> str:
    """ "Your answer is expected" with the day in words; a late one says so on the date beside it."""
    days = (due - timezone.localdate()).days if due else -1
    if due is None or days < 0:
        return expected
    if days == 0:
        return _("%(expected)s today") % {"expected": expected}
    if days == 1:
        return _("%(expected)s tomorrow") % {"expected": expected}
    return _("%(expected)s by %(day)s") % {"expected": expected, "day": day_text(due)}


def _reasons(
    record: Record, refused: list[tuple[Transition, Refusal]], tasks: list[Task], access: Access
) -> list[WhyNot]:
    """Lines for what is held back; acts with the same reason share one."""
    roles = frozenset().union(*(t.action.roles for t, found in refused if not found.yours))
    holders = nearest_holders(roles, record.unit) if roles else []
    lines: dict[tuple[str, str, str], list[str]] = {}
    for transition, found in refused:
        sentence = found.sentence
        if not found.yours:
            who = _who(record, transition, tasks, holders, access)
            if not who and not transition.action.roles:
                continue  # only the sender could, and the sender is not known
            four_eyes = access.can(transition.action, record)
            sentence = _who_does(who, four_eyes=four_eyes) if who else sentence
        lines.setdefault((sentence, found.url, found.link), []).append(str(transition.label))
    return [WhyNot(f"{capfirst(', '.join(labels))}:", *held_back) for held_back, labels in lines.items()]


def _who(
    record: Record, transition: Transition, tasks: list[Task], holders: Iterable[Holder], access: Access
) -> list[str]:
    """Names of those who can, the nearest first."""
    action = transition.action
    taking_part = (
        *(task.assignee for task in tasks if task.kind == action.task),
        record.created_by if action.author else None,
        record.owner if action.owner else None,
    )
    able = {person.pk: person.name for person in taking_part if person and person.is_active}
    for holder in holders:
        if holder.role in action.roles:
            able.setdefault(holder.person_id, holder.name)
    return [name for person_id, name in able.items() if person_id not in access.acts_for][:NAMES]


def _who_does(names: list[str], *, four_eyes: bool) -> str:
    if four_eyes:
        return _("nobody decides on their own. %(names)s can do it.") % {"names": any_of(names)}
    return _("%(names)s does this.") % {"names": any_of(names)}
