"""Who has taken part in doing something about a case, and who can judge whether it helped."""

from django.utils.translation import gettext as _

from improvements.models import Improvement
from improvements.permissions import CHECK_EFFECT
from improvements.workflow import DROPPED
from qms.organisation.models import Person
from qms.organisation.selectors import nearest_holders
from qms.sql import Question

_DOERS = Question("""
SELECT owner_id FROM improvements_action JOIN records_record ON records_record.id = record_ptr_id
WHERE source_id = %(case)s AND state <> %(dropped)s AND owner_id IS NOT NULL
UNION
SELECT actor_id FROM records_decision WHERE record_id = %(case)s AND name = 'test' AND actor_id IS NOT NULL
UNION
SELECT %(owner)s::bigint WHERE %(owner)s::bigint IS NOT NULL AND NOT EXISTS (
    SELECT FROM improvements_effectcheck
    WHERE record_id = %(case)s AND judged_at IS NULL AND judge_id = %(owner)s
)
""")


def doers_of(record: Improvement) -> frozenset[int]:
    """Ids of those who do not judge its effect: its owner, those who had its actions, who called it done.

    Not an owner who was asked to judge before they became it, as somebody else left. One query.
    """
    asked = {"case": record.pk, "dropped": DROPPED, "owner": record.owner_id}
    return frozenset(doer for (doer,) in _DOERS.fetch(asked))


def why_not_judge(record: Improvement, person: Person) -> str | None:
    """A sentence why `person` cannot judge the effect of what was done, or None."""
    if not person.is_active:
        return _("%(name)s has left. Choose somebody else.") % {"name": person.name}
    if person.pk in doers_of(record):
        return _("%(name)s has taken part in doing it. Choose somebody who has not.") % {"name": person.name}
    return None


def able_to_judge(record: Improvement) -> list[Person]:
    """Those who may judge it by their role and have not done it, the nearest first; of a sealed case those
    named on it. Three queries."""
    if record.is_sealed:
        near = sorted(record.named_ids or ())
    else:
        near = [holder.person_id for holder in nearest_holders(CHECK_EFFECT.roles, record.unit)]
    doers = doers_of(record)
    people = Person.objects.filter(is_active=True).select_related("home_unit").in_bulk(near)
    return [people[pk] for pk in dict.fromkeys(near) if pk in people and pk not in doers]
