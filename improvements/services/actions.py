"""Planning actions, and what follows when they are done, moved in time, dropped or opened again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements import workflow
from improvements.models import Action, Improvement
from improvements.selectors.actions import named, why_no_action
from improvements.selectors.promise import answer_by
from improvements.services.dates import chosen_date
from improvements.services.handle import named_follow
from qms.exceptions import RuleViolation
from qms.organisation.access import Access, SystemAccess
from qms.organisation.models import Person
from qms.records.models import Follow, Record, Task
from qms.records.services import lock_records, move, record_create, record_locked, task_close, task_open

Data = Mapping[str, Any]


@transaction.atomic
def action_add(
    *, source_id: int, title: str, owner: Person, due: date, access: Access, description: str = ""
) -> Action:
    """Plan an action that a record needs. It becomes a task of `owner`, who needs no other right.

    Raises Record.DoesNotExist when `access` does not see the source, NotYours without the right to
    change it, RuleViolation when it is closed, not assessed yet, or the owner has left.
    """
    source = record_locked(source_id, access)
    if reason := why_no_action(source, access):
        raise reason
    if not owner.is_active:
        raise RuleViolation(
            _("%(name)s has left. Choose somebody else.") % {"name": owner.name}, field="owner"
        )
    action = Action(
        title=title.strip(),
        description=description.strip(),
        unit=source.unit,
        owner=owner,
        due=chosen_date({"due": due}),
        source=source,
        visibility=source.visibility,
        confidential_reason=source.confidential_reason,
    )
    record_create(record=action, access=access)
    if source.is_sealed:
        named_follow(record=action, source=source, access=access)
    Follow.objects.bulk_create([Follow(record=action, person=owner)], ignore_conflicts=True)
    if source.kind == Improvement.KIND:
        _not_finished(source, access)
    return action


def effect_done(record: Action, *, access: Access, comment: str, data: Data) -> None:
    """The last one done makes the case its owner's again."""
    _after_leaving(record, access)


def effect_drop(record: Action, *, access: Access, comment: str, data: Data) -> None:
    """One that is no longer needed holds the case back no more (unless the case itself ends)."""
    if not data.get("with_case"):
        _after_leaving(record, access)


def effect_postpone(record: Action, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """A new date, kept with the old one in the decision."""
    before = record.due
    record.due = chosen_date(data)
    return {"from": before.isoformat() if before else "", "due": record.due.isoformat()}


def effect_reopen(record: Action, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It is to be done again, by a new date."""
    record.due = chosen_date(data)
    source = _improvement_of(record)
    if source:
        _not_finished(source, access)
    return {"due": record.due.isoformat()}


def guard_source_open(record: Action, access: Access) -> str | None:
    """A closed case has no open actions: it is opened again first."""
    if record.source is None or record.source.is_open:
        return None
    return _("It belongs to %(reference)s, which is closed. Open that again first.") % named(record.source)


def drop_open_actions(source: Improvement, *, access: Access, reason: str) -> None:
    """Drop what is still to be done for a case that ends. Those who had it are told why.

    Whoever ends the case need not have the right to each action, so the system drops them in their name.
    """
    behind = SystemAccess(_("%(name)s, %(reference)s") % {"name": access.name, **named(source)})
    open_ones = Action.objects.open().filter(source_id=source.pk).order_by("pk")
    # Read again once they are locked: one done just now would still look open.
    lock_records(*open_ones.values_list("pk", flat=True))
    for action in open_ones:
        move(record_id=action.pk, name="drop", access=behind, comment=reason, data={"with_case": True})


def _improvement_of(action: Action) -> Record | None:
    source = action.source
    return source if source and source.kind == Improvement.KIND else None


def _after_leaving(action: Action, access: Access) -> None:
    """When no action of the case is open any more, its owner is asked to finish it.

    A move of an action locks its case, so of two last ones done at once the second sees the first.
    """
    source = _improvement_of(action)
    if source is None or source.state != workflow.DOING:
        return
    others = Action.objects.open().filter(source_id=source.pk).exclude(pk=action.pk)
    if not others.exists():
        due = answer_by(source.unit, timezone.localdate())
        _instead(source, workflow.CARRY_OUT, workflow.FINISH, due, access)


def _not_finished(source: Record, access: Access) -> None:
    """There is something left to do: the case is to be seen through again."""
    if source.tasks.open().filter(kind=workflow.FINISH).exists():
        _instead(source, workflow.FINISH, workflow.CARRY_OUT, source.due, access)


def _instead(source: Record, before: str, after: str, due: date | None, access: Access) -> None:
    """Replace the case's open task of one kind by another of the same person."""
    waiting = source.tasks.select_for_update(of=("self",)).open().filter(kind=before)
    assignees = [task.assignee for task in waiting.select_related("assignee")] or [source.owner]
    for task in waiting:
        task_close(task=task, access=access, outcome=Task.Outcome.DROPPED)
    for assignee in assignees:
        task_open(record=source, kind=after, assignee=assignee, due=due, access=access)
