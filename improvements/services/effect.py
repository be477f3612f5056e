"""Did it help? Sending what was done to test, and judging it (ISO 9001:2015 10.2.1 d).

These are effects and guards of transitions, as in `services.assess`.
"""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements.models import EffectCheck, Improvement, Lane
from improvements.permissions import CHECK_EFFECT
from improvements.selectors.doers import able_to_judge, doers_of, why_not_judge
from improvements.services.assess import done_by, guard_actions_done
from improvements.services.dates import chosen_date, other_date
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.kinds import HeldBack, Takers

Data = Mapping[str, Any]
Result = EffectCheck.Result


def effect_test(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """Say what was done, on which later day the effect is judged and by whom: by nobody who did it.

    Raises RuleViolation for a judge who did it, who has left, or who presses the button.
    """
    judge: Person = data["judge"]
    if reason := why_not_judge(record, judge):
        raise RuleViolation(reason, field="judge")
    if judge == access.person:
        raise RuleViolation(
            _("%(name)s has taken part in doing it. Choose somebody who has not.") % {"name": judge.name},
            field="judge",
        )
    record.due = chosen_date(data)
    check = EffectCheck(
        record=record,
        round=record.round,
        done=comment,
        sign=data.get("sign", "").strip(),
        day=record.due,
        judge=judge,
    )
    _save(check, access)
    return {"due": record.due.isoformat(), "judge": judge.name}


def effect_postpone_test(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It is too early to tell: a later day, for whoever has the judgement by now."""
    check = record.checks.get(judged_at__isnull=True)
    before = check.day
    check.day = record.due = other_date(data, before)
    _save(check, access)
    return {"from": before.isoformat(), "due": record.due.isoformat()}


def judgement_taken(record: Improvement, person: Person, access: Access) -> None:
    """The judgement that was handed over is asked of them from now on."""
    check = record.checks.get(judged_at__isnull=True)
    check.judge = person
    _save(check, access)


JUDGE_TAKERS = Takers(why_not_judge, able_to_judge, judgement_taken, others=True)


def effect_worked(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It helped: what remains is to close and thank."""
    details = _judge(record, Result.WORKED, comment, access)
    done_by(record, access)
    return details


def effect_failed(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It did not help: it goes round once more, in full, with causes and actions of its own."""
    details = _judge(record, Result.FAILED, comment, access)
    record.round += 1
    record.lane = Lane.FULL
    record.due = chosen_date(data)
    return {**details, "round": record.round, "due": record.due.isoformat()}


def _judge(record: Improvement, result: str, finding: str, access: Access) -> dict[str, Any]:
    """Keep what was found. Returns by which day it was to be, where that has passed."""
    check = record.checks.filter(judged_at__isnull=True).first()
    if check is None:
        raise RuleViolation(_("Nothing waits to be judged."))
    check.result, check.finding = result, finding
    check.judged_at, check.judged_by_name = timezone.now(), access.name
    _save(check, access)
    return {"was": check.day.isoformat()} if check.day < timezone.localdate() else {}


def _save(check: EffectCheck, access: Access) -> None:
    check._history_user = access.person  # type: ignore[attr-defined]
    check.save()


def guard_test(record: Improvement, access: Access) -> str | HeldBack | None:
    """What is tested is done; in full handling its cause is known."""
    if left := guard_actions_done(record, access):
        return left
    if record.lane == Lane.FULL and not record.causes.filter(round=record.round, is_root=True).exists():
        return HeldBack(
            _("Find out why it happened first, and mark a root cause."),
            reverse("improvements:causes", args=[record.reference]),
            _("Find the causes"),
        )
    return None


def guard_done(record: Improvement, access: Access) -> str | None:
    """What is handled in full is done when its effect has been judged, not before."""
    if left := guard_actions_done(record, access):
        return left
    return _("Full handling ends with a test of the effect.") if record.lane == Lane.FULL else None


def guard_full(record: Improvement, access: Access) -> str | None:
    """What is to be handled in full ends with its cause known and its effect judged, also where that was
    seen only after it was done."""
    if record.lane != Lane.FULL:
        return None
    helped = any(
        check.result == Result.WORKED and check.round == record.round for check in record.checks.all()
    )
    if helped and any(cause.is_root and cause.round == record.round for cause in record.causes.all()):
        return None
    return _("It is to be handled in full, with its cause and a test of the effect. Open it again.")


def guard_judge(record: Improvement, access: Access) -> str | None:
    """Nobody judges their own work, nor that of whom they stand in for, unless asked themselves."""
    doers = doers_of(record)
    if access.is_system or not doers & access.acts_for:
        return None
    task = record.tasks.open().filter(kind=CHECK_EFFECT.task).select_related("assignee").first()
    if task and access.person and task.assignee == access.person and access.person.pk not in doers:
        return None
    if task is None or task.assignee is None:
        return _("Nobody judges what they have done themselves.")
    if task.assignee.pk in doers:
        return _("Nobody judges what they have done themselves. Hand it over to somebody who has not.")
    return _("Nobody judges what they have done themselves. %(name)s does it.") % {"name": task.assignee.name}
