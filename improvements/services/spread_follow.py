"""What becomes of a question by itself: followed up once, moved with its unit, ended with the case."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from improvements.models import Improvement, SpreadQuestion
from improvements.models.spread import SpreadQuerySet
from improvements.selectors.periods import CARRIED_OUT
from improvements.selectors.spread import tasks_of
from improvements.services.gallery import gallery_ends
from improvements.services.spread import question_save, usual_due
from improvements.workflow.noted import ASKED_AGAIN, QUESTION_MOVED, QUESTIONS_END, UNANSWERED
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.models import Task
from qms.records.services import decision_note, lock_records, share, task_close
from qms.records.services.reminders import reminder_write
from qms.workdays import add_working_days, is_working_day

AGAIN_DAYS = 5  # working days that a unit has once it has been asked a second time

Answer = SpreadQuestion.Answer


def spread_follow_up(*, access: Access) -> int:
    """Follow up every question whose day has passed, and return how many that were.

    The first time whoever has it is asked once more, with a new day; when that has passed too, nobody is
    asked again and the question stands as without an answer. What is owed follows from the dates alone, so a
    scheduler that has stood still makes up for it, step by step, and a second run does nothing. Nobody is
    asked on a day when nobody works, nor about what is open again.
    """
    today = timezone.localdate()
    if not is_working_day(today):
        return 0
    owed = _owed(today).order_by("pk")
    return sum(_follow_up(pk, record_id, access) for pk, record_id in owed.values_list("pk", "record_id"))


def _owed(today: date) -> SpreadQuerySet:
    """Those whose day has passed, about what is done."""
    return SpreadQuestion.objects.waiting().filter(due__lt=today, record__state__in=CARRIED_OUT)


@transaction.atomic
def _follow_up(pk: int, record_id: int, access: Access) -> int:
    lock_records(record_id)
    today = timezone.localdate()
    question = _owed(today).select_related("record__unit", "unit").filter(pk=pk).first()
    if question is None:
        return 0
    again = question.followed_up_at is None
    if again:
        _ask_again(question, access)
    else:
        question.silent_at = timezone.now()
        _tasks_end(question, access)
    question_save(question, access)
    decision_note(
        record=question.record,
        name=ASKED_AGAIN if again else UNANSWERED,
        details={"unit": question.unit.name},
        access=access,
        quietly=True,
    )
    return 1


def _ask_again(question: SpreadQuestion, access: Access) -> None:
    question.followed_up_at = timezone.now()
    question.due = add_working_days(timezone.localdate(), AGAIN_DAYS)
    for task in tasks_of(question):
        reminder_write(task=task, access=access)
        task.due = question.due
        task.save(update_fields=["due"])


def questions_begin_anew(record: Improvement, access: Access) -> None:
    """What was opened again is done: units that have not answered yet have their time from now, and are
    followed up as if they had been asked today. Inside the transaction that has the case locked."""
    for question in SpreadQuestion.objects.waiting().filter(record=record):
        question.due, question.followed_up_at = usual_due(), None
        question_save(question, access)
        for task in tasks_of(question):
            task.due = question.due
            task.save(update_fields=["due"])


def _tasks_end(question: SpreadQuestion, access: Access) -> None:
    for task in tasks_of(question):
        task_close(task=task, access=access, outcome=Task.Outcome.DROPPED)


def questions_move(*, unit: Unit, into: Unit, access: Access) -> int:
    """What `unit`, which has closed, was asked and has not answered is asked of `into`; returns how many.

    Inside the transaction of the change, after the tasks have moved. Where `into` was asked the same, the
    question goes on in that one. Answers stay with the unit that gave them.
    """
    theirs = SpreadQuestion.objects.filter(unit=unit, answer="").order_by("pk")
    ids = list(theirs.values_list("pk", "record_id"))
    lock_records(*(record_id for _pk, record_id in ids))
    moved = 0
    for question in theirs.select_related("record__unit", "unit"):
        _move(question, into, access)
        moved += 1
    return moved


def _move(question: SpreadQuestion, into: Unit, access: Access) -> None:
    record, before = question.record, question.unit
    own = SpreadQuestion.objects.select_related("record", "unit").filter(record=record, unit=into).first()
    if own or record.unit_id == into.pk:
        question.answer, question.answered_at = Answer.MOVED, timezone.now()
        question.answered_by_name = access.name
        if own is None or not own.is_waiting:
            # Nobody is asked any more what has been answered, or was done there.
            question.unit = into
            _tasks_end(question, access)
            question.unit = before
    else:
        question.unit = into
        share(record=record, unit=into)
    question_save(question, access)
    decision_note(
        record=record,
        name=QUESTION_MOVED,
        details={"unit": before.name, "into": into.name},
        access=access,
        quietly=True,
    )


def spread_ends(*, record: Improvement, access: Access) -> None:
    """The case is kept back from now on: other units are asked no longer, and the gallery shows it no more.

    Inside the transaction that has the case locked. Whoever had the question sees the case no more; what was
    answered before stands.
    """
    waiting = list(SpreadQuestion.objects.select_related("unit").filter(record=record, answer=""))
    for question in waiting:
        _tasks_end(question, access)
        question.answer, question.answered_at = Answer.WITHDRAWN, timezone.now()
        question.answered_by_name = access.name
        question_save(question, access)
    if waiting:
        decision_note(record=record, name=QUESTIONS_END, access=access, quietly=True)
    gallery_ends(record=record, access=access)
