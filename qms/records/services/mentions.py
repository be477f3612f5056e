"""Calling on somebody in what one writes: @ and the whole name."""

import re
from collections.abc import Sequence

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import Record
from qms.records.selectors.called import reads

# As many words as a name may have; which of them belong to it only the names tell.
_CALL = re.compile(r"(?<!\w)@(\w[\w.'’-]*(?: \w[\w.'’-]*){0,4})")


def people_called(*, record: Record, text: str, access: Access, internal: bool) -> Sequence[Person]:
    """Those whom `text` calls on, as "@Anna Berg": active people who see the record, and for a note those
    who handle it.

    Raises RuleViolation with the name of somebody who does not: they would never read it. Who writes
    without login calls on nobody.
    """
    if access.person is None:
        return []
    wanted = {name for words in _CALL.findall(text) for name in _beginnings(words.lower())}
    if not wanted:
        return []
    named = Person.objects.filter(is_active=True).annotate(lower=Lower("name")).filter(lower__in=wanted)
    called = list(named.exclude(pk=access.person.pk).select_related("home_unit").order_by("lower"))
    reached = [person for person in called if reads(person, record, internal=internal)]
    missed = {person.name for person in called} - {person.name for person in reached}
    if missed:
        sentence = (
            _("%(name)s is not among those who handle this. Write the name without @.")
            if internal
            else _("%(name)s does not see this record. Write the name without @, or give them a part in it.")
        )
        raise RuleViolation(sentence % {"name": min(missed)}, field="text")
    return reached


def _beginnings(words: str) -> list[str]:
    """ "anna berg said" may begin with anna, anna berg or anna berg said."""
    parts = words.split(" ")
    names = [" ".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return [*names, *(name.rstrip(".'’-") for name in names)]
