"""Which documents in force say nearly the same in two units: looked for every night."""

from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet

from documents.content.similar import near_duplicates, sketch
from documents.models import Document, Sketch, Twin
from documents.workflow.names import IN_FORCE

AT_ONCE = 500


def twins_find() -> int:
    """Sketch what has changed, hold all sketches against each other; returns how many pairs there are.

    20,000 documents take a minute, the first time two. A run that is stopped loses nothing: the
    next one goes on with what is not sketched yet.
    """
    held: QuerySet[Document] = Document.objects.filter(state=IN_FORCE)
    _sketch_anew(held)
    marks = Sketch.objects.filter(document__in=held).exclude(marks=[]).values_list("document_id", "marks")
    units = dict(held.values_list("pk", "unit_id"))
    pairs = [
        Twin(first_id=pair.first, second_id=pair.second, percent=int(pair.likeness * 100))
        for pair in near_duplicates(dict(marks))
        if units[pair.first] != units[pair.second]
    ]
    with transaction.atomic():
        Twin.objects.all().delete()
        Twin.objects.bulk_create(pairs, batch_size=AT_ONCE)
    return len(pairs)


def _sketch_anew(held: QuerySet[Document]) -> None:
    known = dict(Sketch.objects.values_list("document_id", "of"))
    for pk, text in held.values_list("pk", "text").iterator(chunk_size=AT_ONCE):
        of = sha256(text.encode()).hexdigest()
        if known.get(pk) != of:
            Sketch.objects.update_or_create(document_id=pk, defaults={"of": of, "marks": sketch(text)})
