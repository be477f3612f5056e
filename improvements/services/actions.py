"""Planning actions, and what follows when they are done, moved in time, dropped or opened again."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements import workflow
from improvements.models import Action, Improvement
from improvements.selectors.actions import holding, named, why_no_action
from improvements.selectors.promise import answer_by
from improvements.selectors.shown import shown_by
from improvements.services.dates import chosen_date, other_date
from improvements.services.handle import named_follow
from improvements.services.series import Rhythm, end_with, open_next, series_begin
from improvements.services.waiting import hold_waiting, let_go_waiting, require_waitable
from qms.exceptions import RuleViolation
from qms.organisation.access import Access, SystemAccess
from qms.organisation.models import Person
from qms.records.models import Follow, Record, Task
from qms.records.services import lock_records, move, record_create, record_locked, task_close, task_open
from qms.records.services.handover import owner_after
from qms.workdays import on_working_day

Data = Mapping[str, Any]


@transaction.atomic
def action_add(
    *,
    source_id: int,
    title: str,
    owner: Person,
    due: date,
    access: Access,
    description: str = "",
    after: Action | None = None,
    rhythm: Rhythm | None = None,
    evidence_required: bool = False,
    key: UUID | None = None,
) -> Action:
    """Plan an action that a record needs. It becomes a task of `owner`, who needs no other right.

    One that comes `after` another waits until that is done. With a `rhythm` the next one opens when one is
    done; its dates then fall on working days. With `evidence_required` a file or a link must show that it
    is done. What was planned with the same `key` (`qms.once.sent_key`) is returned.

    Raises Record.DoesNotExist when `access` does not see the source, NotYours without the right to
    change it, RuleViolation when it is closed, not assessed yet, the owner has left, or `after` or
    `rhythm` make no sense.
    """
    source = record_locked(source_id, access)
    if before := _planned_before(key):
        return before
    if reason := why_no_action(source, access):
        raise reason
    if not owner.is_active:
        raise RuleViolation(
            _("%(name)s has left. Choose somebody else.") % {"name": owner.name}, field="owner"
        )
    day = chosen_date({"due": due})
    action = Action(
        title=title.strip(),
        description=description.strip(),
        unit=source.unit,
        owner=owner,
        due=on_working_day(day) if rhythm else day,
        source=source,
        visibility=source.visibility,
        confidential_reason=source.confidential_reason,
        after=after,
        evidence_required=evidence_required,
        key=key,
    )
    if after:
        require_waitable(action, after)
    if rhythm:
        action.series = series_begin(rhythm, day, access)
    record_create(record=action, access=access, state=workflow.WAITING if after else "")
    if source.is_sealed:
        named_follow(record=action, source=source, access=access)
    Follow.objects.bulk_create([Follow(record=action, person=owner)], ignore_conflicts=True)
    if source.kind == Improvement.KIND:
        _not_finished(source, access)
    return action


def _planned_before(key: UUID | None) -> Action | None:
    """What was planned with that key. Whoever asks holds the source, so that of two at once one is first."""
    found: Action | None = None
    if key:
        found = Action.objects.select_related("owner", "after").filter(key=key).first()
    return found


def effect_done(record: Action, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """What was done and what shows it; what waited for it begins, and the next of its series opens.

    The last one done makes the case its owner's again. Raises RuleViolation without what must show it.
    """
    link = data.get("link", "")
    if record.evidence_required and not (link or data.get("attachments") or _is_shown(record, access)):
        raise RuleViolation(
            _("Add a file, a photo or a link that shows it: whoever planned this asked for it."),
            field="attachments",
        )
    record.outcome, record.outcome_link = comment, link
    let_go_waiting(record)
    following = open_next(record, access)
    _after_leaving(record, access)
    return _next_words(following)


def _is_shown(record: Action, access: Access) -> bool:
    """Whether whoever has it, or stands in for them and does it, hung a file on it since it was opened."""
    if record.owner_id is None:
        return False
    people = {record.owner_id}
    if access.person and record.owner_id in access.acts_for:
        people.add(access.person.pk)
    return bool(shown_by(record, people))


def _next_words(following: Action | None) -> dict[str, Any]:
    if following is None or following.due is None:
        return {}
    return {"next": following.reference, "next_due": following.due.isoformat()}


def effect_drop(record: Action, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """One that is no longer needed holds the case back no more, nor what waited for it.

    One of a series ends it, unless only this time is left out. When the case itself ends, all of its
    actions do.
    """
    if data.get("with_case"):
        end_with(record, access)
        return {}
    let_go_waiting(record)
    following = open_next(record, access) if data.get("goes_on") else None
    if not data.get("goes_on"):
        end_with(record, access)
    _after_leaving(record, access)
    return _next_words(following)


def effect_postpone(record: Action, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """A new date, kept with the old one in the decision."""
    before = record.due
    record.due = other_date(data, before)
    return {"from": before.isoformat() if before else "", "due": record.due.isoformat()}


def effect_reopen(record: Action, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It is to be done again, by a new date; what began after it waits again.

    It waits itself where what it needs is not done: one that was dropped while it waited does not begin so.
    Whose owner has left is somebody's who works here.
    """
    record.owner = owner_after(record, record.unit)
    record.due = chosen_date(data)
    record.outcome = record.outcome_link = ""
    if record.after and record.after.is_open:
        record.state = workflow.WAITING
    hold_waiting(record)
    source = _improvement_of(record)
    if source and not record.goes_on_by_itself:
        _not_finished(source, access)
    return {"due": record.due.isoformat()}


def guard_source_open(record: Action, access: Access) -> str | None:
    """A closed case has no open actions but those that go on by themselves: it is opened again first."""
    if record.source is None or record.source.is_open or record.goes_on_by_itself:
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
    if source is None or source.state != workflow.DOING or action.goes_on_by_itself:
        return
    if not holding(source.pk).exclude(pk=action.pk).exists():
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
