"""What whoever sent a case is told of it: in plain words, without the notes of its handlers."""

from collections.abc import Iterator
from itertools import chain

from django.utils.translation import gettext as _

from improvements.models import Improvement
from qms.records.models import Comment, Decision
from qms.records.services.create import CREATED
from qms.ui.components import TimelineEntry


def plain_words(record: Improvement, decision: Decision) -> str:
    """A decision in a sentence to the sender."""
    if decision.name == CREATED:
        return _("It has arrived.")
    transition = record.kind_offer.transition(decision.name)
    state = record.kind_offer.state(decision.after).label
    return str(transition.plain) or _("It is now “%(state)s”.") % {"state": state}


def spoken_words(record: Improvement, decision: Decision) -> str:
    """What was written with a decision, where it is meant for the sender."""
    if decision.name == CREATED:
        return ""
    return decision.comment if record.kind_offer.transition(decision.name).tells_author else ""


def what_happened(record: Improvement) -> list[TimelineEntry]:
    """Decisions and messages as their sender reads them, newest first. Two queries."""
    entries = chain(_decisions(record), _messages(record))
    return sorted(entries, key=lambda entry: entry.when.timestamp() if entry.when else 0.0, reverse=True)


def _decisions(record: Improvement) -> Iterator[TimelineEntry]:
    for decision in record.decisions.all():
        offer = record.kind_offer
        icon = "received" if decision.name == CREATED else offer.transition(decision.name).icon
        yield TimelineEntry(
            icon=icon,
            text=plain_words(record, decision),
            when=decision.at,
            speech=spoken_words(record, decision),
            tone=offer.state(decision.after).tone,
            detail=str(offer.decided(decision)) if decision.name != CREATED else "",
        )


def _messages(record: Improvement) -> Iterator[TimelineEntry]:
    for message in record.comments.filter(internal=False):
        yield _message(message)


def _message(message: Comment) -> TimelineEntry:
    if message.author_id is None:
        return TimelineEntry("chat", _("You wrote"), message.at, speech=message.text)
    return TimelineEntry("chat", _("wrote"), message.at, message.author_name, speech=message.text)
