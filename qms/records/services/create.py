"""How a record comes into being, and how its fields are saved afterwards."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from qms.exceptions import as_rule_violation
from qms.organisation.access import Access
from qms.records.kinds import kinds
from qms.records.models import Decision, Follow, Record
from qms.records.search_index import index_record, vector_of, words_of
from qms.records.services.numbering import next_reference
from qms.records.services.recall import mails_recall_of
from qms.records.services.tasks import open_state_tasks
from qms.sql import Question

R = TypeVar("R", bound=Record)

_NEXT_ID = Question("SELECT nextval(pg_get_serial_sequence('records_record', 'id'))")


def record_create(*, record: R, access: Access, state: str = "", taken_over: bool = False) -> R:
    """Save a new record: state, author, number, first decision, tasks, search. Returns it.

    The caller has filled in title, unit and the app's own fields and has checked the right to create.
    It begins in the first state of its kind, or in `state`. The author (if any) follows it.

    One that is `taken_over` lived somewhere else since its `created_at`: it is numbered in the year it comes
    here, so that no earlier series gets a gap or a latecomer; its tasks are opened without telling anybody;
    the log does not say that whoever takes it over registered it; and it counts as last changed when it
    came to its state. Raises RuleViolation when a field is not valid, KeyError for an unknown state.
    """
    kind = kinds[record.KIND]
    record.kind = kind.key
    record.state = kind.state(state or kind.workflow.initial.key).key
    if record.created_by_id is None:
        record.created_by = access.person
    record.created_at = record.created_at or timezone.now()
    record.state_since = record.closed_at or record.created_at
    try:
        record.clean_fields(exclude={"reference", *_relations(record)})
        record.clean()
    except ValidationError as error:
        raise as_rule_violation(error) from error
    with transaction.atomic(savepoint=False):  # what is not valid has been found: nothing is tried here
        _write(record, access, taken_over=taken_over)
    return record


def _write(record: Record, access: Access, *, taken_over: bool) -> None:
    """Write a new record with all that comes with it, numbered at the very end.

    Whoever has taken a number keeps all others waiting until the transaction is over, so what can be written
    before is: that it hangs on the record is checked at the end.
    """
    ((record.pk,),) = _NEXT_ID.fetch([])
    record.id = record.pk
    Decision.objects.create(
        record=record,
        name=Decision.CREATED,
        after=record.state,
        actor=access.person,
        actor_name="" if taken_over else access.name,
        unit_name=record.unit.name,
        at=record.created_at,
    )
    if access.person:
        Follow.objects.create(record=record, person=access.person)
    open_state_tasks(record, access, quietly=taken_over)
    kind = record.kind_offer
    if kind.reference:
        record.reference = kind.reference(record)
    else:
        numbered_at = timezone.now() if taken_over else record.created_at
        record.reference = next_reference(kind.series, timezone.localdate(numbered_at))
    record.search = None if kind.apart else vector_of(record)
    _save(record, access, force_insert=(Model,))
    if taken_over:
        # Saving sets it to now: what ended years ago would stand above the news of today.
        Record.objects.filter(pk=record.pk).update(changed_at=record.state_since)


def record_save(*, record: R, access: Access, before: R | None = None) -> R:
    """Save changed fields of a record that the caller has loaded under a lock and checked the right to.

    Writes the history row with the person, and refreshes what search finds: not when `before`, the record as
    it was, has the same words and is seen by the same. Where fewer see it from now on, mail of it that has
    not gone is made anew.
    Raises RuleViolation when a field is not valid.
    """
    try:
        record.clean_fields(exclude=_relations(record))
        record.clean()
    except ValidationError as error:
        raise as_rule_violation(error) from error
    with transaction.atomic(savepoint=False):  # what is not valid has been found: nothing is tried here
        closes = record.is_restricted and _seen_otherwise(record)
        _save(record, access)
        if closes:
            mails_recall_of(record)
        if before is None or _found_by(record) != _found_by(before):
            index_record(record)
    return record


def _found_by(record: Record) -> tuple[str, ...]:
    return *words_of(record), record.visibility


def _seen_otherwise(record: Record) -> bool:
    return bool(Record.objects.filter(pk=record.pk).exclude(visibility=record.visibility).exists())


def _relations(record: Record) -> set[str]:
    """Fields that the database checks itself; asking it beforehand is a query for each."""
    return {"search", *(field.name for field in record._meta.concrete_fields if field.is_relation)}


def _save(record: Record, access: Access, **how: Any) -> None:
    # simple-history reads these two from the instance; a save() of the child writes the row. The name
    # is kept as text, as in decisions: why the fields were changed stands there.
    record._history_user = access.person  # type: ignore[attr-defined]
    record._change_reason = access.name[:100]  # type: ignore[attr-defined]
    record.save(**how)
