"""Whom a comment or a note can call on: people who will read it."""

from django.db.models import Exists, OuterRef, Q

from qms.organisation.access import access_for
from qms.organisation.models import Person
from qms.organisation.sorting import alphabetical
from qms.records.models import Follow, Record

MOST = 6  # people that are suggested
LOOKED_AT = 12  # whose rights are asked for that: two queries each
LONGEST = 60  # letters of a name that is being written


def reads(person: Person, record: Record, *, internal: bool) -> bool:
    """Whether `person` reads what is said about `record`, `internal` among those who handle it. 2 queries."""
    access = access_for(person)
    if internal and not access.can(record.kind_offer.edit, record):
        return False
    return bool(Record.objects.visible_to(access).filter(pk=record.pk).exists())


def people_to_call(record: Record, words: str, *, but: Person, internal: bool) -> list[Person]:
    """Those whose name, or a part of it, begins with `words`, and who would read it; whoever follows the
    record first. At most 25 queries, however many are called that."""
    words = " ".join(words.replace("\x00", "").split())[:LONGEST]
    if not words:
        return []
    begins = Q(name__istartswith=words) | Q(name__icontains=f" {words}")
    follows = Exists(Follow.objects.filter(record_id=record.pk, person=OuterRef("pk")))
    found = Person.objects.filter(begins, is_active=True).exclude(pk=but.pk).select_related("home_unit")
    chosen = found.order_by(follows.desc(), alphabetical("name"), "pk")[:LOOKED_AT]
    return [person for person in chosen if reads(person, record, internal=internal)][:MOST]
