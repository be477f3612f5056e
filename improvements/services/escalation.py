"""The duty to answer moves up the tree when a promise is not kept.

The first working day after the promised day the next manager above owes the answer too, and after each
further promise period the next one, up to the top. Whoever owed it before still does: all of them see it.
Everything owed follows from the promised day and from who has the duty now, not from what ran when. So a
scheduler that has stood still for three days makes up for each step once, and a second run does nothing.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from improvements.models import Improvement, Pause, UnitPromise
from improvements.workflow import ANSWER, ANSWER_ABOVE, RECEIVED
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.records.models import Task, Visibility
from qms.records.services import lock_records, move, task_open
from qms.workdays import add_working_days, is_working_day, working_days_between

# What managers above see by their role. Anything more closely kept than these is not spread by a clock.
SPREADS = (Visibility.PUBLIC, Visibility.INTERNAL, Visibility.RESTRICTED)


@dataclass(frozen=True)
class Tree:
    """Who heads the units and what they promise, by path: read once for a whole run."""

    heads: Mapping[str, int]
    promises: Mapping[str, int]

    @classmethod
    def read(cls) -> "Tree":
        """As it is now. Two queries."""
        headed = Unit.objects.filter(head__is_active=True).values_list("path", "head_id")
        promised = UnitPromise.objects.values_list("unit__path", "days")
        return cls({path: head for path, head in headed if head}, dict(promised))

    def chain(self, unit: Unit) -> list[int]:
        """The heads from `unit` up to the top, each once, the nearest first."""
        found = (self.heads.get(path) for path in unit.ancestor_paths)
        return list(dict.fromkeys(head for head in found if head))

    def days(self, unit: Unit) -> int:
        """Within how many working days `unit` promises an answer."""
        nearest = next((path for path in unit.ancestor_paths if path in self.promises), None)
        return self.promises[nearest] if nearest else settings.ANSWER_PROMISE_DAYS


def steps_owed(promised: date, today: date, days: int) -> int:
    """How many managers above owe the answer on `today`: one from the first working day after the
    promised one, one more after every `days` working days."""
    late = working_days_between(promised, today)
    return 1 + (late - 1) // days if late else 0


def above(chain: list[int], holder: int | None) -> list[int]:
    """Those of `chain` who come after the one who owes the answer; all of them when that is no head."""
    return chain[chain.index(holder) + 1 :] if holder in chain else chain


def duties_move_up(*, access: Access) -> int:
    """Move every duty that is owed further up and return how many steps were made.

    Nothing moves on a day when nobody works, nor while a clock is stopped.
    """
    today = timezone.localdate()
    if not is_working_day(today):
        return 0
    tree = Tree.read()
    return sum(_move_up(pk, tree, today, access) for pk in _owed(tree, today))


def _late(today: date) -> Any:
    paused = Pause.objects.running(today).filter(case=OuterRef("pk"))
    late = Improvement.objects.filter(state=RECEIVED, promised_by__lt=today, visibility__in=SPREADS)
    return late.filter(~Exists(paused)).select_related("unit").defer("search").order_by("pk")


def _owed(tree: Tree, today: date) -> list[int]:
    """The cases in which somebody does not have the duty yet. Two queries, whatever there is."""
    cases = list(_late(today))
    tasks: dict[int, list[Task]] = defaultdict(list)
    open_tasks = Task.objects.open().filter(
        kind__in=(ANSWER, ANSWER_ABOVE), record_id__in=[c.pk for c in cases]
    )
    for task in open_tasks.order_by("pk"):
        tasks[task.record_id].append(task)
    return [case.pk for case in cases if _missing(case, tasks[case.pk], tree, today)]


def _missing(case: Improvement, tasks: list[Task], tree: Tree, today: date) -> list[tuple[int, int]]:
    """(step, head) of those who owe the answer of `case` and do not know it yet."""
    holder = next((task.assignee_id for task in tasks if task.kind == ANSWER), None)
    owed = above(tree.chain(case.unit), holder)[: steps_owed(_promised(case), today, tree.days(case.unit))]
    have = {task.assignee_id for task in tasks}
    return [(step, head) for step, head in enumerate(owed, start=1) if head not in have]


def _promised(case: Improvement) -> date:
    return case.promised_by or timezone.localdate(case.created_at)


@transaction.atomic
def _move_up(pk: int, tree: Tree, today: date, access: Access) -> int:
    """Make the steps owed in one case, as it is now. Returns how many."""
    lock_records(pk)
    case = _late(today).filter(pk=pk).first()
    if case is None:
        return 0
    tasks = list(case.tasks.open().filter(kind__in=(ANSWER, ANSWER_ABOVE)).order_by("pk"))
    missing = _missing(case, tasks, tree, today)
    people = Person.objects.in_bulk([head for _step, head in missing])
    for step, head in missing:
        due = max(add_working_days(_promised(case), step * tree.days(case.unit)), today)
        move(record_id=pk, name="escalate", access=access, data={"to": people[head], "due": due})
    return len(missing)


def effect_escalate(
    record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """One more manager owes the answer."""
    to: Person = data["to"]
    task_open(record=record, kind=ANSWER_ABOVE, assignee=to, due=data["due"], access=access)
    return {"answers_too": to.name, "due": data["due"].isoformat()}
