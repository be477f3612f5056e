"""What follows when a case is assessed, done, closed, withdrawn or opened again.

Each effect runs inside the transition's own transaction (`qms.records.services.moves`), after the new
state is set and before the record is saved. What it returns is kept with the decision.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements.models import Category, Improvement, Lane, Means
from improvements.selectors.full_rule import why_full
from improvements.selectors.promise import answer_by
from improvements.services.actions import drop_open_actions
from improvements.services.answered import answered, unanswered
from improvements.services.dates import chosen_date, other_date
from improvements.services.gallery import gallery_ends
from improvements.services.merge import go_apart, part
from improvements.services.pauses import pause_end
from improvements.services.spread_follow import questions_begin_anew
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.organisation.selectors import responsible_for
from qms.organisation.services.holding import unit_held
from qms.records.services import share

Data = Mapping[str, Any]


def effect_just_do(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """One line and a date: that is all it takes."""
    record.lane = Lane.JUST_DO
    record.due = chosen_date(data)
    answered(record)
    return {"due": record.due.isoformat()}


def effect_handle(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """Full handling: actions of their own follow."""
    record.lane = Lane.FULL
    record.due = chosen_date(data)
    answered(record)
    return {"due": record.due.isoformat()}


def effect_send_on(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """Another unit answers. The promise to the sender stands, and both units see it; a restricted one is seen
    by those alone who handle it there."""
    to: Unit = data["unit"]
    before = record.unit
    if to.pk == before.pk:
        raise RuleViolation(_("It is already with %(unit)s.") % {"unit": to.name}, field="unit")
    to = unit_held(to.pk)
    share(record=record, unit=before)
    record.unit, record.owner = to, responsible_for(to)
    details: dict[str, Any] = {"from": before.name, "to": to.name}
    if record.owner:
        details["answers"] = record.owner.name
    if record.is_restricted:
        details["closed_there"] = True
    return details


def effect_not_now(record: Improvement, *, access: Access, comment: str, data: Data) -> None:
    """Not now is an answer too; the reason is what the sender reads."""
    answered(record)
    record.due = None
    drop_open_actions(record, access=access, reason=comment)


def effect_lack_means(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """Which means are lacking is kept apart from the words: the management review adds them up."""
    means = [one for one in Means.values if one in data.get("means", ())]
    if not means:
        raise RuleViolation(_("Choose what is lacking."), field="means")
    record.means = means
    answered(record)
    record.due = None
    drop_open_actions(record, access=access, reason=comment)
    return {"means": means}


def effect_postpone(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """A new date, kept with the old one in the decision."""
    before = record.due
    record.due = other_date(data, before)
    return {"from": before.isoformat() if before else "", "due": record.due.isoformat()}


def effect_done(record: Improvement, *, access: Access, comment: str, data: Data) -> None:
    """What remains is to close and thank, within the same time as an answer."""
    done_by(record, access)


def done_by(record: Improvement, access: Access) -> None:
    """It is done: it is to be closed by a day. What other units were asked before it was opened again
    is asked as from now."""
    record.due = answer_by(record.unit, timezone.localdate())
    if record.restarted_at:
        questions_begin_anew(record, access)


def effect_withdraw(record: Improvement, *, access: Access, comment: str, data: Data) -> None:
    """The sender takes it back: nothing more is expected, of those who got actions neither. What only those
    who handle it see, and went on in it, is not theirs to take back: it goes its own way again."""
    record.due = None
    unanswered(record)
    go_apart(record)
    drop_open_actions(record, access=access, reason=comment or _("The sender has withdrawn the case."))


def effect_reopen(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """The clock starts again with a new promise; earlier decisions and done actions stay, and that an
    earlier promise was broken is not forgotten.

    What had been handled begins a new round. What was joined with another case stands by itself again. The
    gallery shows it no more: it was not finished after all.
    """
    details: dict[str, Any] = {}
    if record.lane:
        record.round += 1
        details["round"] = record.round
    if record.merged_into:
        part(record, access)
    gallery_ends(record=record, access=access)
    record.means = []
    pause_end(record)
    if record.answered_at and record.promised_by:
        record.broke_promise |= timezone.localdate(record.answered_at) > record.promised_by
    record.lane = Lane.UNDECIDED
    record.answered_at = None
    record.restarted_at = timezone.now()
    record.promised_by = record.due = answer_by(record.unit, timezone.localdate())
    if not record.is_sealed:
        record.owner = responsible_for(record.unit)
    return {**details, "due": record.due.isoformat()}


def guard_withdraw(record: Improvement, access: Access) -> str | None:
    """What has happened is looked into though its sender would rather have said nothing, and what others
    want too is not one person's to take back. Four queries at most."""
    if record.is_sealed or (
        record.category == Category.DEVIATION and (record.lane == Lane.FULL or why_full(record))
    ):
        return _(
            "What has happened is looked into to the end, so that it does not happen again. Write to those "
            "who handle it instead."
        )
    others = any(not case.is_restricted for case in record.merged.all())
    if others or any(row.ended_at is None and row.came_with_id is None for row in record.seconders.all()):
        return _("Others want the same, and it is theirs too. Write to those who handle it instead.")
    return None


def guard_actions_done(record: Improvement, access: Access) -> str | None:
    """A case is done, and closed, when its actions are (ISO 9001:2015 10.2.1)."""
    left = sum(action.is_open and not action.goes_on_by_itself for action in record.actions.all())
    if not left:
        return None
    return ngettext(
        "Its actions come first: %(left)d is left.", "Its actions come first: %(left)d are left.", left
    ) % {"left": left}


def guard_same_as(record: Improvement, access: Access) -> str | None:
    """What is joined with another has no action left, and is not sealed."""
    if record.is_sealed:
        return _("It is sealed, and so stands by itself: joining it would tell of it.")
    return guard_actions_done(record, access)
