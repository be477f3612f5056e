"""What records do when the organisation changes: open matters and tasks follow, in the same transaction."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from qms.organisation import signals
from qms.organisation.access import Access
from qms.organisation.models import Deputy, Person, Unit
from qms.records.services.handover import hand_over, records_move, unattended_follow
from qms.records.services.naming import names_of_end
from qms.records.services.recall import mails_recall_to


@receiver(signals.unit_merged)
def follow_merger(
    sender: Any, *, unit: Unit, into: Unit, head: Person | None, access: Access, **kwargs: Any
) -> None:
    """Open matters belong to the successor."""
    _recall_of_head(head)
    records_move(unit=unit, into=into, head=head, access=access)
    unattended_follow(unit=into, access=access)


@receiver(signals.unit_closed)
def follow_closing(
    sender: Any, *, unit: Unit, above: Unit, head: Person | None, access: Access, **kwargs: Any
) -> None:
    """Open matters belong to the unit above."""
    _recall_of_head(head)
    records_move(unit=unit, into=above, head=head, access=access)
    unattended_follow(unit=above, access=access)


@receiver(signals.head_changed)
def follow_new_head(
    sender: Any, *, unit: Unit, before: Person, after: Person, access: Access, **kwargs: Any
) -> None:
    """What the former head had in the unit is theirs who answer there now."""
    hand_over(person=before, to=after, access=access, unit=unit)


def _recall_of_head(head: Person | None) -> None:
    """Whoever headed a unit that is gone may see less: mail that waits for them is made anew."""
    if head:
        recall_mail(sender=Unit, people=[head.pk])


@receiver(signals.rights_ended)
def recall_mail(sender: Any, *, people: list[int], **kwargs: Any) -> None:
    """What waits for those who see less now, and for whoever stands in for them, is made anew."""
    acting = Deputy.objects.on(timezone.localdate()).filter(person__in=people)
    mails_recall_to([*people, *acting.values_list("deputy_id", flat=True)])


@receiver(signals.unit_moved)
@receiver(signals.head_appointed)
def follow_answers(sender: Any, *, unit: Unit, access: Access, **kwargs: Any) -> None:
    """Where somebody answers now, nothing goes on waiting for nobody."""
    unattended_follow(unit=unit, access=access)


@receiver(signals.person_left)
def follow_leaver(sender: Any, *, person: Person, to: Person | None, access: Access, **kwargs: Any) -> None:
    """Everything open goes to the one named, else to the responsible manager of each unit; no sealed record
    stays open to the leaver, and no mail goes to them any more."""
    hand_over(person=person, to=to, access=access)
    names_of_end(person=person, access=access)
    mails_recall_to([person.pk])
