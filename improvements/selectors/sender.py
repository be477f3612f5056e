"""What whoever sent a case is told of it: in plain words, without the notes of its handlers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain

from django.utils.translation import gettext as _

from improvements import permissions
from improvements.models import Improvement
from improvements.selectors.plain import plain
from improvements.workflow import ANSWER, CLOSED, DOING, DONE, TESTING
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import Comment, Decision
from qms.records.selectors.decided import words_of
from qms.ui.components import TimelineEntry

JUDGED = (DONE, CLOSED)
SAY_WHAT_WAS_DONE = ("done", "test")  # the moves that ask for it


def plain_words(record: Improvement, decision: Decision) -> str:
    """A decision in a sentence to the sender."""
    if decision.name == Decision.CREATED:
        return _("It has arrived.")
    if decision.name == Decision.HANDED_OVER and decision.details.get("task") == ANSWER:
        return _("%(name)s answers now.") % {"name": decision.details["to"]}
    if decision.name == Decision.HANDED_OVER:
        return _("Somebody else handles it now.")
    state = record.kind_offer.workflow.known_state(decision.after)
    told = words_of(decision, record.kind_offer).plain
    return told or _("It is now “%(state)s”.") % {"state": state.label if state else decision.after}


def spoken_words(record: Improvement, decision: Decision) -> str:
    """What was written with a decision, where it is meant for the sender."""
    return decision.comment if record.kind_offer.workflow.tells_author(decision.name) else ""


def what_happened(record: Improvement) -> list[TimelineEntry]:
    """Decisions and messages as their sender reads them, newest first. Two queries."""
    entries = chain(_decisions(record), _messages(record))
    return sorted(entries, key=lambda entry: entry.when.timestamp() if entry.when else 0.0)[::-1]


def _decisions(record: Improvement) -> Iterator[TimelineEntry]:
    for decision in record.decisions.all():
        detail = words_of(decision, record.kind_offer).detail
        yield replace(told(record, decision), detail="" if plain(decision) else detail)  # it says it itself


def told(record: Improvement, decision: Decision) -> TimelineEntry:
    """A decision as its sender reads it, without more of its details than that sentence has."""
    words = words_of(decision, record.kind_offer)
    return TimelineEntry(
        icon=words.icon,
        text=plain_words(record, decision),
        when=decision.at,
        speech=spoken_words(record, decision),
        tone=words.tone,
    )


def _messages(record: Improvement) -> Iterator[TimelineEntry]:
    for message in record.comments.filter(internal=False):
        yield _message(message)


def _message(message: Comment) -> TimelineEntry:
    if message.author_id is None:
        return TimelineEntry("chat", _("You wrote"), message.at, speech=message.text)
    return TimelineEntry("chat", _("wrote"), message.at, message.author_name, speech=message.text)


def is_asked(record: Improvement, access: Access) -> bool:
    """Whether `access` is asked now if it got better: whoever sent it, once it is done, once for each time
    it was done. Of what was joined with another case it is asked when that one is done.

    None for those who did not send it, else two queries at most, and two more for each step to where it goes
    on.
    """
    if not access.can(permissions.JUDGE, record):
        return False
    since = _asked_since(record)
    return since is not None and not record.verdicts.filter(at__gte=since).exists()


def has_said(record: Improvement, *, better: bool) -> bool:
    """Whether whoever sent it has answered so the question that was asked last. Two queries, two more for
    each step to where it goes on."""
    since = _asked_since(record)
    return since is not None and record.verdicts.filter(at__gte=since, better=better).exists()


def _asked_since(record: Improvement) -> datetime | None:
    """Since when an answer counts for what is asked of `record` now; None while nothing is."""
    into, came_at = _last_step(record)
    # That a case only for those who handle it was carried out, and not put aside, is theirs to know.
    if into is not None and into.is_restricted:
        return None
    if (into or record).state not in JUDGED:
        return None
    return max(came_at, _latest(into or record, "reopen") or came_at)


def what_was_done(record: Improvement) -> str:
    """What its sender was last told of what was done, there or where it goes on; empty when nothing was said.

    Of where it goes on, what was written before it came there was for another. One query, two more for each
    step on the way.
    """
    into, came_at = _last_step(record)
    said = (into or record).decisions.filter(name__in=SAY_WHAT_WAS_DONE).exclude(comment="")
    decision = said.filter(at__gte=came_at).order_by("-pk").first()
    return spoken_words(into or record, decision) if decision else ""


def _latest(record: Improvement, name: str) -> datetime | None:
    """When `record` was last moved so. One query."""
    return record.decisions.filter(name=name).order_by("-at").values_list("at", flat=True).first()


def day_ahead(record: Improvement) -> tuple[str, date] | None:
    """The day that its sender was told last, and what is to happen by then, while it is done or tested."""
    label = {DOING: _("To be done by"), TESTING: _("Whether it helped is looked at by")}.get(record.state)
    return (label, record.due) if label and record.due else None


def is_theirs(record: Improvement, name: str) -> bool:
    """Whether what was decided last is that its sender, by the private link, moved it so. One query."""
    last = record.decisions.order_by("-pk").first()
    return last is not None and last.name == name and last.actor_id is None and last.after == record.state


def answers_too(record: Improvement) -> Person | None:
    """Who has the case in which `record` goes on: what its sender writes later is for them. No query for what
    stands by itself."""
    into = goes_on_in(record)
    return into.owner if into else None


def goes_on_in(record: Improvement) -> Improvement | None:
    """The case in which `record` goes on in the end, None when it stands by itself. One query a step."""
    into, case = None, _into(record)
    while case is not None:
        into, case = case, _into(case)
    return into


@dataclass(frozen=True)
class StepOn:
    """A case in which another goes on, and since when: what was written there before was for others."""

    into: Improvement
    since: datetime


def steps_on(record: Improvement) -> list[StepOn]:
    """The cases in which `record` goes on, where one of them was joined with the next; in the last of them it
    goes on now. Two queries a step."""
    steps: list[StepOn] = []
    case, into = record, _into(record)
    while into is not None:
        steps.append(StepOn(into, _latest(case, "same_as") or case.created_at))
        case, into = into, _into(into)
    return steps


def _last_step(record: Improvement) -> tuple[Improvement | None, datetime]:
    """Where it goes on now, and since when; None, and when it was sent, for what stands by itself."""
    steps = steps_on(record)
    return (steps[-1].into, steps[-1].since) if steps else (None, record.created_at)


def _into(record: Improvement) -> Improvement | None:
    if record.merged_into_id is None:
        return None
    rows = Improvement.objects.select_related("unit", "owner").defer("search")
    into: Improvement = rows.get(pk=record.merged_into_id)
    return into
