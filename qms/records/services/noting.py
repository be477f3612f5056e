"""Decisions that leave a record where it is: they stand in the log beside those that move it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import Decision, Notification, Record
from qms.records.services.notify import tell_followers


def decision_note(
    *,
    record: Record,
    name: str,
    access: Access,
    comment: str = "",
    details: Mapping[str, Any] | None = None,
    told: Collection[Person] = (),
    quietly: bool = False,
    author_urgent: bool = False,
) -> Decision:
    """Write into the log what was decided about a record that the caller has locked, and tell its followers.

    `name` is one that every kind has, or one of the kind's `noted`; `details` fill in what that says. Those
    who were `told` already, and with `quietly` all others too, are not told.
    """
    decision = Decision.objects.create(
        record=record,
        name=name,
        before=record.state,
        after=record.state,
        actor=access.person,
        actor_name=access.name,
        unit_name=record.unit.name,
        comment=comment,
        details=dict(details or {}),
        at=timezone.now(),
    )
    if not quietly:
        tell_followers(
            record=record,
            event=Notification.Event.MOVED,
            access=access,
            decision=decision,
            told=told,
            author_urgent=author_urgent,
        )
    return decision
