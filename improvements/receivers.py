"""What improvements do when the organisation changes, in the same transaction: questions to units follow, and
whoever has left handles nothing that is marked."""

from typing import Any

from django.dispatch import receiver

from improvements.services.flag_settings import flag_handler_leaves
from improvements.services.spread_follow import questions_move
from qms.organisation import signals
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit


@receiver(signals.unit_merged)
def follow_merger(sender: Any, *, unit: Unit, into: Unit, access: Access, **kwargs: Any) -> None:
    """What the unit was asked, its successor is asked."""
    questions_move(unit=unit, into=into, access=access)


@receiver(signals.unit_closed)
def follow_closing(sender: Any, *, unit: Unit, above: Unit, access: Access, **kwargs: Any) -> None:
    """What the unit was asked, the unit above is asked."""
    questions_move(unit=unit, into=above, access=access)


@receiver(signals.person_left)
def follow_leaver(sender: Any, *, person: Person, access: Access, **kwargs: Any) -> None:
    """Whoever has left handles no flags, also not after coming back."""
    flag_handler_leaves(person=person, access=access)
