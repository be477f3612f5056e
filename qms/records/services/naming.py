"""Who is named on a sealed record: there they stand in place of every role."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import Named, Record


@transaction.atomic
def name_people(*, record: Record, people: Iterable[Person], access: Access) -> None:
    """Name `people` on a record that the caller has locked. Naming somebody twice changes nothing."""
    known = set(record.named.in_force().values_list("person_id", flat=True))
    Named.objects.bulk_create(
        Named(record=record, person=person, by_name=access.name)
        for person in dict.fromkeys(people)
        if person.pk not in known
    )
    _forget(record)


@transaction.atomic
def names_end(*, record: Record, access: Access) -> None:
    """Nobody is named any more on a record that the caller has locked; who was is kept."""
    for named in record.named.in_force():
        named.ended_at, named.ended_by_name = timezone.now(), access.name
        named.save(update_fields=["ended_at", "ended_by_name"])
    _forget(record)


@transaction.atomic
def names_of_end(*, person: Person, access: Access) -> None:
    """The person is named on no record any more: who has left and comes back begins anew."""
    named = Named.objects.in_force().filter(person=person)
    named.update(ended_at=timezone.now(), ended_by_name=access.name)


def _forget(record: Record) -> None:
    """Let the record read anew who is named."""
    vars(record).pop("named_ids", None)
