"""Who has taken part in doing something about a case."""

from improvements.models import Action, Improvement
from improvements.workflow import DROPPED
from qms.records.models import Decision


def doers_of(record: Improvement) -> frozenset[int]:
    """Ids of those who do not judge its effect: its owner, those who had its actions, who called it done.

    Two queries.
    """
    actions = Action.objects.filter(source_id=record.pk).exclude(state=DROPPED)
    sent = Decision.objects.filter(record=record, name="test", actor__isnull=False)
    owners = actions.filter(owner__isnull=False).order_by().values_list("owner_id", flat=True)
    found = {*owners, *sent.order_by().values_list("actor_id", flat=True)}
    return frozenset(found | ({record.owner_id} if record.owner_id else set()))
