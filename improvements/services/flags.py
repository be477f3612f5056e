"""Marking a case as lex Sarah, lex Maria or a personal data breach: it is sealed, and its term runs."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.flags import RULES, FlagRule
from improvements.models import MOST_WHY, Flag, Improvement
from improvements.selectors.flags import flag_handlers, set_up, term_text
from improvements.services.handle import above_ends, actions_follow
from improvements.services.spread_follow import spread_ends
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.organisation.selectors import responsible_for
from qms.records.models import Notification, Record, Task, Visibility
from qms.records.services import (
    name_people,
    names_end,
    record_locked,
    record_save,
    task_close,
    task_open,
)
from qms.records.services.moves import who_may
from qms.records.services.notify import tell_followers

Outcome = Flag.Outcome


def _handled(record_id: int, access: Access) -> Improvement:
    """The case, locked, if `access` may handle it."""
    record = record_locked(record_id, access)
    if not isinstance(record, Improvement):
        raise Record.DoesNotExist
    if not access.can(permissions.HANDLE, record):
        raise NotYours(who_may(permissions.HANDLE, record))
    return record


@transaction.atomic
def flag_set(*, record_id: int, kind: str, why: str, known_at: datetime, access: Access) -> Flag:
    """Mark a case: from now on only those who take part and the flag's handlers see it.

    Each handler gets the task, with the term counted from `known_at` (aware). Where nobody handles such
    cases, whoever answers for the case does. Raises NotYours without the right, RuleViolation for a flag
    it already has or a moment that cannot be, KeyError for an unknown kind.
    """
    rule = RULES[kind]
    record = _handled(record_id, access)
    if Flag.objects.filter(case=record, kind=kind).exclude(outcome=Outcome.LIFTED).exists():
        raise RuleViolation(
            _("%(reference)s is already marked as %(flag)s.")
            % {"reference": record.reference, "flag": rule.label},
            field="kind",
        )
    _check(why, known_at)
    flag = Flag.objects.create(
        case=record,
        kind=kind,
        why=why.strip(),
        known_at=known_at,
        due_at=set_up(kind).term.end(known_at),
        set_by_name=access.name,
    )
    people = flag_handlers(kind) or _answers(record)
    _seal(record, rule, people, access)
    for person in people:
        task_open(
            record=record,
            kind=kind,
            assignee=person,
            due=timezone.localdate(flag.due_at),
            due_at=flag.due_at if rule.longest else None,
            access=access,
        )
    tell_followers(
        record=record, event=Notification.Event.CHANGED, access=access, data={"fields": ["visibility"]}
    )
    return flag


def _check(why: str, known_at: datetime) -> None:
    if not why.strip():
        raise RuleViolation(_("Write what has happened, in a sentence or two."), field="why")
    if len(why) > MOST_WHY:
        raise RuleViolation(_("Write at most %(most)d characters.") % {"most": MOST_WHY}, field="why")
    now = timezone.now()
    if known_at > now:
        raise RuleViolation(_("That is in the future. Write when we learned of it."), field="known_at")
    if known_at < now - timedelta(days=3653):
        raise RuleViolation(_("That is more than ten years ago. Check the date."), field="known_at")


def _answers(record: Improvement) -> list[Person]:
    """Whoever answers for the case, where nobody is set to handle such ones."""
    answers = record.owner if record.owner and record.owner.is_active else responsible_for(record.unit)
    return [answers] if answers else []


def _seal(record: Improvement, rule: FlagRule, people: Iterable[Person], access: Access) -> None:
    name_people(record=record, people=people, access=access)
    if record.is_sealed:
        actions_follow(record=record, before=record, access=access)
        return
    above_ends(record, access)
    before = Improvement(visibility=record.visibility, confidential_reason=record.confidential_reason)
    record.visibility = Visibility.SEALED
    if not record.confidential_reason:
        record.confidential_reason = ": ".join(part for part in (str(rule.label), rule.secrecy) if part)
    record_save(record=record, access=access)
    actions_follow(record=record, before=before, access=access)
    spread_ends(record=record, access=access)


def _flag(flag_id: int, access: Access) -> tuple[Flag, Improvement]:
    """A flag that waits, and its case, both locked."""
    case_id = Flag.objects.values_list("case_id", flat=True).get(pk=flag_id)
    record = _handled(case_id, access)
    flag = Flag.objects.get(pk=flag_id)
    if not flag.is_waiting:
        raise RuleViolation(_("Somebody has already settled this. Nothing was changed."))
    return flag, record


def _settle(flag: Flag, outcome: str, why: str, access: Access) -> None:
    flag.outcome, flag.outcome_why = outcome, why.strip()
    flag.settled_at, flag.settled_by_name = timezone.now(), access.name
    flag.save()
    for task in Task.objects.select_for_update().open().filter(record_id=flag.case_id, kind=flag.kind):
        mine = task.assignee_id in access.acts_for
        task_close(task=task, access=access, outcome=Task.Outcome.DONE if mine else Task.Outcome.DROPPED)


@transaction.atomic
def flag_reported(
    *, flag_id: int, reported_at: datetime, access: Access, number: str = "", why: str = ""
) -> None:
    """It has been reported to the authority. Raises RuleViolation when the term of the law has passed and
    `why` says nothing of the reason (GDPR art. 33.1), or for a moment that cannot be."""
    flag, _record = _flag(flag_id, access)
    if not flag.known_at <= reported_at <= timezone.now():
        raise RuleViolation(_("It was reported between when we learned of it and now."), field="reported_at")
    if RULES[flag.kind].longest and reported_at > flag.due_at and not why.strip():
        term = term_text(set_up(flag.kind).term)
        raise RuleViolation(
            _("It was reported later than %(term)s. Write why: the authority asks for it.") % {"term": term},
            field="why",
        )
    flag.reported_at, flag.number = reported_at, number.strip()
    _settle(flag, Outcome.REPORTED, why, access)


@transaction.atomic
def flag_not_reported(*, flag_id: int, why: str, access: Access) -> None:
    """It is not to be reported; `why` is what documents the decision (GDPR art. 33.5, SOSFS 2011:5)."""
    flag, _record = _flag(flag_id, access)
    if not why.strip():
        raise RuleViolation(_("Write why it is not to be reported."), field="why")
    _settle(flag, Outcome.NOT_REPORTED, why, access)


@transaction.atomic
def flag_lift(*, flag_id: int, why: str, access: Access) -> None:
    """It was marked by mistake. Without another flag the case is again for those who handle such cases in
    its unit; whoever handles it may open it further."""
    flag, record = _flag(flag_id, access)
    if not why.strip():
        raise RuleViolation(_("Write why it was a mistake."), field="why")
    _settle(flag, Outcome.LIFTED, why, access)
    if Flag.objects.filter(case=record).exclude(outcome=Outcome.LIFTED).exists():
        return
    before = Improvement(visibility=record.visibility, confidential_reason=record.confidential_reason)
    record.visibility = Visibility.RESTRICTED
    names_end(record=record, access=access)
    record_save(record=record, access=access)
    actions_follow(record=record, before=before, access=access)
