"""Actions that come again: the next one opens when one is done, until the series is ended."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements.models import MOST_EVERY, Action, ActionSeries, Period
from improvements.permissions import PLAN
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.selectors import nearest_in_force
from qms.records.models import Follow
from qms.records.services import lock_records, record_create, record_locked
from qms.records.services.handover import owner_after
from qms.records.services.moves import who_may
from qms.records.services.naming import name_people
from qms.workdays import on_working_day


@dataclass(frozen=True)
class Rhythm:
    """How often something comes again, and until when (None: for ever)."""

    every: int
    period: str
    until: date | None = None


def series_begin(rhythm: Rhythm, starts: date, access: Access) -> ActionSeries:
    """The rhythm of an action that is being planned for the day `starts`.

    Raises RuleViolation for a rhythm that makes no sense.
    """
    require_sane(rhythm, starts)
    series = ActionSeries(every=rhythm.every, period=rhythm.period, until=rhythm.until, starts=starts)
    return _save(series, access)


def require_sane(rhythm: Rhythm, starts: date) -> None:
    """Raise RuleViolation, with the field, for a rhythm that makes no sense."""
    if rhythm.period not in Period.values or not 1 <= rhythm.every <= MOST_EVERY:
        raise RuleViolation(_("Write a number from 1 to 60."), field="every")
    if rhythm.until and rhythm.until < starts:
        raise RuleViolation(_("Choose a day after the first time."), field="until")


def open_next(record: Action, access: Access) -> Action | None:
    """After an action of a series was done, or left out once: the next one, linked to it.

    None when it is in no running series, this was the last, or the next one is there already (it was opened
    again meanwhile). Whoever had this one has the next, or who would have got it where that one has left;
    those who follow this one follow that too. Where its unit has closed since, it is for the one that goes
    on. The series ends with its last one. The caller moves `record`, so it and its source are locked.
    """
    series = _locked(record)
    if series is None or not series.is_running or Action.objects.filter(previous=record).exists():
        return None
    number = series.following(record.occurrence, timezone.localdate())
    if number is None:
        _end(series, access)
        return None
    unit = nearest_in_force(record.unit) or record.unit
    following = Action(
        title=record.title,
        description=record.description,
        unit=unit,
        owner=owner_after(record, unit),
        created_by=record.created_by,
        due=on_working_day(series.day(number)),
        source=record.source,
        visibility=record.visibility,
        confidential_reason=record.confidential_reason,
        evidence_required=record.evidence_required,
        series=series,
        occurrence=number,
        previous=record,
    )
    record_create(record=following, access=access)
    people = record.follows.values_list("person_id", flat=True)
    Follow.objects.bulk_create(
        [Follow(record=following, person_id=person) for person in people], ignore_conflicts=True
    )
    if record.is_sealed:
        named = [row.person for row in record.named.in_force().select_related("person")]
        name_people(record=following, people=named, access=access)
    return following


def end_with(record: Action, access: Access) -> None:
    """Its series ends with it: nothing more comes."""
    series = _locked(record)
    if series and series.ended_at is None:
        _end(series, access)


@transaction.atomic
def series_pause(*, action_id: int, access: Access) -> ActionSeries:
    """Nothing more opens until it goes on. What is open stays to be done.

    Raises NotYours without the right to plan, RuleViolation when it has ended.
    """
    _record, series = _for_change(action_id, access)
    if series.paused_at is None:
        series.paused_at, series.paused_by_name = timezone.now(), access.name
        _save(series, access)
    return series


@transaction.atomic
def series_resume(*, action_id: int, access: Access) -> Action | None:
    """It goes on. When nothing of it is open the next one opens now, and is returned.

    Raises what `series_pause` does.
    """
    _record, series = _for_change(action_id, access)
    if series.paused_at is None:
        return None
    series.paused_at, series.paused_by_name = None, ""
    _save(series, access)
    last = Action.objects.select_related("unit", "owner", "source").filter(series=series).latest("occurrence")
    return None if last.is_open else open_next(last, access)


@transaction.atomic
def series_end(*, action_id: int, access: Access) -> ActionSeries:
    """Nothing more comes; what is open stays to be done. Raises what `series_pause` does."""
    _record, series = _for_change(action_id, access)
    _end(series, access)
    return series


@transaction.atomic
def series_change(*, action_id: int, rhythm: Rhythm, access: Access) -> ActionSeries:
    """Another rhythm, counted from the first day as before. Raises what `series_pause` does."""
    _record, series = _for_change(action_id, access)
    require_sane(rhythm, series.starts)
    series.every, series.period, series.until = rhythm.every, rhythm.period, rhythm.until
    return _save(series, access)


def _for_change(action_id: int, access: Access) -> tuple[Action, ActionSeries]:
    """The action and its series, locked: all of the series, in the order in which moves lock them."""
    row = Action.objects.values_list("source_id", "series_id").get(pk=action_id)
    lock_records(row[0], *Action.objects.filter(series_id=row[1]).values_list("pk", flat=True))
    record: Any = record_locked(action_id, access)
    if not access.can(PLAN, record):
        raise NotYours(who_may(PLAN, record))
    series = _locked(record)
    if series is None:
        raise RuleViolation(_("It does not come again."))
    if series.ended_at:
        raise RuleViolation(_("This has ended. Plan a new action instead."))
    return record, series


def _locked(record: Action) -> ActionSeries | None:
    """The series of `record`, which is locked, if it is in one."""
    if record.series_id is None:
        return None
    return ActionSeries.objects.select_for_update().filter(actions=record).first()


def _end(series: ActionSeries, access: Access) -> None:
    series.ended_at, series.ended_by_name = timezone.now(), access.name
    series.paused_at, series.paused_by_name = None, ""
    _save(series, access)


def _save(series: ActionSeries, access: Access) -> ActionSeries:
    series._history_user = access.person  # type: ignore[attr-defined]
    series._change_reason = access.name[:100]  # type: ignore[attr-defined]
    series.save()
    return series
