"""What waits for a person, and what they have done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.organisation.roles import MANAGER
from qms.records.kinds import personal_tasks
from qms.records.models import Record, Task
from qms.records.models.task import waits_for

DONE_DAYS = 30
DONE_SHOWN = 100


@dataclass(frozen=True)
class Group:
    """Tasks that fall in the same time, said in words."""

    label: str | Promise
    tone: str = ""
    tasks: list[Task] = field(default_factory=list)


@dataclass(frozen=True)
class Work:
    """A work list: the soonest tasks in groups, how many are late, whether there are more."""

    groups: list[Group]
    total: int
    late: int
    more: bool
    today: date

    @property
    def shown(self) -> int:
        """How many tasks the groups hold."""
        return sum(len(group.tasks) for group in self.groups)


def is_manager(access: Access) -> bool:
    """Whether the person manages any unit, and so has a team."""
    return bool(access.paths({MANAGER.key}))


def open_tasks(access: Access, *, team: bool = False) -> QuerySet[Task]:
    """The person's open tasks (and those the person stands in for), soonest first.

    With `team` also those of people whose home unit the person manages, where the person sees the record.
    Not what is asked of each person: who leads many would find nothing else, and has a figure of it.
    """
    mine = waits_for(access)
    if team and is_manager(access):
        units = Unit.objects.under(access.paths({MANAGER.key})).order_by().values("pk")
        seen = Record.objects.visible_to(access).order_by().values("pk")
        theirs = Q(assignee__home_unit_id__in=units) & Q(record_id__in=seen)
        mine |= theirs & ~Q(kind__in=personal_tasks())
    rows = Task.objects.open().filter(mine)
    return (
        rows.select_related("record__unit", "record__created_by", "assignee")
        .defer("record__search")
        .soonest_first()
    )


def work(access: Access, *, team: bool = False, limit: int = 25) -> Work:
    """The work list: at most `limit` tasks. Two queries, whatever there is."""
    today = timezone.localdate()
    rows = open_tasks(access, team=team)
    tasks = list(rows[: limit + 1])
    shown = tasks[:limit]
    # Soonest first: when the last one shown is not late, every late one is among them.
    counted = rows.order_by().count() if len(tasks) > limit else len(tasks)
    late = sum(1 for task in shown if task.due and task.due < today)
    if late == limit:
        late = rows.order_by().filter(due__lt=today).count()
    return Work(_grouped(shown, today), counted, late, len(tasks) > limit, today)


def _grouped(tasks: Iterable[Task], today: date) -> list[Group]:
    sunday = today + timedelta(days=6 - today.weekday())
    groups: list[tuple[Group, Callable[[date | None], bool]]] = [
        (Group(_("Overdue"), "danger"), lambda due: due is not None and due < today),
        (Group(_("Today")), lambda due: due == today),
        (Group(_("This week")), lambda due: due is not None and today < due <= sunday),
        (Group(_("Later")), lambda due: due is not None and due > sunday),
        (Group(_("No date")), lambda due: due is None),
    ]
    for task in tasks:
        next(group for group, fits in groups if fits(task.due)).tasks.append(task)
    return [group for group, _fits in groups if group.tasks]


def done_lately(access: Access) -> list[Task]:
    """What the person has done in the last 30 days, newest first, at most 100."""
    since = timezone.now() - timedelta(days=DONE_DAYS)
    rows = Task.objects.filter(
        closed_by=access.person, outcome=Task.Outcome.DONE, closed_at__gte=since
    ).filter(record_id__in=Record.objects.visible_to(access).order_by().values("pk"))
    return list(
        rows.select_related("record__unit").defer("record__search").order_by("-closed_at")[:DONE_SHOWN]
    )
