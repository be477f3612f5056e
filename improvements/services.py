"""What people do with improvement cases and actions."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.models import Action, Category, Improvement, Lane
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import responsible_for
from qms.records.models import Visibility
from qms.records.services import record_create
from qms.workdays import add_working_days

TITLE_LENGTH = 70


def title_of(text: str) -> str:
    """A title for a case from what the sender wrote: its first sentence, cut at a word."""
    first = text.strip().splitlines()[0].split(". ")[0].strip().rstrip(".")
    if len(first) <= TITLE_LENGTH:
        return first
    return first[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


@transaction.atomic
def improvement_submit(
    *, text: str, unit: Unit, access: Access, submission: UUID | None = None
) -> Improvement:
    """Send in a case: gets number, owner and the date by which it is answered. Returns it.

    The same `submission` sent twice (double tap, retry after a lost answer) returns the first case.
    Raises RuleViolation when the text is empty or the unit has closed meanwhile.
    """
    if submission:
        # The unique column decides a race: the loser's insert fails and the retry finds the winner.
        sent: Improvement | None = Improvement.objects.filter(
            submission=submission, created_by=access.person
        ).first()
        if sent:
            return sent
    text = text.replace("\x00", "").strip()
    if not text:
        raise RuleViolation(_("Write what could be better. One sentence is enough."), field="text")
    unit = Unit.objects.get(pk=unit.pk)
    if unit.is_closed:
        raise RuleViolation(
            _("%(unit)s has closed. Choose the unit it concerns today.") % {"unit": unit.name}, field="unit"
        )
    today = timezone.localdate()
    promised = add_working_days(today, settings.ANSWER_PROMISE_DAYS)
    record = Improvement(
        title=title_of(text),
        text=text,
        unit=unit,
        category=Category.PROPOSAL,
        owner=responsible_for(unit),
        due=promised,
        promised_by=promised,
        submission=submission,
    )
    return record_create(record=record, access=access)


def _answered(record: Improvement) -> None:
    if record.answered_at is None:
        record.answered_at = timezone.now()


def effect_just_do(
    record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """One line and a date: that is all it takes."""
    record.lane = Lane.JUST_DO
    record.due = _date(data)
    _answered(record)
    return {"due": record.due.isoformat()}


def effect_handle(
    record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Full handling: actions of their own follow."""
    record.lane = Lane.FULL
    record.due = _date(data)
    _answered(record)
    return {"due": record.due.isoformat()}


def effect_send_on(
    record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Another unit answers; the promise to the sender stands."""
    unit: Unit = data["unit"]
    if unit.pk == record.unit_id:
        raise RuleViolation(_("It is already with %(unit)s.") % {"unit": unit.name}, field="unit")
    if unit.is_closed:
        raise RuleViolation(_("%(unit)s has closed. Choose another.") % {"unit": unit.name}, field="unit")
    before = record.unit
    record.unit, record.owner = unit, responsible_for(unit)
    return {"from": before.name, "to": unit.name}


def effect_answered(record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]) -> None:
    """Not now is an answer too."""
    _answered(record)
    record.due = None


def effect_done(record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]) -> None:
    """What remains is to close and thank, within the same promise as an answer."""
    record.due = add_working_days(timezone.localdate(), settings.ANSWER_PROMISE_DAYS)


def effect_close(record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]) -> None:
    """Nothing more is expected."""
    record.due = None


def effect_reopen(record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]) -> None:
    """The clock starts again with a new promise."""
    record.lane = Lane.UNDECIDED
    record.answered_at = None
    record.promised_by = record.due = add_working_days(timezone.localdate(), settings.ANSWER_PROMISE_DAYS)
    record.owner = responsible_for(record.unit)


def guard_done(record: Improvement, access: Access) -> str | None:
    """A case handled in full is done when its actions are (ISO 9001:2015 10.2.1)."""
    left = Action.objects.open().filter(source_id=record.pk).count()
    if left:
        return _("It can be marked as done when its actions are. %(left)d are left.") % {"left": left}
    return None


def _date(data: Mapping[str, Any]) -> date:
    due = data.get("due")
    if not isinstance(due, date):
        raise RuleViolation(_("Choose a date."), field="due")
    if due < timezone.localdate():
        raise RuleViolation(_("Choose today or a later date."), field="due")
    return due


@transaction.atomic
def action_add(
    *, source_id: int, title: str, owner: Person, due: date, access: Access, description: str = ""
) -> Action:
    """Plan an action that a case needs. It becomes a task of `owner`, who needs no other right.

    Raises NotYours without the right to plan, RuleViolation when the case is closed or the owner left.
    """
    source = (
        Improvement.objects.visible_to(access)
        .select_for_update(of=("self", "record_ptr"))
        .select_related("unit")
        .get(pk=source_id)
    )
    if not access.can(permissions.HANDLE, source):
        raise NotYours(_("Only those who handle the case can plan actions for it."))
    if not source.is_open:
        raise RuleViolation(_("The case is closed. Open it again first."))
    if not owner.is_active:
        raise RuleViolation(
            _("%(name)s has left. Choose somebody else.") % {"name": owner.name}, field="owner"
        )
    action = Action(
        title=title.strip(),
        description=description.strip(),
        unit=source.unit,
        owner=owner,
        due=_date({"due": due}),
        source=source,
        visibility=Visibility.RESTRICTED if source.is_restricted else Visibility.INTERNAL,
    )
    return record_create(record=action, access=access)


def effect_postpone(
    record: Action, *, access: Access, comment: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """A new date, kept with the old one in the decision."""
    before = record.due
    record.due = _date(data)
    return {"from": before.isoformat() if before else "", "due": record.due.isoformat()}
