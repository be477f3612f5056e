"""Who reviews a version, changed while it is reviewed: one more is asked, one who does not answer let off."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from documents.models import Review, Version
from documents.selectors.approvers import why_not_reviewer, why_not_second_answer
from documents.services.review import lets_see, turn_of
from documents.workflow.names import GO_ON, LOOK
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import Task
from qms.records.services import task_close, task_open

Data = Mapping[str, Any]


def effect_change_reviewers(
    record: Version, *, access: Access, comment: str, data: Data
) -> dict[str, Any] | None:
    """The `reviewers` are those whose answer is waited for from now on; answers given stand. Whoever is new
    has until `due`. When nobody is left to answer, the draft is its owner's again.
    """
    wanted: dict[int, Person] = {person.pk: person for person in data["reviewers"]}
    tasks = record.tasks.select_for_update(of=("self",)).open().filter(kind=LOOK, assignee__isnull=False)
    waiting = {task.assignee.pk: task for task in tasks.select_related("assignee") if task.assignee}
    if wanted.keys() == waiting.keys():
        raise RuleViolation(_("They have it already. Name somebody more, or take a name away."))
    answered = record.reviews.filter(round=record.round, answered_at__isnull=False)
    if not wanted and not answered.exists():
        raise RuleViolation(_("Name at least one who reviews it."), field="reviewer_1")
    _check_new(record, wanted, waiting)
    for pk in waiting.keys() - wanted.keys():
        _let_off(record, waiting[pk], access)
    new = [person for pk, person in wanted.items() if pk not in waiting]
    for person in new:
        Review.objects.get_or_create(
            version=record, round=record.round, reviewer=person, defaults={"reviewer_name": person.name}
        )
        lets_see(record, person)
        task_open(record=record, kind=LOOK, assignee=person, due=data["due"], access=access)
    _go_on(record, access, when=not wanted)
    names = [person.name for person in new]
    return {"reviewers": names, "due": data["due"].isoformat()} if new else None


def _check_new(record: Version, wanted: Mapping[int, Person], waiting: Mapping[int, Task]) -> None:
    for place, (pk, person) in enumerate(wanted.items(), start=1):
        if pk in waiting:
            continue
        if reason := why_not_second_answer(record, person) or why_not_reviewer(record, person):
            raise RuleViolation(reason, field=f"reviewer_{place}")


def _let_off(record: Version, task: Task, access: Access) -> None:
    """Somebody who has not answered need no longer: as if they had not been asked this time."""
    assert task.assignee is not None  # noqa: S101  those without anybody are not among them
    turn = turn_of(record, task.assignee)
    if turn.pk:
        turn.delete()
    task_close(task=task, access=access, outcome=Task.Outcome.DROPPED)


def _go_on(record: Version, access: Access, *, when: bool) -> None:
    """The owner goes on when all have answered, and waits when somebody is asked after that."""
    if when:
        task_open(record=record, kind=GO_ON, assignee=record.owner, due=record.due, access=access)
        return
    for task in record.tasks.open().filter(kind=GO_ON):
        task_close(task=task, access=access, outcome=Task.Outcome.DROPPED)
