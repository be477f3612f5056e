"""Who has taken part in doing something about a case."""

from improvements.models import Improvement
from improvements.workflow import DROPPED
from qms.sql import Question

_DOERS = Question("""
SELECT owner_id FROM improvements_action JOIN records_record ON records_record.id = record_ptr_id
WHERE source_id = %(case)s AND state <> %(dropped)s AND owner_id IS NOT NULL
UNION
SELECT actor_id FROM records_decision WHERE record_id = %(case)s AND name = 'test' AND actor_id IS NOT NULL
""")


def doers_of(record: Improvement) -> frozenset[int]:
    """Ids of those who do not judge its effect: its owner, those who had its actions, who called it done.

    One query.
    """
    found = {doer for (doer,) in _DOERS.fetch({"case": record.pk, "dropped": DROPPED})}
    return frozenset(found | ({record.owner_id} if record.owner_id else set()))
