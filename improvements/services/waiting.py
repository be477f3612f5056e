"""Actions that wait for another one of the same case: none begins before what it needs is done.

Both belong to the same source, which every move of an action locks first. So what is asked here stays true
until the move is made, and nothing can come to wait for itself by two moves at once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from improvements.models import Action
from improvements.selectors.actions import named
from improvements.workflow import DONE, PLANNED, WAITING
from qms.exceptions import RuleViolation
from qms.organisation.access import Access, SystemAccess
from qms.records.services import move
from qms.workdays import add_working_days

Data = Mapping[str, Any]

SOON = 5  # working days for one whose own date passed while it waited


def moved_with(record_id: int) -> Iterable[int]:
    """Ids of those of the same source that wait for one: they begin, or wait again, when that one moves."""
    source = Action.objects.filter(pk=record_id).values("source_id")
    waiting = Action.objects.filter(source_id__in=source, after__isnull=False)
    ids: Iterable[int] = waiting.order_by().values_list("pk", flat=True)
    return ids


def effect_wait(record: Action, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It waits until another is done. Raises what `require_waitable` does."""
    after: Action = data["after"]
    require_waitable(record, after)
    record.after = after
    return {"after": after.reference}


def require_waitable(record: Action, after: Action) -> None:
    """Raise RuleViolation unless `record` (perhaps not saved yet) can wait for `after`: one of the same
    source that is still to be done and does not itself wait for it."""
    before = dict(Action.objects.filter(source_id=record.source_id).values_list("pk", "after_id"))
    open_ones = Action.objects.open().filter(source_id=record.source_id)
    if after.pk not in before or not open_ones.filter(pk=after.pk).exists():
        raise RuleViolation(_("Choose one that is still to be done in the same case."), field="after")
    step: int | None = after.pk
    while step:
        if step == record.pk:
            sentence = _("%(reference)s waits for this one already, so this one cannot wait for it.")
            raise RuleViolation(sentence % named(after), field="after")
        step = before.get(step)


def effect_begin(record: Action, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """A planner lets it begin though the other is not done; it does not wait for that one again."""
    record.after = None
    return _fresh_date(record)


def effect_let_go(record: Action, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """What it waited for is out of the way: it becomes its owner's task, who is told."""
    return _fresh_date(record)


def _fresh_date(record: Action) -> dict[str, Any]:
    """One whose date passed while it waited gets a new one, in the open."""
    today, before = timezone.localdate(), record.due
    if before is None or before >= today:
        return {}
    record.due = add_working_days(today, SOON)
    return {"from": before.isoformat(), "due": record.due.isoformat()}


def let_go_waiting(record: Action) -> None:
    """After `record` was done or dropped: those that waited for it begin.

    One that is dropped lets them go too: what waits for something that never comes would wait for ever.
    Their owners read which it was, and can drop theirs as well.
    """
    words = _("%(reference)s is done") if record.state == DONE else _("%(reference)s was dropped")
    _each(record, WAITING, "let_go", words % named(record))


def hold_waiting(record: Action) -> None:
    """After `record` was opened again: those that began when it was done wait again."""
    _each(record, PLANNED, "hold", _("%(reference)s was opened again") % named(record))


def _each(record: Action, state: str, name: str, why: str) -> None:
    held = Action.objects.filter(after_id=record.pk, state=state).order_by("pk")
    for pk in held.values_list("pk", flat=True):
        move(record_id=pk, name=name, access=SystemAccess(why))


def can_wait(record: Action) -> bool:
    """Whether there is another of the same source that it could wait for. One query."""
    return bool(candidates(record).exists())


def candidates(record: Action) -> Any:
    """Those of the same source that it could wait for, the soonest first."""
    others = Action.objects.open().filter(source_id=record.source_id).exclude(pk=record.pk)
    if record.after_id:
        others = others.exclude(pk=record.after_id)
    return others.order_by("due", "pk") if record.source_id else others.none()
