"""Spreading what was done: other units are asked whether it applies to them, or ask for it themselves.

A unit that is asked comes to see the case (`qms.records.services.share`), and whoever answers for it gets a
task with a date. Each question, answer and follow-up is a decision of the case, so the timeline tells it.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.models import MOST_WORD, GalleryEntry, Improvement, SpreadQuestion
from improvements.selectors.spread import ANSWER_DAYS, why_no_spread
from improvements.workflow import APPLIES
from improvements.workflow.noted import SPREAD, WISHED
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import responsible_for, units_in_force
from qms.records.models import Record
from qms.records.services import decision_note, lock_records, record_locked, share, task_open
from qms.workdays import on_working_day

MOST_UNITS = 50  # asked at once


def usual_due() -> date:
    """By when a unit is asked to answer, unless somebody says otherwise."""
    return on_working_day(timezone.localdate() + timedelta(days=ANSWER_DAYS))


@transaction.atomic
def spread_ask(
    *, record_id: int, units: Iterable[Unit], due: date, access: Access, word: str = ""
) -> list[SpreadQuestion]:
    """Ask other units whether what was done applies to them; returns the questions.

    Each unit's responsible person gets a task with the date. A unit that was asked before is not asked
    again, unless it has left that without an answer. Raises Record.DoesNotExist when `access` does not see
    the case, NotYours without the right to handle it, RuleViolation when it is kept back or not done, for
    units that have closed, for none, for too many, for a word that is too long and for a day that has
    passed.
    """
    record = _case(record_id, access)
    if refused := why_no_spread(record, access):
        raise refused
    word = _word(word)
    if due < timezone.localdate():
        raise RuleViolation(_("Choose today or a later date."), field="due")
    chosen = _not_asked(record, list(units))
    questions = [
        _open(record, unit, responsible_for(unit), due=due, access=access, word=word) for unit in chosen
    ]
    names = [unit.name for unit in chosen]
    decision_note(
        record=record,
        name=SPREAD,
        comment=word,
        details={"units": names, "count": len(names), "due": due.isoformat()},
        access=access,
    )
    return questions


def _case(record_id: int, access: Access) -> Improvement:
    record = record_locked(record_id, access)
    if not isinstance(record, Improvement):
        raise Record.DoesNotExist
    return record


def _word(word: str) -> str:
    word = " ".join(word.replace("\x00", "").split())
    if len(word) > MOST_WORD:
        raise RuleViolation(_("Write at most %(most)d characters.") % {"most": MOST_WORD}, field="word")
    return word


def _not_asked(record: Improvement, units: list[Unit]) -> list[Unit]:
    """Those of `units` that can be asked and have not been, as they are now that the case is locked."""
    in_force = set(units_in_force().filter(pk__in=[unit.pk for unit in units]).values_list("pk", flat=True))
    for unit in units:
        if unit.pk == record.unit_id:
            raise RuleViolation(_("It was done in %(unit)s itself.") % {"unit": unit.name}, field="units")
        if unit.pk not in in_force:
            raise RuleViolation(
                _("%(unit)s has closed. Choose another.") % {"unit": unit.name}, field="units"
            )
    standing = SpreadQuestion.objects.standing().filter(record=record)
    asked = set(standing.values_list("unit_id", flat=True))
    left = [unit for unit in {unit.pk: unit for unit in units}.values() if unit.pk not in asked]
    if not units:
        raise RuleViolation(_("Choose at least one unit."), field="units")
    if not left:
        raise RuleViolation(_("Somebody has asked them already. Nothing was changed."), field="units")
    if len(left) > MOST_UNITS:
        raise RuleViolation(_("Ask at most %(most)d units at once.") % {"most": MOST_UNITS}, field="units")
    return left


def _open(
    record: Improvement,
    unit: Unit,
    assignee: Person | None,
    *,
    due: date,
    access: Access,
    word: str = "",
    wished: bool = False,
) -> SpreadQuestion:
    """Ask one unit: anew where it was asked no longer."""
    question = SpreadQuestion.objects.filter(record=record, unit=unit).first()
    question = question or SpreadQuestion(record=record, unit=unit)
    question.word, question.wished, question.due = word, wished, due
    question.asked_at, question.asked_by_name = timezone.now(), access.name
    question.answer, question.said, question.answered_at = "", "", None
    question.followed_up_at = question.silent_at = None
    question_save(question, access)
    share(record=record, unit=unit)
    task_open(record=record, kind=APPLIES, assignee=assignee, due=due, access=access, note=word, unit=unit)
    return question


def question_save(question: SpreadQuestion, access: Access) -> None:
    """Save a question whose case is locked, with who did it in its history."""
    question._history_user = access.person  # type: ignore[attr-defined]
    question._change_reason = access.name[:100]  # type: ignore[attr-defined]
    question.save()


@transaction.atomic
def spread_wish(*, entry_id: int, unit: Unit, access: Access) -> SpreadQuestion:
    """Ask for one's own unit for what the gallery shows: the case comes to be seen there, and whoever
    asked answers. A unit that was asked before keeps its question.

    Raises GalleryEntry.DoesNotExist when `access` does not see it (any more), NotYours for those who do not
    handle the cases of the unit, RuleViolation for the unit that did it and for one that has closed.
    """
    rows = GalleryEntry.objects.visible_to(access)
    record_id = rows.values_list("record_id", flat=True).get(pk=entry_id)
    lock_records(record_id)
    entry = rows.select_related("record__unit").get(pk=entry_id)
    record = entry.record
    if not access.can_in(permissions.ADOPT, unit):
        raise NotYours(_("Those who handle the cases of %(unit)s ask for it.") % {"unit": unit.name})
    asked = SpreadQuestion.objects.standing().filter(record=record, unit=unit).first()
    if asked:
        return asked
    _not_asked(record, [unit])
    question = _open(record, unit, access.person, due=usual_due(), access=access, wished=True)
    decision_note(record=record, name=WISHED, details={"unit": unit.name}, access=access)
    return question
