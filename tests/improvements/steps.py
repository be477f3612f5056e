"""What people do with cases and actions, in a word each."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from improvements.models import Action, Improvement, SpreadQuestion
from improvements.services import action_add, cause_add, cause_change, spread_answer, spread_ask
from improvements.services.spread_answer import Plan
from qms.organisation.models import Person, Unit
from qms.records.services import move
from tests.conftest import Town


def soon(days: int = 7) -> date:
    """A day from now."""
    return timezone.localdate() + timedelta(days=days)


def decide(
    town: Town,
    record: Improvement | Action,
    name: str,
    by: str = "manager",
    comment: str = "So be it",
    **data: object,
) -> Any:
    """Make a transition and return the record."""
    return move(record_id=record.pk, name=name, access=town.access(by), comment=comment, data=data)


def handled(town: Town, record: Improvement) -> Improvement:
    """The case, now handled in full."""
    return decide(town, record, "handle", due=soon(40))


def plan(
    town: Town, record: Improvement, owner: Person, title: str = "Paint the sign", days: int = 5
) -> Action:
    """An action of the case."""
    return action_add(
        source_id=record.pk, title=title, owner=owner, due=soon(days), access=town.access("manager")
    )


def rooted(town: Town, record: Improvement, text: str = "It was old") -> Improvement:
    """The case with a root cause in its present round."""
    access = town.access("manager")
    cause = cause_add(record_id=record.pk, text=text, access=access)
    cause_change(cause_id=cause.pk, text=text, is_root=True, access=access)
    return record


def put_to_test(town: Town, record: Improvement, judge: Person, by: str = "manager") -> Improvement:
    """The case, done and given to somebody to judge in a month."""
    return decide(town, record, "test", by=by, comment="A new lamp", judge=judge, due=soon(30))


def judged(
    town: Town, record: Improvement, name: str, *, by: str, comment: str = "I looked", **data: object
) -> Improvement:
    """The case with its effect judged."""
    return decide(town, record, name, by=by, comment=comment, **data)


def carried_out(
    town: Town, record: Improvement, said: str = "New lamps all the way", by: str = "manager"
) -> Improvement:
    """The case, done."""
    return decide(town, decide(town, record, "just_do", by=by, due=soon()), "done", by=by, comment=said)


def ask(
    town: Town, record: Improvement, *units: Unit, by: str = "manager", days: int = 14, word: str = ""
) -> list[SpreadQuestion]:
    """Ask other units whether what was done applies to them."""
    return spread_ask(record_id=record.pk, units=units, due=soon(days), word=word, access=town.access(by))


def answer(
    town: Town,
    question: SpreadQuestion,
    said: str = "adopted",
    *,
    by: str = "south_head",
    words: str = "As they do",
    owner: Person | None = None,
    days: int = 30,
    seen: datetime | None = None,
) -> SpreadQuestion:
    """Answer for the unit that was asked."""
    return spread_answer(
        question_id=question.pk,
        answer=said,
        said=words,
        plan=Plan(owner or getattr(town, by), soon(days)),
        seen=seen,
        access=town.access(by),
    )
