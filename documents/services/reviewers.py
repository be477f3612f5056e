"""Who reviews a version, changed while it is reviewed: one more is asked, one who does not answer let off."""

from collections.abc import Mapping
from datetime import date
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


def effect_change_reviewers(record: Version, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """The `reviewers` are those whose answer is waited for from now on; answers given stand. Whoever is new
    has until `due`. When nobody is left to answer, the draft is its owner's again. The decision keeps who
    was asked and who was let off.
    """
    wanted: list[Person] = list(dict.fromkeys(data["reviewers"]))
    tasks = record.tasks.select_for_update(of=("self",)).open().filter(kind=LOOK).order_by("pk")
    waiting = {task.assignee: task for task in tasks.select_related("assignee") if task.assignee}
    new = [person for person in wanted if person not in waiting]
    let_off = [person for person in waiting if person not in wanted]
    if not new and not let_off:
        raise RuleViolation(_("They have it already. Name somebody more, or take a name away."))
    answered = record.reviews.filter(round=record.round, answered_at__isnull=False)
    if not wanted and not answered.exists():
        raise RuleViolation(_("Name at least one who reviews it."), field="reviewer_1")
    for person in new:
        if reason := why_not_second_answer(record, person) or why_not_reviewer(record, person):
            raise RuleViolation(reason, field=f"reviewer_{wanted.index(person) + 1}")
    for person in let_off:
        _let_off(record, person, waiting[person], access)
    for person in new:
        _ask(record, person, data["due"], access)
    _go_on(record, access, when=not wanted)
    details: dict[str, Any] = {"let_off": [person.name for person in let_off]} if let_off else {}
    if new:
        details |= {"reviewers": [person.name for person in new], "due": data["due"].isoformat()}
    return details


def _ask(record: Version, person: Person, due: date, access: Access) -> None:
    """One more has a turn in this round, if not one that came to them before, and a task."""
    Review.objects.get_or_create(
        version=record, round=record.round, reviewer=person, defaults={"reviewer_name": person.name}
    )
    lets_see(record, person)
    task_open(record=record, kind=LOOK, assignee=person, due=due, access=access)


def _let_off(record: Version, person: Person, task: Task, access: Access) -> None:
    """Somebody who has not answered need no longer: as if they had not been asked this time."""
    turn = turn_of(record, person)
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
