"""What people do with cases and actions, in a word each."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from improvements.models import Action, Improvement
from improvements.services import action_add
from qms.organisation.models import Person
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
