"""Reads about questions to other units: who may ask, who is asked first, who answers, what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements import permissions
from improvements.models import Improvement, SpreadQuestion
from improvements.selectors.flags import flags_of
from improvements.selectors.full_rule import all_merged
from improvements.selectors.periods import CARRIED_OUT
from improvements.workflow import APPLIES
from qms.contributions import Inherited, NewsLine
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.organisation.selectors import units_in_force, units_matching
from qms.records.models import Record, Task
from qms.records.selectors.heard import heard_by_all_since, is_heard
from qms.records.services.moves import who_may

SISTERS = 12  # units of the same kind elsewhere that are offered without being looked for
FOUND = 20  # units that fit what was written
LISTED = 5  # questions that are listed where a unit closes
ANSWER_DAYS = 14  # how long a unit has


def why_kept(record: Improvement) -> str:
    """Why what was done cannot be shown to other units, as a sentence; empty when it can.

    One query, none where the flags have been read.
    """
    flags = flags_of(record)
    if flags:
        return _("It is marked as %(flag)s, so no other unit may come to see it.") % {"flag": flags[0].label}
    if record.is_restricted:
        return _("It is only for those who handle it, so no other unit may come to see it.")
    if record.state not in CARRIED_OUT:
        return _("Other units are asked, and shown, when it is done.")
    return ""


def why_no_spread(record: Improvement, access: Access) -> RuleViolation | None:
    """Why `access` cannot ask other units about `record` now, or show it to them, or None.

    Needs the record's unit loaded.
    """
    if not access.can(permissions.HANDLE, record):
        return NotYours(who_may(permissions.HANDLE, record))
    kept = why_kept(record)
    return RuleViolation(kept) if kept else None


@dataclass(frozen=True)
class Sisters:
    """Units that may be asked: beside this one, of the same kind elsewhere, and those looked for."""

    beside: list[Unit]
    elsewhere: list[Unit]
    found: list[Unit]
    asked: frozenset[int]

    @property
    def offered(self) -> list[Unit]:
        """All of them."""
        return [*self.beside, *self.elsewhere, *self.found]


def sisters(record: Improvement, text: str = "", chosen: Sequence[int] = ()) -> Sisters:
    """The units that may be asked about `record`, as many as one can look through. Five queries at most.

    Elsewhere those come first that are called alike ("Björken preschool", "Granen preschool") and lie
    near. What is looked for stands first, wherever it lies; `chosen` are kept in sight whatever it is.
    """
    unit = record.unit
    asked = frozenset(
        SpreadQuestion.objects.standing().filter(record=record).values_list("unit_id", flat=True)
    )
    others = units_in_force().exclude(pk__in=asked).exclude(pk=unit.pk)
    found = list(units_matching(text, others)[:FOUND]) if text else []
    left = others.exclude(pk__in=[one.pk for one in found])
    above = unit.path[: -unit.steplen]
    beside = list(left.filter(path__startswith=above, depth=unit.depth)) if above else []
    same_kind = left.filter(kind=unit.kind).exclude(pk__in=[one.pk for one in beside])
    elsewhere = sorted(same_kind, key=lambda one: _nearness(one, unit))[:SISTERS]
    known = {one.pk for one in (*beside, *elsewhere)}
    found += [one for one in left.filter(pk__in=chosen) if one.pk not in known]
    return Sisters(beside, elsewhere, found, asked)


def _nearness(one: Unit, unit: Unit) -> tuple[int, int, str]:
    """Called alike first, then what shares the most of the way down the tree."""
    alike = _words(one) & _words(unit)
    shared = set(one.ancestor_paths) & set(unit.ancestor_paths)
    return -len(alike), -len(shared), one.path


def _words(unit: Unit) -> set[str]:
    return {word for word in unit.name.casefold().split() if len(word) > 3}


def question_seen(pk: int, reference: str, access: Access) -> SpreadQuestion:
    """A question about a case that `access` sees; SpreadQuestion.DoesNotExist otherwise."""
    seen = Improvement.objects.visible_to(access).order_by().values("pk")
    rows = SpreadQuestion.objects.select_related("record__unit", "unit", "own_case__owner")
    return rows.get(pk=pk, record__reference=reference, record__in=seen)


def tasks_of(question: SpreadQuestion) -> "list[Task]":
    """The open tasks by which the question waits with people."""
    waiting = Task.objects.open().filter(record_id=question.record_id, kind=APPLIES, unit_id=question.unit_id)
    return list(waiting.select_related("record", "assignee").order_by("pk"))


def why_no_answer(question: SpreadQuestion, access: Access) -> RuleViolation | None:
    """Why `access` cannot answer for the unit that was asked, or None. One query at most."""
    if question.is_over:
        return RuleViolation(_("%(unit)s is no longer asked about this.") % {"unit": question.unit.name})
    if question.unit.is_closed:
        return RuleViolation(_("%(unit)s has closed. What it said stands.") % {"unit": question.unit.name})
    if access.can_in(permissions.ADOPT, question.unit):
        return None
    if any(task.assignee_id in access.acts_for for task in tasks_of(question)):
        return None
    return NotYours(_("Whoever handles the cases of %(unit)s answers this.") % {"unit": question.unit.name})


@dataclass(frozen=True)
class ShownQuestion:
    """A question as the page of the case shows it: `own` is what came of it, where that is seen."""

    question: SpreadQuestion
    own: Improvement | None
    may_answer: bool
    late: bool


@dataclass(frozen=True)
class Spread:
    """Whom a case was spread to, those first who are asked of the person who looks."""

    mine: list[ShownQuestion]
    others: list[ShownQuestion]
    adopted: int

    @property
    def asked(self) -> list[ShownQuestion]:
        """All of them."""
        return [*self.mine, *self.others]


def _has_spread(record: Improvement) -> bool:
    """Whether a case may have been spread at all: it is, or was once, done. No query."""
    return record.state in CARRIED_OUT or record.restarted_at is not None


def spread_of(record: Improvement, access: Access, merged: Sequence[Improvement] | None = None) -> Spread:
    """Everything `record`, and what goes on in it, was spread to. At most five queries, none on the page of a
    case that nobody was asked about.
    """
    others = all_merged(record) if merged is None else merged
    if not others and not record.spread.all():
        return Spread([], [], 0)
    cases = [record, *others]
    about = [case.pk for case in cases if _has_spread(case)]
    if not about:
        return Spread([], [], 0)
    seen = Exists(Record.objects.visible_to(access).filter(pk=OuterRef("record_id")).order_by())
    rows = SpreadQuestion.objects.filter(seen, record__in=about)
    rows = rows.select_related("unit", "record__unit", "own_case")
    questions = list(rows.defer("own_case__text", "own_case__search"))
    given = _given_to(access, about) if questions else frozenset()
    own = _own_seen(questions, access)
    shown = [_shown(question, own, given, access, timezone.localdate()) for question in questions]
    mine = [one for one in shown if one.may_answer and one.question.is_waiting]
    return Spread(
        mine,
        [one for one in shown if one not in mine],
        sum(question.is_adopted for question in questions),
    )


def _given_to(access: Access, about: Sequence[int]) -> frozenset[tuple[int, int | None]]:
    """The questions that wait with `access`, as (case, unit)."""
    tasks = Task.objects.open().of(access).filter(record__in=about, kind=APPLIES)
    return frozenset(tasks.values_list("record_id", "unit_id"))


def _own_seen(questions: Sequence[SpreadQuestion], access: Access) -> dict[int, Improvement]:
    ids = [question.own_case_id for question in questions if question.own_case_id]
    if not ids:
        return {}
    seen: dict[int, Improvement] = Improvement.objects.visible_to(access).defer("search").in_bulk(ids)
    return seen


def _shown(
    question: SpreadQuestion,
    own: dict[int, Improvement],
    given: frozenset[tuple[int, int | None]],
    access: Access,
    today: date,
) -> ShownQuestion:
    theirs = access.can_in(permissions.ADOPT, question.unit)
    theirs = theirs or (question.record_id, question.unit_id) in given
    return ShownQuestion(
        question,
        own.get(question.own_case_id or 0),
        may_answer=theirs and not (question.is_over or question.unit.is_closed),
        late=question.is_late(today),
    )


def asked_of_unit(access: Access, unit: Unit) -> Inherited:
    """What other units have asked `unit` and wait to hear: its successor is asked it. Two queries."""
    waiting = SpreadQuestion.objects.waiting().filter(unit=unit)
    count = waiting.count()
    words = ngettext(
        "%(count)d question from another unit, not answered yet",
        "%(count)d questions from other units, not answered yet",
        count,
    )
    seen = Exists(Record.objects.visible_to(access).filter(pk=OuterRef("record_id")).order_by())
    soonest = waiting.filter(seen).select_related("record__unit").order_by("due", "pk")[:LISTED]
    lines = [
        NewsLine(
            question.record.title,
            question.record.get_absolute_url(),
            f"{question.record.reference} · {question.record.unit.name}",
            "offer",
            due=question.due,
        )
        for question in soonest
    ]
    return Inherited(words % {"count": count} if count else "", lines)


def what_was_done(record: Improvement) -> str:
    """What was done in the case, in the words of whoever did it; none where fewer than now saw it when they
    were written: others are to read them. Two queries."""
    decision = record.decisions.filter(name__in=("done", "test")).order_by("-at", "-pk").first()
    since = heard_by_all_since([record]).get(record.pk)
    return decision.comment if decision and is_heard(decision.at, since) else ""


def adopted_count(record: Improvement) -> int:
    """In how many other units the same is done because of it. One query."""
    return record.spread.adopted().count()
