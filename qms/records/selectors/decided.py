"""What a decision in the log says: in the words of its transition, or in its own when that is gone."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from qms.organisation.access import Access
from qms.records.kinds import RecordKind
from qms.records.models import Decision
from qms.records.workflow import State


@dataclass(frozen=True)
class Words:
    """A decision in words: what somebody did ("decided: not now"), the details as the app says them, and
    what it is called to the one who sent it in, if that is said otherwise, and what they are
    asked with it."""

    text: str
    icon: str
    tone: str = ""
    detail: str = ""
    plain: str = ""
    asks: str = ""


def words_of(decision: Decision, kind: RecordKind) -> Words:
    """What `decision` about a record of `kind` says. No query.

    The log is kept for ever, workflows are not: a step or a state that has been renamed since is told by
    what the log itself holds.
    """
    if decision.name == Decision.CREATED:
        text = _("registered it in %(unit)s") if decision.actor_name else _("Registered in %(unit)s")
        return Words(text % {"unit": decision.unit_name}, "received")
    if decision.name == Decision.HANDED_OVER:
        return Words(_("handed it over to %(name)s") % {"name": decision.details.get("to", "")}, "handover")
    if decision.name == Decision.WENT_ALONG:
        text = _("moved it along from %(unit)s to %(into)s, which took over")
        plain = _("%(into)s has taken over from %(unit)s and has it now.")
        return Words(text % decision.details, "move", plain=plain % decision.details)
    state = kind.workflow.known_state(decision.after)
    tone = state.tone if state else ""
    noted = kind.workflow.known_noted(decision.name)
    if noted:
        done, plain = str(noted.done % decision.details), str(noted.plain % decision.details)
        return Words(done, noted.icon, detail=str(kind.decided(decision)), plain=plain)
    transition = kind.workflow.known_transition(decision.name)
    if transition is None:
        return Words(_moved_to(decision, state), "history", tone)
    return Words(
        str(transition.done),
        transition.icon,
        tone,
        str(kind.decided(decision)),
        str(kind.plain(decision) or transition.plain),
        str(transition.asks),
    )


def left_behind(reference: str, access: Access) -> str:
    """What is said to somebody who does not see the record called so, where what they decided on it last has
    taken it out of their sight; else nothing. One query."""
    if access.person is None:
        return ""
    theirs = Decision.objects.filter(record__reference=reference.strip().upper(), actor=access.person)
    last = theirs.select_related("record").defer("record__search").order_by("-pk").first()
    return str(last.record.kind_offer.left_behind(last)) if last else ""


def _moved_to(decision: Decision, state: State | None) -> str:
    if decision.before == decision.after:
        return _("decided on it")
    return _("moved it to “%(state)s”") % {"state": state.label if state else decision.after}
