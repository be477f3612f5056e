"""What documents do when the organisation changes: who must read what follows, in the same transaction."""

from typing import Any

from django.dispatch import receiver

from documents.models import Applies
from documents.services.drafts import note_by
from documents.services.lifetime import held_versions_follow
from documents.services.reading import duties_reconcile
from qms.organisation import signals
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit


@receiver(signals.person_placed)
def follow_person(sender: Any, *, person: Person, access: Access, **kwargs: Any) -> None:
    """Whoever comes or moves gets the list of the new place, and is rid of the old one's."""
    duties_reconcile(people=[person.pk], access=access)


@receiver(signals.person_left)
def follow_leaver(sender: Any, *, person: Person, access: Access, **kwargs: Any) -> None:
    """Whoever has left drops out."""
    duties_reconcile(people=[person.pk], access=access)


@receiver(signals.head_changed)
def follow_head(sender: Any, *, before: Person, after: Person, access: Access, **kwargs: Any) -> None:
    """Whoever leads from now on gets what leaders must read; whoever leads no longer is rid of it. Where a
    unit had or gets no head, `leaders_follow` does so the next night."""
    duties_reconcile(people=[before.pk, after.pk], access=access)


@receiver(signals.unit_moved)
def follow_move(sender: Any, *, unit: Unit, access: Access, **kwargs: Any) -> None:
    """What holds above the new place must be read there, what held above the old one no longer."""
    duties_reconcile(people=_people_in(unit), access=access)


@receiver(signals.unit_merged)
def follow_merger(sender: Any, *, unit: Unit, into: Unit, access: Access, **kwargs: Any) -> None:
    """What held for the unit holds for its successor, and everyone there must have read it."""
    held_versions_follow(unit=unit, into=into, access=access)
    _hold_in(unit, into, access)


@receiver(signals.unit_closed)
def follow_closing(sender: Any, *, unit: Unit, above: Unit, access: Access, **kwargs: Any) -> None:
    """The people of a closed unit work in the one above now."""
    held_versions_follow(unit=unit, into=above, access=access)
    duties_reconcile(people=_people_in(above), access=access)


def _hold_in(unit: Unit, into: Unit, access: Access) -> None:
    there = set(Applies.objects.filter(unit=into).values_list("document_id", flat=True))
    for row in Applies.objects.filter(unit=unit):
        if row.document_id not in there:
            note_by(kept := Applies(document_id=row.document_id, unit=into, by=access.person), access)
            kept.save()
        note_by(row, access)
        row.delete()
    duties_reconcile(people=_people_in(into), access=access)


def _people_in(unit: Unit) -> list[int]:
    people = Person.objects.filter(home_unit__path__startswith=unit.path).order_by()
    return list(people.values_list("pk", flat=True))
