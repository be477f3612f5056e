"""What records do when the organisation changes: open matters and tasks follow, in the same transaction."""

from typing import Any

from django.dispatch import receiver

from qms.organisation import signals
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.records.services.handover import hand_over, records_move, responsible


@receiver(signals.unit_merged)
def follow_merger(
    sender: Any, *, unit: Unit, into: Unit, head: Person | None, access: Access, **kwargs: Any
) -> None:
    """Open matters belong to the successor; what was the former head's goes to who answers there."""
    _follow(unit, into, head, access)


@receiver(signals.unit_closed)
def follow_closing(
    sender: Any, *, unit: Unit, above: Unit, head: Person | None, access: Access, **kwargs: Any
) -> None:
    """Open matters belong to the unit above; what was the former head's goes to who answers there."""
    _follow(unit, above, head, access)


def _follow(unit: Unit, into: Unit, head: Person | None, access: Access) -> None:
    if head:
        # While they still lie in the unit: the head's other matters stay with them.
        successor = responsible()
        hand_over(person=head, to=lambda record: successor_in(into, successor, record), access=access, unit=unit)
    records_move(unit=unit, into=into, access=access)


@receiver(signals.head_changed)
def follow_new_head(
    sender: Any, *, unit: Unit, before: Person, after: Person, access: Access, **kwargs: Any
) -> None:
    """What the former head had in the unit is the new head's."""
    hand_over(person=before, to=lambda record: after, access=access, unit=unit)


@receiver(signals.person_left)
def follow_leaver(
    sender: Any, *, person: Person, to: Person | None, access: Access, **kwargs: Any
) -> None:
    """Everything open goes to the one named, else to the responsible manager of each unit."""
    hand_over(person=person, to=(lambda record: to) if to else responsible(), access=access)
