"""What a unit answers: yes, we do it; we do it already; not for us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from improvements import workflow
from improvements.models import MOST_WORD, Category, Improvement, SpreadQuestion
from improvements.selectors.promise import promise_for
from improvements.selectors.spread import adopted_count, tasks_of, why_no_answer
from improvements.services.spread import question_save
from improvements.workflow import noted
from qms.exceptions import RuleViolation, StaleEdit
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import LinkType, Task
from qms.records.services import (
    decision_note,
    move,
    record_create,
    record_locked,
    record_owner_set,
    task_close,
    tie,
)

Answer = SpreadQuestion.Answer
NOTED: Mapping[str, str] = {
    Answer.ADOPTED: noted.ADOPTED,
    Answer.ALREADY: noted.ALREADY,
    Answer.NOT_FOR_US: noted.NOT_FOR_US,
}


@dataclass(frozen=True)
class Plan:
    """Who sees to it that the unit does it too, and by when."""

    owner: Person
    due: date


@transaction.atomic
def spread_answer(
    *,
    question_id: int,
    answer: str,
    access: Access,
    said: str = "",
    plan: Plan | None = None,
    seen: datetime | None = None,
) -> SpreadQuestion:
    """Answer for the unit that was asked, or change what it has answered. Returns the question.

    *Yes* opens a case of the unit's own in the same act: with owner and date, decided on, and tied to the one
    it is taken over from. The others leave an own case that was opened before as it is. `seen` is when the
    answer that was before the person's eyes was given.

    Raises SpreadQuestion.DoesNotExist and Record.DoesNotExist for what is not there or not seen, NotYours for
    those who do not answer for the unit, StaleEdit when somebody else has answered meanwhile, RuleViolation
    for a missing reason, way or plan.
    """
    record_id = SpreadQuestion.objects.values_list("record_id", flat=True).get(pk=question_id)
    record: Improvement = record_locked(record_id, access)  # type: ignore[assignment]
    question = SpreadQuestion.objects.select_related("unit", "own_case").get(pk=question_id)
    if refused := why_no_answer(question, access):
        raise refused
    _still_as_seen(question, seen)
    said = " ".join(said.replace("\x00", "").split())
    _check(answer, said)
    if answer == Answer.ADOPTED:
        question.own_case = _own_case(question, record, said, _checked(plan), access)
    question.answer, question.said = answer, said
    question.answered_at, question.answered_by_name = timezone.now(), access.name
    question_save(question, access)
    for task in tasks_of(question):
        mine = task.assignee_id in access.acts_for
        task_close(task=task, access=access, outcome=Task.Outcome.DONE if mine else Task.Outcome.DROPPED)
    details: dict[str, str | int] = {"unit": question.unit.name}
    if question.own_case and answer == Answer.ADOPTED:
        details |= {"own": question.own_case.reference, "count": adopted_count(record)}
    decision_note(
        record=record,
        name=NOTED[answer],
        comment=said,
        details=details,
        access=access,
        author_urgent=answer == Answer.ADOPTED,
    )
    return question


def _still_as_seen(question: SpreadQuestion, seen: datetime | None) -> None:
    if question.answered_at == seen:
        return
    raise StaleEdit(
        _(
            "%(name)s has just answered for %(unit)s: “%(answer)s”. Nothing of yours was saved. If it is to "
            "be changed, send it once more."
        )
        % {
            "name": question.answered_by_name,
            "unit": question.unit.name,
            "answer": question.get_answer_display(),
        }
    )


def _check(answer: str, said: str) -> None:
    if answer not in NOTED:
        raise RuleViolation(_("Choose an answer."), field="answer")
    if len(said) > MOST_WORD:
        raise RuleViolation(_("Write at most %(most)d characters.") % {"most": MOST_WORD}, field="said")
    if answer == Answer.NOT_FOR_US and not said:
        raise RuleViolation(_("Write why it is not for you: those who asked learn from it."), field="said")
    if answer == Answer.ALREADY and not said:
        raise RuleViolation(_("Write in a line how you do it."), field="said")


def _checked(plan: Plan | None) -> Plan:
    """The plan, if it is one that can be kept."""
    if plan is None:
        raise RuleViolation(_("Choose who sees to it, and by when."), field="owner")
    if not plan.owner.is_active:
        raise RuleViolation(
            _("%(name)s has left. Choose somebody else.") % {"name": plan.owner.name}, field="owner"
        )
    if plan.due < timezone.localdate():
        raise RuleViolation(_("Choose today or a later date."), field="due")
    return plan


def _own_case(
    question: SpreadQuestion, record: Improvement, said: str, plan: Plan, access: Access
) -> Improvement:
    """The unit's own case: the one it has, where that is under way or done, else a new one."""
    known = question.own_case
    if known and known.state not in workflow.GIVEN_UP:
        return known  # one that was given up is begun anew
    with override(settings.LANGUAGE_CODE):  # it is kept in the language of the house
        source = _("%(unit)s has done this: %(reference)s %(title)s") % {
            "unit": record.unit.name,
            "reference": record.reference,
            "title": record.title,
        }
        yes = said or _("We do as %(unit)s has done.") % {"unit": record.unit.name}
    promise = promise_for(question.unit, timezone.localdate())
    own = Improvement(
        title=record.title,
        text=f"{said}\n\n{source}".strip(),
        unit=question.unit,
        category=Category.PROPOSAL,
        owner=access.person,
        due=promise.by,
        promised_by=promise.by,
    )
    record_create(record=own, access=access)
    tie(source=own, target=record, type=LinkType.ADOPTS, access=access)
    move(record_id=own.pk, name="just_do", access=access, comment=yes, data={"due": plan.due})
    if plan.owner != access.person:
        record_owner_set(record_id=own.pk, owner=plan.owner, access=access)
    opened: Improvement = Improvement.objects.get(pk=own.pk)
    return opened
